"""XLSX workbooks, a sheet per table: read with the limits a file from outside needs, written as the same octets always.

The one file that knows openpyxl.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from inventory.errors import BadInput
from inventory.sources.document import Fault
from inventory.sources.problem import letter
from inventory.sources.tables.cells import FORMULA, BadCell, typed
from inventory.sources.tables.columns import Column, Form, Table
from inventory.sources.tables.grid import Cell, Grid

MIB = 1024 * 1024
UNPACKED = 4
"""A workbook may be this many times larger unpacked than the limit for files."""
WIDEST, LONGEST, DEEPEST = 1024, 32_767, 1_048_576
"""Columns of a sheet, characters of a cell, rows of a sheet."""
_FIRST_EXCEL_DAY = date(1900, 3, 1)
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


class Book:
    """The sheets of a workbook that is open."""

    def __init__(self, file: Path, book: Any) -> None:
        self._file = file
        self._sheets = {sheet.title: sheet for sheet in book.worksheets}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(self._sheets)

    def grid(self, name: str, table: Table) -> Grid:
        """A sheet as the rows of a table; Fault, also later, when it cannot be read."""
        sheet = self._sheets[name]
        sheet.reset_dimensions()
        rows = _rows(sheet)
        at, cells = next(((line, cells) for line, cells in rows if any(c.value is not None for c in cells)), (1, ()))
        header = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        known = {column.name: column for column in table.columns}
        columns = [known.get(name, _ANY) for name in header]
        texts = ((line, _texts(cells, columns)) for line, cells in rows)
        return Grid(f"{self._file}[{name}]", tuple(header), at, texts)


@contextmanager
def opened(file: Path, max_mb: int) -> Iterator[Book]:
    """A workbook, open for reading; Fault when it is none or grows beyond reason."""
    _examine(file, max_mb)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that carry no facts
        try:
            book = openpyxl.load_workbook(file, read_only=True)
            sheets = Book(file, book)
        except Exception as error:  # the library answers a broken file with errors of many kinds
            raise _no_book() from error
        with closing(book):
            yield sheets


def _no_book() -> Fault:
    return Fault(1, "not a workbook that can be read", "open it in a spreadsheet and save it as .xlsx")


def _examine(file: Path, max_mb: int) -> None:
    """Refuse by the list of contents what would fill the memory, and documents that define entities."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(part.file_size for part in archive.infolist())
            if size > UNPACKED * max_mb * MIB:
                problem = f"holds {size / MIB:.1f} MiB unpacked, above {UNPACKED} times the limit of {max_mb} MiB"
                raise Fault(1, problem, "split it, or raise SILESIANET_IMPORT_MAX_MB")
            for name in archive.namelist():
                with archive.open(name) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise _no_book()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error) as error:
        raise _no_book() from error


_ANY = Column("", (), Form.TEXT, False)


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    try:
        for line, cells in enumerate(sheet.iter_rows(), 1):
            if len(cells) > WIDEST or line > DEEPEST:
                break
            yield line, cells
        else:
            return
    except Exception as error:  # as above
        raise _no_book() from error
    problem = f"row {line} goes beyond {WIDEST} columns or {DEEPEST} rows"
    raise Fault(line, problem, "delete the columns and rows without content")


def _texts(cells: tuple[Any, ...], columns: list[Column]) -> list[Cell]:
    """The cells under the header as text; whatever stands beside it is kept so that it can be refused."""
    texts: list[Cell] = []
    for number, cell in enumerate(cells):
        value = cell.value
        if value is None or (isinstance(value, str) and cell.data_type == "s"):
            texts.append("" if value is None else value.strip())
            continue
        try:
            texts.append(_text(cell, value, columns[number] if number < len(columns) else _ANY))
        except BadCell as bad:
            texts.append(bad)
    return texts + [""] * (len(columns) - len(texts))


def _text(cell: Any, value: Any, column: Column) -> str:
    if cell.data_type == "f":
        raise BadCell(f"{column.name} holds a formula", "copy the cell and paste only its value in its place")
    if cell.data_type == "e":
        raise BadCell(f"{column.name} holds {value}", "correct the cell")
    return typed(value, column, cell.number_format if column.pattern else "General")


def write(sheets: Iterable[tuple[Table, Iterable[list[Any]]]]) -> bytes:
    """The octets of a workbook: a sheet per table, header fixed and bold, codes as text, days as days."""
    book = openpyxl.Workbook(write_only=True)
    for table, rows in sheets:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "B2"
        for number, column in enumerate(table.columns, 1):
            dimension = sheet.column_dimensions[letter(number)]
            dimension.width = max(12, len(column.name) + 2)
            dimension.number_format = "@" if column.form in (Form.TEXT, Form.LIST, Form.JSON, Form.RATE) else "General"
        sheet.append([_styled(sheet, name, bold=True) for name in table.names])
        forms = [column.form for column in table.columns]
        for row in rows:
            sheet.append([_value(sheet, value, form) for value, form in zip(row, forms, strict=True)])
    octets = io.BytesIO()
    book.save(octets)
    return _timeless(octets)


def _value(sheet: Any, value: Any, form: Form) -> Any:
    """What is written into a cell; text that looks like something else is marked as text."""
    if form is Form.DATE and value:
        day = date.fromisoformat(value)
        return _styled(sheet, day, "yyyy-mm-dd") if day >= _FIRST_EXCEL_DAY else value
    if isinstance(value, int | float) and float(f"{value:.15g}") != value:
        return _styled(sheet, repr(value), "@")  # more digits than a spreadsheet keeps
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST:
        raise BadInput(f"a cell of more than {LONGEST} characters", where=sheet.title, fix="export YAML or CSV")
    if value.startswith(FORMULA) or not value[:1].isalpha():
        return _styled(sheet, value, "@")
    return value or None


def _styled(sheet: Any, value: Any, shown: str = "General", bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = shown
    if bold:
        cell.font = Font(bold=True)
    return cell


def _timeless(octets: io.BytesIO) -> bytes:
    """The same archive without the moment it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(octets) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = _MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            again.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
