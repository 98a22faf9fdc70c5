"""A table as it was read: where it stands, its header and its rows, whatever kind of file it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.sources.tables.cells import BadCell

Cell = str | BadCell | None
"""The text of a cell, or why it cannot be read; null where a row does not speak of the column at all."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A header (on line ``at``) and rows of (line, cells); ``place`` is the file, a workbook's sheet in brackets.

    ``word`` is what a column is called there, ``where`` the line of each name that does not stand in the header's.
    """

    place: str
    header: tuple[str, ...]
    at: int
    rows: Iterable[tuple[int, list[Cell]]]
    word: str = "column"
    where: Mapping[str, int] = field(default_factory=dict)
