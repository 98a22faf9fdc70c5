"""The monitor of a process: polls, traps and probes of the management station, each in threads of its own."""

import logging
import signal
import threading
from collections.abc import Mapping, Sequence

from api.context import Context
from api.outside import Outside, OutsideStates
from inventory.errors import WrongUsage
from inventory.model.network import Network
from monitoring.capacity.counters import Volume
from monitoring.observation import Observation
from monitoring.pop_view import VANTAGE, watch_services
from monitoring.settings import SnmpSettings
from monitoring.snmp.sample import Poll
from monitoring.telemetry import Telemetry
from monitoring.views import Vantage, ViewStore

JOIN_SECONDS = 5.0
log = logging.getLogger(__name__)


class Monitor:
    """One shard of polling; the first shard also probes and receives traps.

    It stays idle where nothing was given to poll: no lab is up, and no SNMP credentials are configured.
    """

    def __init__(self, context: Context, shard: tuple[int, int] = (0, 1)) -> None:
        self._context, self._first = context, shard[0] == 0
        self._stopping, self._outside = threading.Event(), Outside()
        self._telemetry: Telemetry | None = None
        self._probing: threading.Thread | None = None
        if context.lab_is_up or SnmpSettings().credentials is not None:
            home, attach = context.settings.home, context.attach
            self._telemetry = Telemetry(context.engine, context.inventory.network, home, attach=attach, shard=shard)
            self._probing = threading.Thread(target=self._probe, name="pop-view", daemon=True) if self._first else None

    def start(self) -> None:
        """Start every thread."""
        if self._telemetry is None:
            log.warning("nothing is polled: no lab is up and SILESIANET_SNMP_CREDENTIALS is not set")
            return
        self._telemetry.start()
        if self._probing is not None:
            self._probing.start()

    def stop(self) -> None:
        """End every thread; what was measured is stored first."""
        self._stopping.set()
        if self._telemetry is not None:
            self._telemetry.stop()
        if self._probing is not None:
            self._probing.join(JOIN_SECONDS)
        self._outside.stop()

    @property
    def polls(self) -> Mapping[str, Poll]:
        """The latest poll of every device."""
        return self._telemetry.polls if self._telemetry else {}

    @property
    def volumes(self) -> Mapping[tuple[str, str], Volume]:
        """The latest traffic of every (device, interface)."""
        return self._telemetry.volumes if self._telemetry else {}

    @property
    def traps(self) -> Mapping[tuple[str, str], int]:
        """Traps received of every (device, kind)."""
        return self._telemetry.traps if self._telemetry else {}

    def _probe(self) -> None:
        states = OutsideStates(self._context.engine, self._outside)
        watch_services(states, self._network, self._context.attach, self._context.authority, self._stopping, self._seen)

    def _seen(self, results: Sequence[Observation]) -> None:
        """Keep what the management station sees, apart from what sites see."""
        self._outside.run(lambda: ViewStore(self._context.engine).add(Vantage.POP, VANTAGE, results))

    def _network(self) -> Network:
        return self._outside.run(self._context.inventory.network)


def shard_of(text: str) -> tuple[int, int]:
    """Read ``i/N``, 0 ≤ i < N."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and int(number) < int(of)):
        raise WrongUsage(f"{text!r} is no shard", where="--shard", fix="write i/N with i counted from 0, as in 0/2")
    return int(number), int(of)


def run(context: Context, shard: tuple[int, int]) -> None:
    """Monitor one shard until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    monitor = Monitor(context, shard)
    monitor.start()
    ended.wait()
    monitor.stop()
