"""Reads the past of the inventory: the network as it was, and who changed what, when and why."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from inventory.database.revision import HistoryEntry, Revision
from inventory.database.tables import facts, history, revisions
from inventory.diff import Body
from inventory.errors import UnknownObject
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network


def latest(connection: Connection) -> int:
    """Number of the last revision; 0 when nothing was written yet."""
    return int(connection.execute(select(func.coalesce(func.max(revisions.c.id), 0))).scalar_one())


def revision_at(connection: Connection, instant: float) -> int:
    """Number of the revision in force at an instant (epoch seconds UTC)."""
    found = select(func.coalesce(func.max(revisions.c.id), 0)).where(revisions.c.at <= instant)
    return int(connection.execute(found).scalar_one())


def read_revision(connection: Connection, number: int) -> Revision:
    """The header of a revision; UnknownObject when there is none of that number."""
    if number == 0:
        return Revision(0, 0.0, "", "")
    row = connection.execute(select(revisions).where(revisions.c.id == number)).one_or_none()
    if row is None:
        raise UnknownObject(f"there is no revision {number}", fix="see silesianet inventory history")
    return Revision(row.id, row.at, row.who, row.why)


def read_current(connection: Connection) -> Network:
    """The network as it is."""
    return network_of((row.noun, row.body) for row in connection.execute(select(facts.c.noun, facts.c.body)))


def read_past(connection: Connection, number: int) -> Network:
    """The network as it was after a revision: the last thing each record became."""
    last = (
        select(history.c.noun, history.c.slug, func.max(history.c.revision).label("revision"))
        .where(history.c.revision <= number)
        .group_by(history.c.noun, history.c.slug)
        .subquery()
    )
    rows = select(history.c.noun, history.c.after.label("body")).join(
        last,
        (history.c.noun == last.c.noun) & (history.c.slug == last.c.slug) & (history.c.revision == last.c.revision),
    )
    return network_of((row.noun, row.body) for row in connection.execute(rows))


def network_of(rows: Iterable[tuple[str, Body | None]]) -> Network:
    """Build a network from (noun, body), records sorted by slug; a null body is a record that was deleted."""
    found: dict[str, list[Record]] = {noun: [] for noun in NOUNS}
    for noun, body in rows:
        if body is not None:
            found[noun].append(NOUNS[noun].model_validate(body))
    return Network(**{noun: tuple(sorted(known, key=lambda record: record.slug)) for noun, known in found.items()})


def read_history(connection: Connection, noun: str | None, slug: str | None, limit: int) -> list[HistoryEntry]:
    """The last changes of records, newest first, of one noun or one record when asked."""
    rows = select(revisions, history).join(history).order_by(history.c.revision.desc(), history.c.noun, history.c.slug)
    if noun is not None:
        rows = rows.where(history.c.noun == noun)
    if slug is not None:
        rows = rows.where(history.c.slug == slug)
    return [
        HistoryEntry(Revision(row.id, row.at, row.who, row.why), row.noun, row.slug, row.before, row.after)
        for row in connection.execute(rows.limit(limit))
    ]
