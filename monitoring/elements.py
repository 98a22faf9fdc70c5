"""What is known about links, devices and services: up or down, since when, and by which evidence."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, case, select

from monitoring.tables import element_states as table
from monitoring.upsert import insert_into


@dataclass(frozen=True, slots=True)
class ElementState:
    """One sighting of an element (``link:…``, ``device:…``, ``service:…``); ``at`` is epoch seconds."""

    element: str
    up: bool
    evidence: str
    at: float


@dataclass(frozen=True, slots=True)
class DownElement:
    """An element known to be down."""

    element: str
    since: float
    evidence: str


class ElementStates:
    """The last known state of every element that anything has looked at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, element: str, up: bool, evidence: str, at: float) -> None:
        """Keep one sighting; one older than what is known changes nothing."""
        self.record_all([ElementState(element, up, evidence, at)])

    def record_all(self, sightings: Iterable[ElementState]) -> None:
        """Keep many sightings in one transaction."""
        newest = {s.element: s for s in sorted(sightings, key=lambda s: s.at)}
        if newest:
            with self._engine.execution_options(writes=True).begin() as connection:
                _write(connection, list(newest.values()))

    def down(self) -> dict[str, DownElement]:
        """Every element known to be down."""
        query = select(table.c.element, table.c.since, table.c.evidence).where(~table.c.up)
        with self._engine.connect() as connection:
            return {row.element: DownElement(*row) for row in connection.execute(query)}

    def seen(self) -> dict[str, float]:
        """When each element was last looked at."""
        with self._engine.connect() as connection:
            return {row.element: row.seen for row in connection.execute(select(table.c.element, table.c.seen))}


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
