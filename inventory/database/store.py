"""The inventory in the database: read now or as of any moment, written all or nothing with its history."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, bindparam, delete, insert, text

from inventory.database import history as past
from inventory.database.revision import HistoryEntry, Revision, Superseded, When
from inventory.database.tables import facts, history, revisions
from inventory.diff import Change, Changes, body, diff
from inventory.model.network import Network

REMEMBERED = 8
"""How many networks are kept in memory; a revision never changes, so they are never stale."""


class InventoryStore:
    """Reads and writes the network. Safe to share between threads and processes."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now
        self._networks: dict[int, Network] = {}

    def revision(self, at: float | None = None) -> int:
        """Number of the revision in force, now or at an instant; 0 before the first write."""
        with self._engine.connect() as connection:
            return past.latest(connection) if at is None else past.revision_at(connection, at)

    def network(self, at: When | None = None) -> Network:
        """The network now, after revision ``at`` (int) or at the instant ``at`` (float); UnknownObject if not there."""
        with self._reading() as connection:
            current = past.latest(connection)
            number = current if at is None else at if isinstance(at, int) else past.revision_at(connection, at)
            known = self._networks.get(number)
            if known is not None:
                return known
            past.read_revision(connection, number)
            read = past.read_current(connection) if number == current else past.read_past(connection, number)
        self._networks = dict([*list(self._networks.items())[1 - REMEMBERED :], (number, read)])
        return read

    def write(self, network: Network, who: str, why: str, based_on: int | None = None) -> Revision:
        """Make the inventory equal to ``network``. A write that changes nothing makes no revision.

        Superseded when ``based_on`` is given and is no longer the current revision.
        """
        return self._write(lambda _: network, who, why, based_on)

    def edit(self, change: Callable[[Network], Network], who: str, why: str) -> Revision:
        """Read, change and write with everybody else kept out, so that no update is lost."""
        return self._write(change, who, why, None)

    def history(self, noun: str | None = None, slug: str | None = None, limit: int = 100) -> list[HistoryEntry]:
        """What happened to records, newest first."""
        with self._engine.connect() as connection:
            return past.read_history(connection, noun, slug, limit)

    def diff(self, before: When, after: When | None = None) -> Changes:
        """What changed between two moments; ``after`` is now when it is not given."""
        return diff(self.network(before), self.network(after))

    def _write(self, change: Callable[[Network], Network], who: str, why: str, based_on: int | None) -> Revision:
        with self._writing() as connection:
            number = past.latest(connection)
            if based_on is not None and based_on != number:
                raise Superseded(based_on, number)
            previous = past.read_revision(connection, number)
            before = past.read_current(connection)
            changes = diff(before, change(before))
            if not changes:
                return previous
            at = max(self._now(), previous.at)
            revision = Revision(number + 1, at, who, why, changes)
            _record(connection, revision)
        return revision

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One snapshot for all statements."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that keeps other writers out; readers go on."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"LOCK TABLE {revisions.name} IN EXCLUSIVE MODE"))
            yield connection


def _record(connection: Connection, revision: Revision) -> None:
    """Write a revision, what it does to each record, and the records themselves."""
    header = {"id": revision.id, "at": revision.at, "who": revision.who, "why": revision.why}
    connection.execute(insert(revisions), header)
    connection.execute(insert(history), [_history_row(revision.id, change) for change in revision.changes.entries])
    replaced = [{"of": c.noun, "named": c.slug} for c in revision.changes.entries if c.before is not None]
    if replaced:
        this = (facts.c.noun == bindparam("of")) & (facts.c.slug == bindparam("named"))
        connection.execute(delete(facts).where(this), replaced)
    rows = [{"noun": c.noun, "slug": c.slug, "body": body(c.after)} for c in revision.changes.entries if c.after]
    if rows:
        connection.execute(insert(facts), rows)


def _history_row(number: int, change: Change) -> dict[str, object]:
    return {
        "revision": number,
        "noun": change.noun,
        "slug": change.slug,
        "action": change.action,
        "before": None if change.before is None else body(change.before),
        "after": None if change.after is None else body(change.after),
    }
