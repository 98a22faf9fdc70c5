"""Traps received: a hint to look now, never the truth itself; logged and counted."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select

from inventory.errors import BadInput
from monitoring.settings import TrapSettings
from monitoring.snmp import oids
from monitoring.snmp.notification import Notification, Reader
from monitoring.snmp.session import Value, dotted
from monitoring.snmp.walk import as_text
from monitoring.telemetry_tables import traps as table

LINK_KINDS = frozenset(
    {"linkDown", "linkUp", "coldStart", "warmStart", "ospfNbrStateChange", "ospfIfStateChange", "nsNotifyShutdown"}
)
REFUSED = "refused"
_log = logging.getLogger(__name__)
_BUFFER = 4 << 20
_DATAGRAM = 65_535
_POLL = 0.3


@dataclass(frozen=True, slots=True)
class Trap:
    """One notification. ``interface`` is a name or, failing that, an ifIndex; ``kind`` a name or an OID."""

    at: float
    source: str
    kind: str
    interface: str | None
    objects: dict[str, str | int]


class TrapReceiver:
    """Listens in the management network and delivers traps; a message nobody signed is delivered as ``refused``."""

    def __init__(
        self, reader: Reader, settings: TrapSettings, deliver: Callable[[Trap], None], attach: Callable[[], None]
    ) -> None:
        self._reader, self._settings, self._deliver, self._attach = reader, settings, deliver, attach
        self._stopping, self._bound = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._main, name="traps", daemon=True)
        self.port = 0

    def start(self) -> None:
        """Start listening; a port that cannot be had is logged, and monitoring goes on without traps."""
        self._thread.start()
        self._bound.wait(5)

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _main(self) -> None:
        self._attach()
        host, _, port = self._settings.listen.rpartition(":")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            listener.settimeout(_POLL)
            try:
                listener.bind((host.strip("[]"), int(port)))
            except OSError as error:
                _log.warning("no traps are received at %s: %s", self._settings.listen, error.strerror)
                return
            self.port = listener.getsockname()[1]
            self._bound.set()
            while not self._stopping.is_set():
                self._receive(listener)

    def _receive(self, listener: socket.socket) -> None:
        try:
            message, sender = listener.recvfrom(_DATAGRAM)
        except OSError:
            return
        try:
            notification = self._reader.read(message)
        except (BadInput, ValueError, IndexError) as error:
            self._deliver(Trap(time.time(), sender[0], REFUSED, None, {"why": str(error)}))
            return
        if notification.reply is not None:
            listener.sendto(notification.reply, sender)
        self._deliver(_trap(notification, sender[0]))


def _trap(notification: Notification, source: str) -> Trap:
    interface = None
    for name, value in notification.objects.items():
        if name[: len(oids.IF_NAME)] == oids.IF_NAME:
            interface = as_text(value)
        elif name[: len(oids.IF_INDEX)] == oids.IF_INDEX and interface is None:
            interface = str(value)
    objects = {dotted(name): _shown(value) for name, value in notification.objects.items()}
    return Trap(time.time(), source, notification.kind, interface, objects)


def _shown(value: Value) -> str | int:
    if isinstance(value, int):
        return value
    return dotted(value) if isinstance(value, tuple) else as_text(value) or ""


class TrapLog:
    """The traps of the recent past in the database."""

    def __init__(self, engine: Engine, keep: int) -> None:
        self._engine, self._keep = engine, keep

    def add(self, traps: list[tuple[str | None, Trap]]) -> None:
        """Store traps with the device each came from, if known, and forget the oldest beyond what is kept."""
        rows = [
            {"at": t.at, "source": t.source, "device": device, "kind": t.kind, "interface": t.interface}
            | {"objects": t.objects}
            for device, t in traps
        ]
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(insert(table), rows)
            newest = connection.execute(select(func.max(table.c.id))).scalar_one()
            connection.execute(delete(table).where(table.c.id <= newest - self._keep))

    def recent(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest traps first."""
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
