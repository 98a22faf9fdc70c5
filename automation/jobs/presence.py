"""Which workers are there, and which queues they serve: who leaves work behind must know whether anybody comes."""

import os
import secrets
import socket
import time
from collections.abc import Collection
from contextlib import suppress

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from automation.jobs.instant import instant
from automation.jobs.tables import workers
from inventory.model.fact import Fact

OWN = "@"
"""First letter of the queue that one worker alone serves; the rest is its name."""


class Present(Fact):
    """A worker that gave a sign of life at ``seen`` (epoch seconds)."""

    name: str
    queues: tuple[str, ...]
    started: float
    seen: float


def new_name() -> str:
    """A name for a worker, never used before: a process id may be."""
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(3)}"


class Presence:
    """Signs of life; ``seconds`` after the last one a worker is taken for dead."""

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine, self._seconds = engine, seconds

    def seen(self, name: str, queues: Collection[str]) -> None:
        """A sign of life."""
        with self._engine.execution_options(writes=True).begin() as connection:
            now = instant(connection)
            here = update(workers).where(workers.c.name == name).values(seen=now)
            if connection.execute(here).rowcount:
                return
            row = {"name": name, "queues": sorted(queues), "started": now, "seen": now}
            with suppress(IntegrityError):
                connection.execute(insert(workers), row)
            connection.execute(delete(workers).where(workers.c.seen < time.time() - 86_400))

    def gone(self, name: str) -> None:
        """A worker ended in order."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(workers).where(workers.c.name == name))

    def alive(self) -> tuple[Present, ...]:
        """Workers that are there now, by name."""
        with self._engine.connect() as connection:
            since = instant(connection) - self._seconds
            query = select(workers).where(workers.c.seen >= since).order_by(workers.c.name)
            return tuple(Present.model_validate(dict(row)) for row in connection.execute(query).mappings())

    def serving(self, queue: str) -> tuple[Present, ...]:
        """Those that take work from a queue."""
        return tuple(w for w in self.alive() if queue in w.queues or queue == OWN + w.name)
