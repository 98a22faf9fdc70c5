"""A record in the making: its JSON so far, and from which row of which file every part of it came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel

from inventory.sources.tables.columns import Table
from inventory.sources.tables.header import Header

Body = dict[str, Any]
Path = tuple[int | str, ...]


class Row(NamedTuple):
    """A row of a table that was read."""

    header: Header
    line: int


class Spot(NamedTuple):
    """A column of a row: its name, and its number (0 where the table has no such column)."""

    row: Row
    name: str
    column: int


@dataclass(slots=True)
class Listed:
    """The things in one list of a record: what each is and the row it came from, none if it was there before."""

    table: Table
    before: dict[str, Body]
    bodies: list[Body] = field(default_factory=list)
    rows: list[Row | None] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)

    def row_of(self, key: str) -> Row | None:
        """The row that told of a thing already."""
        return self.rows[self.index[key]] if key in self.index else None

    def take(self, key: str, row: Row | None) -> int:
        """The index of a thing, put at the end when it is new; things without a key are always new."""
        at = self.index.get(key) if key else None
        if at is None:
            at = len(self.bodies)
            self.bodies.append(self.before.get(key, {}))
            self.rows.append(row)
            if key:
                self.index[key] = at
        self.rows[at] = row
        return at


@dataclass(slots=True)
class Draft:
    """A record in the making. ``row`` is its own row; ``told`` are the parts whose fault was reported already."""

    body: Body
    row: Row | None = None
    lists: dict[str, Listed] = field(default_factory=dict)
    told: set[Path] = field(default_factory=set)

    def list_of(self, table: Table, replace: bool) -> Listed:
        """The list a table fills: what was in it stays, unless it is replaced or its things have no key."""
        listed = self.lists.get(table.name)
        if listed is None:
            there: list[Body] = dig(self.body, table.inside) or []
            listed = Listed(table, {str(item.get(table.key)): item for item in there if table.key})
            self.lists[table.name] = listed
            for key in () if replace else listed.before:
                listed.take(key, None)
        return listed

    def settle(self) -> None:
        """Put the lists where they belong."""
        for listed in self.lists.values():
            if listed.bodies or dig(self.body, listed.table.inside[:-1]) is not None:
                lay(self.body, listed.table.inside, listed.bodies)

    def holds(self, path: Sequence[int | str]) -> bool:
        """Whether the path leads to a part of the record."""
        return dig(self.body, path) is not None

    def spot(self, path: Path) -> Spot | None:
        """Where a part of the record was written."""
        for listed in self.lists.values():
            inside = len(listed.table.inside)
            if path[:inside] == listed.table.inside and len(path) > inside:
                row = listed.rows[int(path[inside])]
                if row is not None:
                    return _spot(row, path[inside + 1 :])
        rows = [self.row, *(row for listed in self.lists.values() for row in listed.rows)]
        row = next((row for row in rows if row is not None), None)
        return None if row is None else _spot(row, path)


def _spot(row: Row, path: Path) -> Spot:
    names = [".".join(map(str, path[:length])) for length in range(len(path), 0, -1)]
    name = next((name for name in names if name in row.header.table.names), names[0] if names else "")
    return Spot(row, name, row.header.number.get(name, 0))


def dig(body: Any, path: Sequence[int | str]) -> Any:
    """The part at the end of a path of a document or a record, null when there is none."""
    for step in path:
        try:
            body = getattr(body, str(step)) if isinstance(body, BaseModel) else body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def lay(body: Body, path: Sequence[str], value: Any) -> None:
    """Put a value at the end of a path; null takes away what was there."""
    for step in path[:-1]:
        if value is None and step not in body:
            return
        body = body.setdefault(step, {})
    if value is None:
        body.pop(path[-1], None)
    else:
        body[path[-1]] = value


def prune(body: Body, optional: Iterable[Sequence[str]]) -> None:
    """Take away optional parts in which nothing is left."""
    for path in optional:
        part = dig(body, path)
        if isinstance(part, dict) and not any(value not in (None, [], {}) for value in part.values()):
            lay(body, path, None)
