"""The first line of a table: every column must be known, and the one that names the record must be there."""

from dataclasses import dataclass
from difflib import get_close_matches

from inventory.sources.problem import Problem
from inventory.sources.tables.columns import Column, Table, tables
from inventory.sources.tables.grid import Grid


@dataclass(frozen=True, slots=True)
class Header:
    """A table that is read: where it stands, the line of its header, its names and the columns that are known.

    ``number`` gives the number of a column by name; ``fields`` are (number, column) of those that fill something,
    ``word`` what a column is called. ``loose`` rows name their columns themselves.
    """

    table: Table
    place: str
    at: int
    names: tuple[str, ...]
    number: dict[str, int]
    fields: tuple[tuple[int, Column], ...]
    word: str
    loose: bool

    @property
    def nameless(self) -> bool:
        """Whether a column has no name."""
        return "" in self.names


def read_header(table: Table, grid: Grid) -> tuple[Header, list[Problem]]:
    """The header of a grid and what is wrong with its names."""
    known = {column.name: column for column in table.columns}
    number: dict[str, int] = {}
    problems: list[Problem] = []

    def say(at: int, problem: str, fix: str) -> None:
        line = grid.where.get(grid.header[at - 1], grid.at) if at else grid.at
        problems.append(Problem(grid.place, line, "file", problem, fix, at))

    for at, name in enumerate(grid.header, 1):
        if name in number:
            say(at, f"the {grid.word} {name!r} stands twice", "keep one of them")
        elif name in known:
            number[name] = at
        elif name:
            say(at, f"unknown {grid.word} {name!r}", _near(name, table))
    if table.owner not in number:
        say(0, f"the {grid.word} {table.owner!r} is missing", "add it: it says which object a row is about")
    fields = tuple((at, known[name]) for name, at in number.items() if known[name].path)
    return Header(table, grid.place, grid.at, grid.header, number, fields, grid.word, bool(grid.where)), problems


def _near(name: str, table: Table) -> str:
    for other in tables().values():
        if other.noun == table.noun and name in (other.name, ".".join(other.inside)) and other is not table:
            return f"write a row for each in the table {other.name}"
    words = {word.casefold(): word for word in table.names}
    near = get_close_matches(name.casefold().replace(" ", "_"), words, n=1)
    return f"did you mean {words[near[0]]!r}?" if near else f"remove it or use one of {', '.join(table.names)}"
