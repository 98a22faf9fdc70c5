"""Where slots of traffic are kept: added to as volumes arrive, read back as one dense series per interface."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, delete, select

from monitoring.capacity.counters import Volume
from monitoring.capacity.slots import COVERED, Slot, SlotKey, split
from monitoring.telemetry_tables import interface_traffic as table
from monitoring.upsert import insert_into

type Series = dict[int, tuple[float, float]]
"""Mean bits per second in and out, by start of the slot; gaps have no entry."""


class TrafficStore:
    """Slots of one length in the database."""

    def __init__(self, engine: Engine, length: int) -> None:
        self._engine, self.length = engine, length
        self._pending: dict[SlotKey, Slot] = {}

    def add(self, volumes: Iterable[Volume]) -> None:
        """Take volumes into the slots that are flushed next."""
        for volume in volumes:
            for key, slot in split(volume, self.length):
                self._pending.setdefault(key, Slot()).add(slot)

    def flush(self) -> None:
        """Add everything taken since the last flush to the stored slots, in one transaction."""
        if not self._pending:
            return
        rows = [
            {"device": d, "interface": i, "slot": start, "length": self.length}
            | {"seconds": slot.seconds, "in_bits": slot.in_bits, "out_bits": slot.out_bits}
            for (d, i, start), slot in self._pending.items()
        ]
        with self._engine.execution_options(writes=True).begin() as connection:
            statement = insert_into(connection, table)
            sums = {name: table.c[name] + statement.excluded[name] for name in ("seconds", "in_bits", "out_bits")}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["device", "interface", "slot"], set_=sums), rows
            )
        self._pending.clear()

    def series(self, since: float, until: float) -> Mapping[tuple[str, str], Series]:
        """Mean rates of every interface in the slots that start in the span."""
        query = select(table).where(table.c.slot >= since, table.c.slot < until).order_by(table.c.slot)
        found: dict[tuple[str, str], Series] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                if row.seconds >= row.length * COVERED:
                    rates = (row.in_bits / row.seconds, row.out_bits / row.seconds)
                    found.setdefault((row.device, row.interface), {})[row.slot] = rates
        return found

    def length_held(self) -> int:
        """Length of the newest slot held: what the monitor was set to, whoever reads; ours when there is none."""
        query = select(table.c.length).order_by(table.c.slot.desc()).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or self.length

    def forget(self, before: float) -> int:
        """Delete slots that start earlier; returns how many."""
        with self._engine.execution_options(writes=True).begin() as connection:
            return connection.execute(delete(table).where(table.c.slot < before)).rowcount
