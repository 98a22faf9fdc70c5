"""CSV as spreadsheets and programs write it: comma, semicolon or tab, with or without a mark, ``sep=`` line or not."""

import csv
import io
from collections.abc import Iterable, Iterator

from inventory.sources.document import Fault
from inventory.sources.tables.cells import unguard
from inventory.sources.tables.grid import Cell, Grid

DELIMITERS = ",;\t"


def read(place: str, text: str, expected: Iterable[str]) -> Grid:
    """The grid of a CSV text; the delimiter is the one that gives most ``expected`` columns. Fault in the form."""
    lines = io.StringIO(text, newline="")
    first = lines.readline().strip().strip('"')
    skipped = int(first.startswith("sep=") and len(first) == len("sep=") + 1)
    if not skipped:
        lines.seek(0)
    delimiter = first[-1] if skipped else _delimiter(text, set(expected))
    rows = _rows(csv.reader(lines, delimiter=delimiter, strict=True), skipped)
    at, header = next(((at, cells) for at, cells in rows if any(cells)), (1, []))
    if not header:
        raise Fault(1, "holds no header", f"the first line names the columns, {', '.join(list(expected)[:3])} …")
    return Grid(place, tuple(str(name) for name in header), at, rows)


def _delimiter(text: str, expected: set[str]) -> str:
    """The delimiter of the first line that holds anything."""
    line = next((line for line in text.splitlines() if line.strip(DELIMITERS + " ")), "")
    found = {d: {cell.strip(' "') for cell in line.split(d)} for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: (len(found[d] & expected), line.count(d)))


def _rows(reader: Iterator[list[str]], skipped: int) -> Iterator[tuple[int, list[Cell]]]:
    """(line on which it begins, cells) of every row."""
    line = skipped
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Fault(
                line + 1, f"not CSV: {error}", "put quotes around the whole cell and double those inside"
            ) from error
        if row is None:
            return
        yield line + 1, [unguard(cell) if cell[:1] == "'" else cell for cell in map(str.strip, row)]
        line = skipped + reader.line_num  # type: ignore[attr-defined]


def write(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The text of a table: comma, quotes only where needed, one line feed after each row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
