"""Locks in the database that a dead controller cannot keep: on single devices, or on the whole network.

The token grows with every owner, so whoever was declared dead finds out before it touches another device. Many locks
are taken at once or not at all, so nobody waits for a second lock while holding a first one.
"""

import os
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, or_, select, text, true, update
from sqlalchemy.exc import OperationalError

from automation.clock import REAL, Clock
from automation.jobs.instant import instant
from automation.jobs.tables import leases
from inventory.errors import RefusedRequest

NETWORK = "network"
"""Excludes every other lock."""

DEVICE = "device:"
SURE = 0.9
"""Share of its time in which the owner of a lock believes in it: it must stop before others may begin."""


class LockHeld(RefusedRequest):
    """Somebody who is alive holds a lock that is in the way."""


@dataclass
class Lease:
    """Locks under one token, and until when they are certainly ours: by a clock that never goes back, and by the
    one on the wall, which alone goes on while a machine sleeps."""

    resources: frozenset[str]
    token: int
    clock: Clock
    steady: float = 0.0
    wall: float = 0.0

    @property
    def held(self) -> bool:
        """Whether the owner may still act."""
        return self.clock.monotonic() < self.steady and self.clock.wall() < self.wall

    def extend(self, seconds: float) -> None:
        """Ours for so long from now, at the least."""
        self.steady, self.wall = self.clock.monotonic() + seconds, self.clock.wall() + seconds

    def over(self, device: str) -> str:
        """The lock that covers a device."""
        return NETWORK if NETWORK in self.resources else DEVICE + device


class Leases:
    """Locks by name, each held for ``seconds`` after its owner's last sign of life."""

    def __init__(self, engine: Engine, seconds: float, clock: Clock = REAL) -> None:
        self._engine, self._seconds, self._clock = engine, seconds, clock

    @contextmanager
    def hold(
        self, resources: str | Collection[str], wait: float = 0.0, holder: str = "", basis: int | None = None
    ) -> Iterator[Lease]:
        """Hold all of the locks while the block runs; LockHeld when another owner is alive after ``wait`` seconds.

        Owners with a different ``basis``, the revision of the inventory they work from, exclude each other anywhere.
        """
        wanted = frozenset({resources} if isinstance(resources, str) else resources)
        lease = self._acquire(wanted, wait, holder, basis)
        done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(lease, done), daemon=True, name="lease")
        beat.start()
        try:
            yield lease
        finally:
            done.set()
            beat.join()
            self._renew(lease, 0.0)

    def valid(self, resource: str, token: int) -> bool:
        """Whether the lock is still held under this token."""
        here = (leases.c.resource == resource) & (leases.c.token == token)
        with self._engine.connect() as connection:
            alive = here & (leases.c.until >= instant(connection, self._clock))
            return connection.execute(select(leases.c.token).where(alive)).first() is not None

    def _acquire(self, wanted: frozenset[str], wait: float, holder: str, basis: int | None) -> Lease:
        until = self._clock.monotonic() + wait
        named = ", ".join(part for part in (holder, f"process {os.getpid()} on {socket.gethostname()}") if part)
        while True:
            lease = Lease(wanted, 0, self._clock)
            lease.extend(self._seconds * SURE)
            try:
                lease.token = self._try(wanted, named, basis)
                return lease
            except LockHeld:
                if self._clock.monotonic() >= until:
                    raise
            self._clock.sleep(min(0.2, self._seconds / 10))

    def _try(self, wanted: frozenset[str], holder: str, basis: int | None) -> int:
        """The new token. Expired locks in the way are broken, so that an owner thought dead cannot go on."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"LOCK TABLE {leases.name} IN SHARE ROW EXCLUSIVE MODE"))
            now, ours = instant(connection, self._clock), leases.c.resource.in_(sorted(wanted))
            way = _in_the_way(wanted, basis)
            row = select(leases.c.resource, leases.c.holder, leases.c.basis).where(way, leases.c.until >= now)
            if (held := connection.execute(row.order_by(leases.c.resource).limit(1)).first()) is not None:
                raise _refusal(*held, basis if held.resource not in wanted | {NETWORK} else None)
            broken = update(leases).where(way, leases.c.until > 0).values(until=0.0, token=leases.c.token + 1)
            connection.execute(broken)
            token = int(connection.execute(select(func.max(leases.c.token)).where(ours)).scalar() or 0) + 1
            values = {"holder": holder, "token": token, "until": now + self._seconds, "basis": basis}
            _write(connection, wanted, values)
        return token

    def _beat(self, lease: Lease, done: threading.Event) -> None:
        while not done.wait(self._seconds / 4):
            with suppress(OperationalError):  # a busy database: tried again, and the lease runs out if it stays so
                self._renew(lease, self._seconds)

    def _renew(self, lease: Lease, seconds: float) -> None:
        mine = leases.c.resource.in_(sorted(lease.resources)) & (leases.c.token == lease.token)
        fresh = Lease(lease.resources, lease.token, self._clock)
        fresh.extend(seconds * SURE)
        with self._engine.execution_options(writes=True).begin() as connection:
            until = instant(connection, self._clock) + seconds if seconds else 0.0
            ours = connection.execute(update(leases).where(mine).values(until=until)).rowcount
        whole = ours == len(lease.resources)
        lease.steady, lease.wall = (fresh.steady, fresh.wall) if whole else (0.0, 0.0)


def _in_the_way(wanted: frozenset[str], basis: int | None) -> ColumnElement[bool]:
    if NETWORK in wanted:
        return true()
    near = leases.c.resource.in_(sorted(wanted)) | (leases.c.resource == NETWORK)
    return near if basis is None else or_(near, leases.c.basis != basis)


def _write(connection: Connection, wanted: frozenset[str], values: dict[str, object]) -> None:
    ours = leases.c.resource.in_(sorted(wanted))
    there = set(connection.execute(select(leases.c.resource).where(ours)).scalars())
    connection.execute(update(leases).where(ours).values(values))
    if fresh := [{"resource": name} | values for name in sorted(wanted - there)]:
        connection.execute(insert(leases), fresh)


def _refusal(resource: str, holder: str, theirs: int | None, ours: int | None) -> LockHeld:
    if ours is not None:
        words = (
            f"another change is under way from revision {theirs} of the inventory, this one is from {ours} ({holder})"
        )
    elif resource == NETWORK:
        words = f"another change is under way on the whole network ({holder})"
    else:
        words = f"another change is under way on {resource.removeprefix(DEVICE)} ({holder})"
    return LockHeld(
        words, where=f"lock:{resource}" if resource == NETWORK else resource,
        fix="wait for it, or cancel it with `silesianet jobs cancel`",
    )  # fmt: skip
