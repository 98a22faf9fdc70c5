"""Telemetry as one running thing: polls, states of links and devices, traffic, traps, kept where others read them."""

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Engine

from inventory.model.network import Network
from monitoring.capacity.counters import Counters, Volume
from monitoring.capacity.store import TrafficStore
from monitoring.elements import ElementState, ElementStates
from monitoring.observations import ObservationStore
from monitoring.settings import CapacitySettings, SnmpSettings, TrapSettings
from monitoring.snmp import credentials
from monitoring.snmp.inference import Finding, findings
from monitoring.snmp.notification import Reader
from monitoring.snmp.poller import Poller
from monitoring.snmp.sample import Poll, Sample
from monitoring.snmp.store import PollStore
from monitoring.snmp.view import DeviceView
from monitoring.traps import LINK_KINDS, REFUSED, Trap, TrapLog, TrapReceiver

_log = logging.getLogger(__name__)
_TICK = 0.2
_SAVE_PERIOD = 5.0
_FORGET_PERIOD = 3600.0


class Telemetry:
    """Polls the devices of one shard and records what they say; the first shard also receives traps.

    Polling and traps run in the management network, recording stays in our own.
    """

    def __init__(
        self,
        engine: Engine,
        network: Callable[[], Network],
        home: Path,
        *,
        attach: Callable[[], None] = lambda: None,
        shard: tuple[int, int] = (0, 1),
        snmp: SnmpSettings | None = None,
        capacity: CapacitySettings | None = None,
        traps: TrapSettings | None = None,
    ) -> None:
        self._network, self._snmp, self._first = network, snmp or SnmpSettings(), shard[0] == 0
        self._capacity = capacity or CapacitySettings()
        self._states, self._store = ElementStates(engine), PollStore(engine)
        self._observations = ObservationStore(engine)
        self._traffic = TrafficStore(engine, self._capacity.slot)
        self._polls: queue.SimpleQueue[Poll] = queue.SimpleQueue()
        secrets = self._snmp.credentials or home / "lab" / "credentials.json"
        chosen = credentials.load(secrets, self._snmp.version)
        self._poller = Poller(chosen, self._snmp, self._polls.put, attach, shard)
        listening = traps or TrapSettings()
        self._traps: queue.SimpleQueue[Trap] = queue.SimpleQueue()
        self._receiver = TrapReceiver(Reader(*credentials.load_all(secrets)), listening, self._traps.put, attach)
        self._trap_log = TrapLog(engine, listening.keep)
        self._trap_counts: Counter[tuple[str, str]] = Counter()
        self._views: dict[str, DeviceView] = {}
        self._latest: dict[str, Poll] = {}
        self._volumes: dict[tuple[str, str], Volume] = {}
        self._counters = Counters()
        self._recorded: dict[str, Finding] = {}
        self._followed: Network | None = None
        self._senders: dict[str, str] = {}
        self._saved = self._forgotten = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._main, name="telemetry", daemon=True)

    def start(self) -> None:
        """Start polling and recording."""
        for element in self._states.seen():
            if element.startswith("device:"):
                self._views[element.removeprefix("device:")] = DeviceView(known=True)
        self._thread.start()
        self._poller.start()
        if self._first:
            self._receiver.start()

    def stop(self) -> None:
        """Stop both threads; what was measured is stored first."""
        self._receiver.stop()
        self._poller.stop()
        self._stopping.set()
        self._thread.join(10)

    def repoll(self, device: str) -> None:
        """Ask a device now, because something hinted that it changed."""
        self._poller.repoll(device)

    @property
    def polls(self) -> Mapping[str, Poll]:
        """The latest poll of every device."""
        return dict(self._latest)

    @property
    def volumes(self) -> Mapping[tuple[str, str], Volume]:
        """The latest measured traffic of every (device, interface)."""
        return dict(self._volumes)

    @property
    def traps(self) -> Mapping[tuple[str, str], int]:
        """How many traps of each kind came from each device since the start."""
        return dict(self._trap_counts)

    def _main(self) -> None:
        while not self._stopping.wait(_TICK):
            try:
                self._step(time.monotonic())
            except Exception:  # a busy database must not end monitoring; the next step tries again
                _log.exception("telemetry step failed")
        self._traffic.flush()

    def _step(self, now: float) -> None:
        self._follow()
        self._take_traps()
        fresh, due = self._drain(), now - self._saved >= _SAVE_PERIOD
        if fresh or due:
            self._record(due)
        if due:
            self._saved = now
            self._store.save(self._latest.values())
            self._traffic.flush()
        if now - self._forgotten >= _FORGET_PERIOD:
            self._forgotten = now
            self._traffic.forget(time.time() - self._capacity.keep_days * 86400)

    def _follow(self) -> None:
        network = self._network()
        if network is not self._followed:
            self._followed = network
            self._poller.follow(network)
            self._senders = {str(a.ip): d.slug for d in network.devices for i in d.interfaces for a in i.addresses}
            for gone in self._views.keys() - network.device.keys():
                del self._views[gone]
                self._latest.pop(gone, None)

    def _take_traps(self) -> None:
        """Log and count traps; one about a link is a reason to ask the device at once."""
        kept: list[tuple[str | None, Trap]] = []
        while not self._traps.empty():
            trap = self._traps.get()
            device = self._senders.get(trap.source)
            self._trap_counts[device or "unknown", trap.kind] += 1
            if device is not None and trap.kind in LINK_KINDS:
                self._poller.repoll(device)
            if trap.kind != REFUSED:
                kept.append((device, trap))
        if kept:
            self._trap_log.add(kept)

    def _drain(self) -> bool:
        fresh = False
        while not self._polls.empty():
            poll = self._polls.get()
            fresh = True
            self._latest[poll.device] = poll
            self._views.setdefault(poll.device, DeviceView()).take(poll)
            if isinstance(poll, Sample):
                volumes = self._counters.take(poll)
                self._volumes.update({(v.device, v.interface): v for v in volumes})
                self._traffic.add(volumes)
        return fresh

    def _record(self, refresh: bool) -> None:
        """Store what changed at once, everything now and then (so that others see it is still being looked at)."""
        network = self._followed
        if network is None:
            return
        views = {name: view for name, view in self._views.items() if name in network.device}
        anyone_silent = any(view.known and view.silent for view in views.values())
        heard = self._observations.heartbeats() if anyone_silent else {}
        found = findings(network, views, self._snmp, heard)
        changed = [f for f in found if refresh or self._recorded.get(f.element) != f]
        now = time.time()
        self._states.record_all(ElementState(f.element, f.up, f.evidence, now) for f in changed)
        self._recorded.update({f.element: f for f in changed})
