"""What an address asks of a list: which rows, in which order, which page, which fields, in which form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import Request

from api.filters import BadFilter, conditions, no_such
from api.listing.fields import OBJECT, Fields
from api.listing.table import Condition, Table
from inventory.database.revision import When, parse_when

LIMIT_DEFAULT, LIMIT_MAX = 100, 1000
RESERVED = frozenset({"limit", "offset", "as_of", "q", "ordering", "fields", "format"})
LARGEST = 2**53
FORMATS = ("json", "csv")


@dataclass(frozen=True)
class Query:
    """A list asked for. ``limit`` is null where the caller named none."""

    conditions: Sequence[Condition]
    text: str
    ordering: Sequence[str]
    limit: int | None
    offset: int
    chosen: Sequence[str]
    format: str
    as_of: When | None

    def rows(self, table: Table) -> Sequence[int]:
        """The rows asked for, in order, all pages of them."""
        found = table.where(self.conditions)
        if self.text:
            found = table.search(self.text, found)
        return table.order(found, self.ordering)

    @cached_property
    def page(self) -> slice:
        """Which of the rows are on the page."""
        return slice(self.offset, self.offset + (LIMIT_DEFAULT if self.limit is None else self.limit))


def read(request: Request, fields: Fields) -> Query:
    """Read the address of a request; BadFilter when any of it makes no sense."""
    asked, filters = _split(request)
    ordering = _names(asked.get("ordering"))
    for key in ordering:
        _check(key.removeprefix("-"), {f: kind for f, kind in fields.items() if kind is not OBJECT}, "ordering")
    chosen = _names(asked.get("fields"))
    for name in chosen:
        _check(name, fields, "field")
    limit = _number("limit", asked["limit"], 1, LIMIT_MAX) if "limit" in asked else None
    return Query(
        conditions(filters, fields),
        asked.get("q", ""),
        ordering,
        limit,
        _number("offset", asked.get("offset", "0"), 0, LARGEST),
        chosen,
        _format(request, asked.get("format")),
        parse_when(asked["as_of"]) if "as_of" in asked else None,
    )


def _split(request: Request) -> tuple[Mapping[str, str], Sequence[tuple[str, str]]]:
    """What steers the list, and the filters; ``fields`` and ``ordering`` given twice are put together."""
    asked: dict[str, str] = {}
    filters = []
    for name, text in request.query_params.multi_items():
        if name not in RESERVED:
            filters.append((name, text))
        elif name in asked and name in ("fields", "ordering"):
            asked[name] += f",{text}"
        else:
            asked[name] = text
    return asked, filters


def _names(text: str | None) -> Sequence[str]:
    return [name.strip().replace("__", ".") for name in text.split(",") if name.strip()] if text else ()


def _check(name: str, known: Mapping[str, Any], what: str) -> None:
    if name not in known:
        raise no_such(what, name, known)


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 18 and least <= int(text) <= most):
        raise BadFilter(f"{text!r} is not a number from {least} to {most}", where=name)
    return int(text)


def _format(request: Request, asked: str | None) -> str:
    if asked is None:
        accept = request.headers.get("accept", "")
        return "csv" if "text/csv" in accept and "application/json" not in accept else "json"
    if asked not in FORMATS:
        raise BadFilter(f"there is no format {asked!r}", where="format", fix=f"use {' or '.join(FORMATS)}")
    return asked


def narrowed(row: Any, chosen: Sequence[str]) -> dict[str, Any]:
    """A row with some of its fields only, in the order they were asked for."""
    wanted: dict[str, list[str]] = {}
    for name in chosen:
        head, _, deeper = name.partition(".")
        wanted.setdefault(head, []).append(deeper)
    return {head: _part(row.get(head), deeper) for head, deeper in wanted.items()}


def _part(value: Any, deeper: Sequence[str]) -> Any:
    if "" in deeper or value is None:
        return value
    if isinstance(value, list):
        return [narrowed(item, deeper) for item in value]
    return narrowed(value, deeper)
