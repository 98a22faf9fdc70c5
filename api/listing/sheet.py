"""Rows as CSV: columns and cells are those of ``silesianet inventory export``, so what is edited can be imported."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from api.listing.fields import columns_of
from api.presentation import INTERFACES
from inventory.model.device import Interface
from inventory.model.rate import format_rate
from inventory.sources.tables import cells
from inventory.sources.tables.columns import Form, tables

MEDIA_TYPE = "text/csv; charset=utf-8"
ROWS_AT_ONCE = 500


@cache
def columns(noun: str) -> Sequence[str]:
    """The columns of a noun unless others are asked for."""
    return ("slug", "device", "site", *columns_of(Interface), "link") if noun == INTERFACES else tables()[noun].names


@cache
def _rates(noun: str) -> frozenset[str]:
    known = tables()[noun].columns if noun in tables() else ()
    return frozenset(column.name for column in known if column.form is Form.RATE)


def lines(noun: str, rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> Iterator[bytes]:
    """UTF-8 with byte-order mark: a line of names, then a line per row, in pieces of many lines."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    paths = [(tuple(name.split(".")), name in _rates(noun)) for name in names]
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(_dug(row, path), is_rate) for path, is_rate in paths])
        if number % ROWS_AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _dug(value: Any, path: Sequence[str]) -> Any:
    """The value of a dotted name; through a list, the values of every thing in it."""
    for number, step in enumerate(path):
        if isinstance(value, list):
            return [_dug(item, path[number:]) for item in value]
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def _cell(value: Any, is_rate: bool) -> str:
    if is_rate and isinstance(value, int):
        return format_rate(value)
    text = cells.write(value)
    return cells.guard(text) if isinstance(value, str | list | dict) else text
