"""Stored sweeps: worked out once for an inventory and a day, read by everybody who asks."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, select, update

from monitoring.reachability.pairs import Pair
from monitoring.reachability.sweep import Atlas, Toll
from monitoring.sweep_tables import pairs, sweeps, tolls

KEPT = 30
"""Sweeps held; older ones are worked out again when somebody asks."""


class SweepStore:
    """Sweeps in the database, by revision of the inventory and day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, revision: int, atlas: Atlas) -> None:
        """Store a sweep, in place of one for the same revision and day; the oldest beyond the limit are forgotten."""
        key = {"revision": revision, "day": str(atlas.day)}
        head = key | {"at": time.time(), "elements": len(atlas.elements), "pairs": None}
        with self._engine.execution_options(writes=True).begin() as connection:
            _forget(connection, revision, str(atlas.day))
            connection.execute(insert(sweeps), head)
            if atlas.worst:
                connection.execute(insert(tolls), [key | asdict(toll) for toll in atlas.worst])
            held = select(sweeps.c.revision, sweeps.c.day).order_by(sweeps.c.at.desc(), sweeps.c.revision.desc())
            for old in connection.execute(held.offset(KEPT)).all():
                _forget(connection, old.revision, old.day)

    def put_pairs(self, revision: int, day: date, found: Sequence[Pair]) -> None:
        """Store the pairs of a sweep that is held."""
        key = {"revision": revision, "day": str(day)}
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(pairs).where(_of(pairs, revision, str(day))))
            held = update(sweeps).where(_of(sweeps, revision, str(day))).values(pairs=len(found))
            if connection.execute(held).rowcount and found:
                connection.execute(insert(pairs), [key | asdict(pair) for pair in found])

    def holds(self, revision: int, day: date) -> tuple[bool, bool]:
        """Whether the tolls and the pairs of a revision and day are held."""
        with self._engine.connect() as connection:
            row = connection.execute(select(sweeps).where(_of(sweeps, revision, str(day)))).first()
        return row is not None, row is not None and row.pairs is not None

    def tolls(self, revision: int, day: date) -> tuple[Toll, ...] | None:
        """Elements that cost something, the most people first; null where no such sweep is held."""
        order = tolls.c.people.desc(), tolls.c.cells.desc(), tolls.c.element
        found = self._rows(tolls, revision, day, order) if self.holds(revision, day)[0] else None
        return None if found is None else tuple(Toll(**row) for row in found)

    def pairs(self, revision: int, day: date) -> tuple[Pair, ...] | None:
        """Pairs, the most cells beyond their parts first; null where they are not held."""
        order = (pairs.c.cells - pairs.c.alone).desc(), pairs.c.one, pairs.c.other
        found = self._rows(pairs, revision, day, order) if self.holds(revision, day)[1] else None
        return None if found is None else tuple(Pair(**row) for row in found)

    def forget(self) -> None:
        """Forget all sweeps."""
        with self._engine.execution_options(writes=True).begin() as connection:
            for table in (pairs, tolls, sweeps):
                connection.execute(delete(table))

    def _rows(self, table: Table, revision: int, day: date, order: tuple[Any, ...]) -> list[dict[str, Any]]:
        columns = [column for column in table.columns if column.name not in ("revision", "day")]
        query = select(*columns).where(_of(table, revision, str(day))).order_by(*order)
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]


def _of(table: Table, revision: int, day: str) -> Any:
    return (table.c.revision == revision) & (table.c.day == day)


def _forget(connection: Connection, revision: int, day: str) -> None:
    for table in (pairs, tolls, sweeps):
        connection.execute(delete(table).where(_of(table, revision, day)))
