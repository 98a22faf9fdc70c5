"""Alerts kept: what fires, what is resolved, who acknowledged it."""

import time
from typing import Any

from sqlalchemy import Engine, Row, select, update

from inventory.errors import UnknownObject
from monitoring.alerts.alert import Alert, parse
from monitoring.telemetry_tables import alerts as table
from monitoring.upsert import insert_into


class AlertStore:
    """The alerts Alertmanager has told us of, by fingerprint."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(self, payload: Any) -> tuple[Alert, ...]:
        """Take a webhook payload; the same payload twice changes nothing. BadInput when it is not one."""
        received = parse(payload)
        for alert in received:
            self._put(alert)
        return received

    def _put(self, alert: Alert) -> None:
        values = alert.model_dump() | {"received_at": time.time()}
        kept = {"acknowledged_by", "acknowledged_at", "fingerprint"}
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(
                insert_into(connection, table)
                .values(**values)
                .on_conflict_do_update(
                    index_elements=["fingerprint"],
                    set_={name: value for name, value in values.items() if name not in kept},
                    where=table.c.starts_at <= alert.starts_at,
                )
            )

    def close_all(self, at: float) -> None:
        """End everything that fires: a new Alertmanager knows nothing of it and will never tell how it ended."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(update(table).where(table.c.status == "firing").values(status="resolved", ends_at=at))

    def all(self, status: str | None = None) -> tuple[Alert, ...]:
        """Alerts, the newest first, of any status or one."""
        query = select(table).order_by(table.c.starts_at.desc(), table.c.fingerprint)
        if status is not None:
            query = query.where(table.c.status == status)
        with self._engine.connect() as connection:
            return tuple(_alert(row) for row in connection.execute(query))

    def get(self, fingerprint: str) -> Alert:
        """One alert; UnknownObject."""
        with self._engine.connect() as connection:
            row = connection.execute(select(table).where(table.c.fingerprint == fingerprint)).first()
        if row is None:
            raise UnknownObject(f"no alert {fingerprint!r}", where="alert")
        return _alert(row)

    def acknowledge(self, fingerprint: str, who: str) -> Alert:
        """Note who has taken care of an alert; UnknownObject."""
        self.get(fingerprint)
        with self._engine.execution_options(writes=True).begin() as connection:
            values = {"acknowledged_by": who, "acknowledged_at": time.time()}
            connection.execute(update(table).where(table.c.fingerprint == fingerprint).values(**values))
        return self.get(fingerprint)


def _alert(row: Row[Any]) -> Alert:
    fields = {name: value for name, value in row._mapping.items() if name in Alert.model_fields}
    return Alert.model_validate(fields)
