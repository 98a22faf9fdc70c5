"""The inventory in the database: read now or as of any moment, written all or nothing with its history."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, text

from inventory.database import history as past
from inventory.database.engine import snapshot
from inventory.database.history import START, Head
from inventory.database.revision import EVERYTHING, Asked, HistoryEntry, Revision, Superseded, When
from inventory.database.tables import revisions
from inventory.database.verification import Verification, verify
from inventory.database.writing import record
from inventory.diff import Changes, diff
from inventory.errors import WrongUsage
from inventory.model.network import Network

REMEMBERED = 8
"""How many networks are kept in memory; they share the records that did not change."""


class InventoryStore:
    """Reads and writes the network. Safe to share between threads and processes."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now
        self._kept: dict[Head, Network] = {}
        self._loading = Lock()

    def revision(self, at: float | None = None) -> int:
        """Number of the revision in force, now or at an instant; 0 before the first write."""
        with self._engine.connect() as connection:
            return past.head(connection, at).id

    def digest(self, at: When | None = None) -> str:
        """Digest of the revision in force, which stands for the whole history up to it."""
        with self._engine.connect() as connection:
            return past.head(connection, at).digest

    def instant(self, when: When | None = None) -> float:
        """The moment meant, in epoch seconds: a revision's is when it was written, null is now."""
        if not isinstance(when, int):
            return self._now() if when is None else when
        with self._engine.connect() as connection:
            return past.read_revision(connection, when).at

    def network(self, at: When | None = None) -> Network:
        """The network now, after revision ``at`` (int) or at the instant ``at`` (float); UnknownObject if not there."""
        with snapshot(self._engine) as connection:
            return self._network(connection, past.head(connection, at))

    def write(self, network: Network, who: str, why: str, based_on: int | None = None) -> Revision:
        """Make the inventory equal to ``network``. A write that changes nothing makes no revision.

        Superseded when ``based_on`` is given and is no longer the current revision.
        """
        return self._write(lambda _: network, who, why, based_on)

    def edit(self, change: Callable[[Network], Network], who: str, why: str) -> Revision:
        """Read, change and write with everybody else kept out, so that no update is lost."""
        return self._write(change, who, why, None)

    def history(self, asked: Asked = EVERYTHING, limit: int | None = 100, offset: int = 0) -> list[HistoryEntry]:
        """What happened to records, newest first; all of it without a limit."""
        with self._engine.connect() as connection:
            return past.read_history(connection, asked, limit, offset)

    def count_history(self, asked: Asked = EVERYTHING) -> int:
        """How many changes of records there are of those asked for."""
        with self._engine.connect() as connection:
            return past.count_history(connection, asked)

    def verify(self, expect: str | None = None) -> Verification:
        """Compute the whole chain anew; ``expect`` is a digest noted earlier, which must be part of it."""
        with snapshot(self._engine) as connection:
            return verify(connection, expect)

    def diff(self, before: When, after: When | None = None) -> Changes:
        """What changed between two moments; ``after`` is now when it is not given."""
        return diff(self.network(before), self.network(after))

    def _write(self, change: Callable[[Network], Network], who: str, why: str, based_on: int | None) -> Revision:
        if not _line(who):
            raise WrongUsage("nobody is named as the author", where="who", fix="say who makes the change")
        with self._writing() as connection:
            head = past.head(connection)
            if based_on is not None and based_on != head.id:
                raise Superseded(based_on, head.id)
            previous = past.read_revision(connection, head.id)
            before = self._network(connection, head)
            changes = diff(before, change(before))
            if not changes:
                return previous
            revision = Revision(head.id + 1, max(self._now(), previous.at), _line(who), _line(why), changes)
            written = Head(revision.id, record(connection, revision, head.digest))
        self._keep(written, past.moved(before, ((c.noun, c.slug, c.after) for c in changes.entries)))
        return revision

    def _network(self, connection: Connection, head: Head) -> Network:
        """The network of a revision: kept, or made from one that is, or read."""
        known = self._kept.get(head)
        if known is not None:
            return known
        with self._loading:
            known = self._kept.get(head) or self._made(connection, head)
            self._keep(head, known)
            return known

    def _made(self, connection: Connection, head: Head) -> Network:
        for near in sorted(self._kept, key=lambda kept: abs(kept.id - head.id)):
            known = self._kept.get(near)
            if known is not None and past.exists(connection, near):
                return past.moved(known, past.read_steps(connection, near.id, head.id))
        if head == START:
            return Network()
        return past.read_current(connection) if head == past.head(connection) else past.read_past(connection, head.id)

    def _keep(self, head: Head, network: Network) -> None:
        others = [(known, kept) for known, kept in self._kept.items() if known != head]
        self._kept = dict([*others[1 - REMEMBERED :], (head, network)])

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that keeps other writers out; readers go on."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"LOCK TABLE {revisions.name} IN EXCLUSIVE MODE"))
            yield connection


def _line(words: str) -> str:
    """One line: what could play tricks on a terminal or a database becomes a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
