"""Reads tables: a folder of CSV files, one CSV file, or a workbook, laid over what the inventory holds."""

from dataclasses import replace as with_fields
from pathlib import Path

from inventory.errors import WrongUsage
from inventory.model.network import Network
from inventory.sources.document import Fault
from inventory.sources.encoding import decode
from inventory.sources.octets import acceptable, octets_of
from inventory.sources.problem import Problem
from inventory.sources.reader import Reading
from inventory.sources.tables import csv_file, workbook
from inventory.sources.tables.assemble import Assembler
from inventory.sources.tables.columns import Table, tables

CSV = ".csv"


def table_named(name: str) -> Table:
    """The table of a name; WrongUsage when there is none."""
    if name not in tables():
        raise WrongUsage(f"there is no table {name!r}", fix=f"use one of {', '.join(tables())}")
    return tables()[name]


class TableReader:
    """Reads files of tables one after another into one reading; files above ``max_mb`` (MiB) are refused unread."""

    def __init__(self, current: Network, max_mb: int, *, replace: bool = False, encoding: str | None = None) -> None:
        self._assembler = Assembler(current, replace)
        self._max_mb, self._encoding = max_mb, encoding
        self._notices: list[str] = []

    def result(self) -> Reading:
        """The inventory with everything that was read laid over it."""
        return with_fields(self._assembler.result(), notices=tuple(self._notices))

    def read_folder(self, folder: Path) -> None:
        """Read ``TABLE.csv`` of every table that is there."""
        files = {file.name: file for file in sorted(folder.glob(f"*{CSV}")) if not file.name.startswith(".")}
        expected = {f"{name}{CSV}": table for name, table in tables().items()}
        for name in sorted(files.keys() - expected.keys()):
            fix = f"rename or remove it, expected {', '.join(expected)}"
            self._refuse(str(files[name]), Fault(1, "not the name of a table", fix))
        for name, table in expected.items():
            if name in files:
                self.read_csv(files[name], table)

    def read_csv(self, file: Path, table: Table) -> None:
        """Read the rows of one table."""
        try:
            text, encoding = decode(octets_of(file, self._max_mb), self._encoding)
            self._assembler.add(table, csv_file.read(str(file), text, table.names))
        except Fault as fault:
            self._refuse(str(file), fault)
            return
        if encoding != "utf-8" and self._encoding is None:
            self._notices.append(f"{file} was read as {encoding.upper()}; if that is wrong, say --encoding")

    def read_workbook(self, file: Path, only: Table | None = None) -> None:
        """Read the sheets, each named like its table; with ``only`` the sheet of one table, or the only sheet there."""
        try:
            with workbook.opened(acceptable(file, self._max_mb), self._max_mb) as book:
                sheets = {only.name if only and len(book.names) == 1 else name: name for name in book.names}
                for name in sheets.keys() - tables().keys() if only is None else ():
                    fix = f"rename or remove the sheet, expected {', '.join(tables())}"
                    self._refuse(f"{file}[{name}]", Fault(1, "not the name of a table", fix))
                for name, table in tables().items():
                    if name in sheets and only in (None, table):
                        self._sheet(book, sheets[name], table, f"{file}[{name}]")
        except Fault as fault:
            self._refuse(str(file), fault)

    def _sheet(self, book: workbook.Book, sheet: str, table: Table, place: str) -> None:
        try:
            grid = book.grid(sheet, table)
            if grid.header:
                self._assembler.add(table, grid)
        except Fault as fault:
            self._refuse(place, fault)

    def _refuse(self, place: str, fault: Fault) -> None:
        self._assembler.refuse(Problem(place, fault.line, "file", fault.problem, fault.fix))
