"""What is known about links, devices and services: up or down, since when, and by which evidence."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, case, select

from monitoring.element_history import ElementState, changes_between, keep_changes, prune, states_at
from monitoring.settings import ElementSettings
from monitoring.tables import element_states as table
from monitoring.upsert import insert_into

__all__ = ["DownElement", "ElementState", "ElementStates"]

ASKED_BY_NAME = 500
"""Elements whose states are asked for one by one; where more are seen at once all are read."""
PRUNE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class DownElement:
    """An element known to be down."""

    element: str
    since: float
    evidence: str


class ElementStates:
    """The last known state of every element that anything has looked at."""

    def __init__(self, engine: Engine, keep_days: float | None = None) -> None:
        self._engine, self._keep = engine, (keep_days or ElementSettings().keep_days) * 86400
        self._pruned = 0.0

    def record(self, element: str, up: bool, evidence: str, at: float) -> None:
        """Keep one sighting; one older than what is known changes nothing."""
        self.record_all([ElementState(element, up, evidence, at)])

    def record_all(self, sightings: Iterable[ElementState]) -> None:
        """Keep many sightings in one transaction."""
        newest = {s.element: s for s in sorted(sightings, key=lambda s: s.at)}
        if newest:
            with self._engine.execution_options(writes=True).begin() as connection:
                keep_changes(connection, _changes(connection, newest))
                _write(connection, list(newest.values()))
                if (now := time.time()) - self._pruned > PRUNE_SECONDS:
                    self._pruned = now
                    prune(connection, now - self._keep)

    def down(self) -> dict[str, DownElement]:
        """Every element known to be down."""
        query = select(table.c.element, table.c.since, table.c.evidence).where(~table.c.up)
        with self._engine.connect() as connection:
            return {row.element: DownElement(*row) for row in connection.execute(query)}

    def down_at(self, at: float) -> dict[str, DownElement]:
        """Every element that was down at an instant, as far back as changes are kept."""
        with self._engine.connect() as connection:
            return {s.element: DownElement(s.element, s.at, s.evidence) for s in states_at(connection, at) if not s.up}

    def changes(self, since: float, until: float) -> list[ElementState]:
        """When elements went down and came up between two instants, the first excluded, oldest first."""
        with self._engine.connect() as connection:
            return changes_between(connection, since, until)

    def seen(self) -> dict[str, float]:
        """When each element was last looked at."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(table.c.element, table.c.seen)).all()
            return dict(map(tuple, rows))


def _changes(connection: Connection, newest: Mapping[str, ElementState]) -> Iterable[ElementState]:
    """The sightings that tell something new."""
    query = select(table.c.element, table.c.up, table.c.seen)
    if len(newest) <= ASKED_BY_NAME:
        query = query.where(table.c.element.in_(newest))
    known = {row.element: row for row in connection.execute(query)}
    for element, sighting in newest.items():
        before = known.get(element)
        if before is None or (before.up != sighting.up and sighting.at >= before.seen):
            yield sighting


def _write(connection: Connection, sightings: list[ElementState]) -> None:
    statement = insert_into(connection, table)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["element"],
        set_={
            "up": new.up,
            "since": case((table.c.up == new.up, table.c.since), else_=new.since),
            "seen": new.seen,
            "evidence": new.evidence,
        },
        where=new.seen >= table.c.seen,
    )
    connection.execute(
        statement,
        [{"element": s.element, "up": s.up, "since": s.at, "seen": s.at, "evidence": s.evidence} for s in sightings],
    )
