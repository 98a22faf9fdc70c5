"""The last answer of every device, for processes that do not poll themselves."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, delete, select

from monitoring.snmp.sample import Poll, Sample
from monitoring.telemetry_tables import device_polls, interface_polls
from monitoring.upsert import put


class PollStore:
    """Latest polls in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, polls: Iterable[Poll]) -> None:
        """Replace what is stored of these devices; a silent device keeps its last known interfaces."""
        polls = list(polls)
        answered = [poll for poll in polls if isinstance(poll, Sample)]
        interfaces = [row for sample in answered for row in _interfaces(sample)]
        with self._engine.execution_options(writes=True).begin() as connection:
            heard = [sample.device for sample in answered]
            connection.execute(delete(interface_polls).where(interface_polls.c.device.in_(heard)))
            put(connection, device_polls, [_device(poll) for poll in polls])
            put(connection, interface_polls, interfaces)

    def devices(self) -> dict[str, dict[str, Any]]:
        """Rows of ``device_polls`` by device."""
        with self._engine.connect() as connection:
            return {row["device"]: dict(row) for row in connection.execute(select(device_polls)).mappings()}

    def interfaces(self, device: str | None = None) -> list[dict[str, Any]]:
        """Rows of ``interface_polls``, of all devices or one, by ifIndex."""
        query = select(interface_polls).order_by(interface_polls.c.device, interface_polls.c.ifindex)
        if device is not None:
            query = query.where(interface_polls.c.device == device)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _device(poll: Poll) -> dict[str, Any]:
    heard = poll if isinstance(poll, Sample) else None
    return {
        "device": poll.device,
        "at": poll.at,
        "answered": heard is not None,
        "reason": None if isinstance(poll, Sample) else poll.reason,
        "seconds": poll.seconds,
        "uptime": heard.uptime if heard else None,
        "sys_name": heard.sys_name if heard else None,
    }


def _interfaces(sample: Sample) -> Iterable[dict[str, Any]]:
    for interface in {i.name: i for i in sample.interfaces}.values():
        yield {
            "device": sample.device,
            "interface": interface.name,
            "at": sample.at,
            "ifindex": interface.index,
            "alias": interface.alias,
            "admin": interface.admin,
            "oper": interface.oper,
            "speed_bps": interface.speed_bps,
            "usable_for_capacity": interface.usable_for_capacity,
        }
