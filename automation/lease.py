"""One controller at a time: a lock in the database that a dead controller cannot keep.

The token grows with every owner, so whoever was declared dead finds out before it touches another device.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from automation.tables import leases
from inventory.errors import RefusedRequest


@dataclass
class Lease:
    """A lock and until when it is certainly ours."""

    token: int
    until: float

    @property
    def held(self) -> bool:
        """Whether the owner may still act."""
        return time.time() < self.until


class Leases:
    """Locks by name, each held for ``seconds`` after its owner's last sign of life."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine, self._seconds = engine, seconds

    @contextmanager
    def hold(self, resource: str, wait: float = 0.0) -> Iterator[Lease]:
        """Hold the lock while the block runs; RefusedRequest when another owner is alive after ``wait`` seconds."""
        lease = self._acquire(resource, wait)
        done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(resource, lease, done), daemon=True, name=f"lease-{resource}")
        beat.start()
        try:
            yield lease
        finally:
            done.set()
            beat.join()
            self._renew(resource, lease, until=0.0)

    def _acquire(self, resource: str, wait: float) -> Lease:
        until = time.monotonic() + wait
        while True:
            token = self._try(resource)
            if token:
                return Lease(token, time.time() + self._seconds * 0.9)
            if time.monotonic() >= until:
                raise RefusedRequest(
                    f"another change is under way ({self._holder(resource)})", where=f"lock:{resource}",
                    fix="wait for it, or cancel it with `silesianet jobs cancel`",
                )  # fmt: skip
            time.sleep(min(0.2, self._seconds / 10))

    def _try(self, resource: str) -> int:
        """The new token; 0 when somebody else holds the lock."""
        now, holder = time.time(), f"process {os.getpid()} on {socket.gethostname()}"
        free = (leases.c.resource == resource) & (leases.c.until < now)
        row = {"resource": resource, "holder": holder, "token": 1, "until": now + self._seconds}
        with self._engine.execution_options(writes=True).begin() as connection:
            taken = {"holder": holder, "token": leases.c.token + 1, "until": now + self._seconds}
            if connection.execute(update(leases).where(free).values(taken)).rowcount:
                return int(connection.execute(select(leases.c.token).where(leases.c.resource == resource)).scalar_one())
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                connection.execute(insert(leases), row)
        except IntegrityError:
            return 0
        return 1

    def _beat(self, resource: str, lease: Lease, done: threading.Event) -> None:
        while not done.wait(self._seconds / 4):
            with suppress(OperationalError):  # a busy database: tried again, and the lease runs out if it stays so
                self._renew(resource, lease, until=time.time() + self._seconds)

    def _renew(self, resource: str, lease: Lease, until: float) -> None:
        mine = (leases.c.resource == resource) & (leases.c.token == lease.token)
        with self._engine.execution_options(writes=True).begin() as connection:
            ours = connection.execute(update(leases).where(mine).values(until=until)).rowcount
        lease.until = until if ours else 0.0

    def _holder(self, resource: str) -> str:
        with self._engine.connect() as connection:
            return str(connection.execute(select(leases.c.holder).where(leases.c.resource == resource)).scalar())
