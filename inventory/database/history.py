"""Reads the past of the inventory: the network as it was, and who changed what, when and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Select, Text, cast, func, select

from inventory.database.chain import GENESIS
from inventory.database.frugal import share, uncollected
from inventory.database.revision import Asked, HistoryEntry, Revision, When
from inventory.database.tables import chain, facts, history, revisions
from inventory.errors import UnknownObject
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network

type Row = tuple[str, str, Record | None]
"""(noun, slug, what the record became; null when it was deleted)"""

type Written = tuple[str, str, str | None]
"""The same, as JSON text."""

PAGE = 2_000
"""Rows fetched at a time."""


@dataclass(frozen=True, slots=True)
class Head:
    """A revision by number and by its digest: a number may be given anew after a restore, a digest never is."""

    id: int
    digest: str


START = Head(0, GENESIS)
"""The empty inventory before the first write."""


def head(connection: Connection, when: When | None = None) -> Head:
    """The revision in force now, at an instant or of a number; UnknownObject when there is none of that number."""
    query = select(chain.c.revision, chain.c.digest)
    if isinstance(when, int):
        query = query.where(chain.c.revision == when)
    elif when is not None:
        query = query.join(revisions).where(revisions.c.at <= when)
    row = connection.execute(query.order_by(chain.c.revision.desc()).limit(1)).one_or_none()
    if row is not None:
        return Head(*row)
    if isinstance(when, int) and when != START.id:
        raise UnknownObject(f"there is no revision {when}", fix="see silesianet inventory history")
    return START


def exists(connection: Connection, known: Head) -> bool:
    """Whether a revision known from earlier is still part of this history."""
    query = select(chain.c.digest).where(chain.c.revision == known.id)
    return known == START or connection.execute(query).scalar() == known.digest


def read_revision(connection: Connection, number: int) -> Revision:
    """The header of a revision; UnknownObject when there is none of that number."""
    row = connection.execute(select(revisions).where(revisions.c.id == number)).one_or_none()
    if row is not None:
        return Revision(row.id, row.at, row.who, row.why)
    head(connection, number)
    return Revision(0, 0.0, "", "")


def read_current(connection: Connection) -> Network:
    """The network as it is."""
    return network_of(_records(current(connection)))


def read_past(connection: Connection, number: int) -> Network:
    """The network as it was after a revision: the last thing each record became."""
    last = (
        select(history.c.noun, history.c.slug, func.max(history.c.revision).label("revision"))
        .where(history.c.revision <= number)
        .group_by(history.c.noun, history.c.slug)
        .subquery()
    )
    rows = select(history.c.noun, history.c.slug, cast(history.c.after, Text)).join(
        last,
        (history.c.noun == last.c.noun) & (history.c.slug == last.c.slug) & (history.c.revision == last.c.revision),
    )
    return network_of(_records(_streamed(connection, rows)))


def read_steps(connection: Connection, start: int, end: int) -> Iterator[Row]:
    """What records became between two revisions; when the end is earlier, what they were before. The last counts."""
    return _records(steps(connection, start, end))


def current(connection: Connection) -> Iterator[Written]:
    """Every record as it is."""
    return _streamed(connection, select(facts.c.noun, facts.c.slug, cast(facts.c.body, Text)))


def steps(connection: Connection, start: int, end: int) -> Iterator[Written]:
    """What ``read_steps`` gives, as it is written."""
    body, order = (history.c.after, history.c.revision.asc())
    if end < start:
        body, order = (history.c.before, history.c.revision.desc())
    between = (history.c.revision > min(start, end)) & (history.c.revision <= max(start, end))
    return _streamed(
        connection, select(history.c.noun, history.c.slug, cast(body, Text)).where(between).order_by(order)
    )


def network_of(rows: Iterable[Row]) -> Network:
    """Build a network from rows, records sorted by slug."""
    found: dict[str, list[Record]] = {noun: [] for noun in NOUNS}
    with uncollected():
        for noun, _, record in rows:
            if record is not None:
                found[noun].append(record)
    return Network(**{noun: tuple(sorted(known, key=lambda record: record.slug)) for noun, known in found.items()})


def moved(network: Network, rows: Iterable[Row]) -> Network:
    """The network after some records became something else, the last row of each counts; all others are shared."""
    became: dict[str, dict[str, Record | None]] = {}
    for noun, slug, record in rows:
        became.setdefault(noun, {})[slug] = record
    replaced = {noun: _merged(getattr(network, noun), news) for noun, news in became.items()}
    return network.model_copy(update=replaced) if replaced else network


def _merged(known: Iterable[Record], news: dict[str, Record | None]) -> tuple[Record, ...]:
    kept = [record for record in known if record.slug not in news]
    kept += [record for record in news.values() if record is not None]
    return tuple(sorted(kept, key=lambda record: record.slug))


def _records(rows: Iterable[Written]) -> Iterator[Row]:
    for noun, slug, text in rows:
        yield noun, slug, None if text is None else share(NOUNS[noun].model_validate_json(text))


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[Written]:
    for row in connection.execute(query, execution_options={"yield_per": PAGE}):
        yield row.noun, row.slug, row[2]


def read_history(connection: Connection, asked: Asked, limit: int | None, offset: int) -> list[HistoryEntry]:
    """Changes of records, newest first; all of them without a limit."""
    order = (history.c.revision.desc(), history.c.noun, history.c.slug)
    rows = _asked(select(revisions, history).join(history), asked).order_by(*order).limit(limit).offset(offset)
    return [
        HistoryEntry(Revision(row.id, row.at, row.who, row.why), row.noun, row.slug, row.before, row.after)
        for row in connection.execute(rows)
    ]


def count_history(connection: Connection, asked: Asked) -> int:
    """How many changes of records there are."""
    rows = _asked(select(func.count()).select_from(revisions.join(history)), asked)
    return int(connection.execute(rows).scalar_one())


def _asked(rows: Select[Any], asked: Asked) -> Select[Any]:
    """Only what was asked for."""
    if asked.noun is not None:
        rows = rows.where(history.c.noun == asked.noun)
    if asked.slug is not None:
        rows = rows.where(history.c.slug == asked.slug)
    if asked.since is not None:
        rows = rows.where(_moment(asked.since) >= asked.since)
    if asked.until is not None:
        rows = rows.where(_moment(asked.until) <= asked.until)
    return rows


def _moment(when: When) -> Column[Any]:
    """What a moment is compared with: revisions have numbers and instants."""
    return revisions.c.id if isinstance(when, int) else revisions.c.at
