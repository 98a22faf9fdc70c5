"""When elements went down and came up: what is computed for a moment of the past takes out what was down then."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, select

from monitoring.tables import element_history as table
from monitoring.upsert import put


@dataclass(frozen=True, slots=True)
class ElementState:
    """One sighting of an element (``link:…``, ``device:…``, ``service:…``); ``at`` is epoch seconds."""

    element: str
    up: bool
    evidence: str
    at: float


def keep_changes(connection: Connection, changes: Iterable[ElementState]) -> None:
    """Note that elements are not as they were."""
    put(connection, table, [{"element": s.element, "at": s.at, "up": s.up, "evidence": s.evidence} for s in changes])


def states_at(connection: Connection, at: float) -> list[ElementState]:
    """How every element was at an instant that anything was known of by then; ``at`` is since when."""
    of = table.c
    last = select(of.element, func.max(of.at).label("at")).where(of.at <= at).group_by(of.element).subquery()
    query = select(table).join(last, and_(of.element == last.c.element, of.at == last.c.at)).order_by(of.element)
    return [ElementState(row.element, row.up, row.evidence, row.at) for row in connection.execute(query)]


def changes_between(connection: Connection, since: float, until: float) -> list[ElementState]:
    """Changes between two instants, the first excluded, oldest first.

    What was seen for the first time is a change only if it was down.
    """
    of, earlier = table.c, table.alias()
    before = select(earlier.c.at).where(earlier.c.element == of.element, earlier.c.at < of.at).exists()
    query = select(table).where(of.at > since, of.at <= until, ~of.up | before).order_by(of.at, of.element)
    return [ElementState(row.element, row.up, row.evidence, row.at) for row in connection.execute(query)]


def prune(connection: Connection, before: float) -> None:
    """Forget what was replaced by something else before an instant."""
    later = table.alias()
    replaced = select(later.c.at).where(
        later.c.element == table.c.element, later.c.at > table.c.at, later.c.at <= before
    )
    connection.execute(delete(table).where(table.c.at < before, replaced.exists()))
