"""Writes the inventory as tables: a CSV file or a sheet for each, every column there, the same octets every time."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from inventory.model.network import Network
from inventory.sources.octets import replace_file
from inventory.sources.tables import cells, csv_file, workbook
from inventory.sources.tables.columns import Column, Form, Table, tables
from inventory.sources.tables.draft import dig


def rows(table: Table, network: Network) -> Iterator[list[Any]]:
    """The JSON value of every cell: a row per record, or per thing in the lists of records; sorted by slug."""
    paths = [column.path for column in table.columns]
    for record in sorted(getattr(network, table.noun), key=lambda record: str(record.slug)):
        body = record.model_dump(mode="json", context={"for_people": True})
        if not table.inside:
            yield [dig(body, path) for path in paths]
            continue
        for thing in dig(body, table.inside) or ():
            yield [dig(thing, path) if path else body["slug"] for path in paths]


def csv_text(table: Table, network: Network) -> str:
    """One table as CSV."""
    lines = ([_cell(value) for value in row] for row in rows(table, network))
    return csv_file.write(table.names, lines)


def save_folder(network: Network, folder: Path) -> None:
    """Write ``TABLE.csv`` of every table, also of those without rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables().items():
        replace_file(folder / f"{name}.csv", csv_text(table, network).encode())


def save_workbook(network: Network, file: Path) -> None:
    """Write a workbook with a sheet for every table."""
    replace_file(file, workbook.write((table, _sheet(table, rows(table, network))) for table in tables().values()))


def _cell(value: Any) -> str:
    text = cells.write(value)
    return cells.guard(text) if isinstance(value, str | list | dict) else text


def _sheet(table: Table, found: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """Rows with numbers, truth values and days left as they are, everything else as text."""
    for row in found:
        yield [_plain(value, column) for value, column in zip(row, table.columns, strict=True)]


def _plain(value: Any, column: Column) -> Any:
    return value if column.form in (Form.INTEGER, Form.NUMBER, Form.FLAG, Form.DATE) else cells.write(value)
