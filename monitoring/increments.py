"""Rows of observations by key, of which only those written since the last look are read again."""

import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select, update

from monitoring.tables import observation_clock


def tick(connection: Connection) -> int:
    """The number for the rows of a write. Taken last in a transaction: who comes later waits until it is committed."""
    clock = observation_clock
    seq: int = connection.execute(update(clock).values(seq=clock.c.seq + 1).returning(clock.c.seq)).scalar_one()
    return seq


class Increments[K: Hashable, V]:
    """A table with a ``seq``, kept as a mapping; safe to share between threads."""

    def __init__(self, engine: Engine, table: Table, read: Callable[[Row[Any]], tuple[K, V]]) -> None:
        self._engine, self._table, self._read_row = engine, table, read
        self._lock, self._seq = threading.Lock(), -1
        self._found: Mapping[K, V] = {}

    def read(self) -> Mapping[K, V]:
        """Every row. The same mapping comes back as long as nothing is new, and it never changes afterwards."""
        with self._lock, self._engine.connect() as connection:
            seq = connection.execute(select(observation_clock.c.seq)).scalar_one()
            if seq < self._seq:  # the database was put back to an earlier time
                self._seq, self._found = -1, {}
            if seq > self._seq:
                rows = connection.execute(select(self._table).where(self._table.c.seq > self._seq))
                if fresh := dict(map(self._read_row, rows)):
                    self._found = {**self._found, **fresh}
                self._seq = seq
            return self._found
