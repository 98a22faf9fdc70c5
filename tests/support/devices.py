"""Devices in memory with the device tool's promise: a commit nobody confirms is taken back."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from automation import bundle
from automation.bundle import Bundle
from automation.clock import REAL, Clock
from automation.health import peers
from automation.session import DeviceStatus, Ended, Pending, Target
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.model.device import InterfaceKind
from inventory.model.network import Network

BOOTSTRAP = "#! part frr\nfrr defaults traditional\n"


@dataclass
class FakeDevice:
    """`ails` is what is wrong with it: unreachable, refuses, fails, cut-off (by its commit), loses-session, alone."""

    name: str
    running: str = BOOTSTRAP
    previous: str = ""
    ails: str = ""
    neighbours: frozenset[str] = frozenset()
    confirmed: int = 0
    commits: int = 0
    clock: Clock = REAL
    _before: str = ""
    _pending: tuple[str, str, float] | None = None
    _last: Ended | None = None
    _ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def text(self) -> str:
        """Everything it runs."""
        self.settle()
        return self.running

    def runs(self, wanted: str) -> bool:
        """Whether it runs what a bundle says."""
        return self.text() == wanted

    def reboot(self) -> None:
        """A power cut: an unconfirmed commit is forgotten when the device is back."""
        if self._pending:
            self.end("reverted", "the device restarted before the confirmation")

    def settle(self) -> None:
        """The timer."""
        if self._pending and self.clock.monotonic() >= self._pending[2]:
            self.end("reverted", "not confirmed in time")

    def end(self, outcome: str, reason: str) -> None:
        """End the pending commit; put back what ran before unless it was confirmed."""
        assert self._pending is not None
        if outcome == "confirmed":
            self.previous, self.confirmed = self._before, self.confirmed + 1
        else:
            self.running = self._before
        self._last = Ended(self._pending[0], self._pending[1], outcome, reason)
        self._pending = None

    @property
    def pending(self) -> Pending | None:
        """The commit that waits."""
        self.settle()
        if self._pending is None:
            return None
        return Pending(self._pending[0], self._pending[1], max(0.0, self._pending[2] - self.clock.monotonic()))

    def begin(self, text: str, note: str, revert_in: int) -> str:
        """Run a candidate until confirmed."""
        self.commits += 1
        self._before, self.running = self.running, text
        self._pending = (f"{self.name}-{next(self._ids)}", note, self.clock.monotonic() + revert_in)
        return self._pending[0]


@dataclass(frozen=True)
class FakeSession:
    """A login to a fake device."""

    device: FakeDevice

    def running(self) -> str:
        return self.device.running

    def compare(self, candidate: str) -> str:
        return bundle.difference(Bundle.parse(self.device.running), Bundle.parse(candidate))

    def commit(self, candidate: str, note: str, revert_in: int) -> str | None:
        if self.device.ails == "refuses":
            raise BundleRefused(self.device.name, "line 3 is wrong", "nftables", 3)
        if self.device.ails == "fails":
            raise BundleFailed(self.device.name, "disk full; everything was put back")
        id_ = self.device.begin(candidate, note, revert_in)
        if self.device.ails == "loses-session":
            raise ConnectionLost(self.device.name, "lost", "reset by peer")
        return id_

    def confirm(self, commit: str) -> None:
        pending = self.device.pending
        if pending is None or pending.id != commit:
            raise BundleRefused(self.device.name, "no commit is pending")
        self.device.end("confirmed", "")

    def undo(self, commit: str) -> None:
        if self.device.pending is not None and self.device.pending.id == commit:
            self.device.end("reverted", "rolled back")
        elif self.device.pending is None and self.device._last and self.device._last.id == commit:
            self.device.running = self.device.previous

    def status(self) -> DeviceStatus:
        return DeviceStatus(self.device.pending, self.device._last)

    def neighbours(self) -> frozenset[str]:
        return self.device.neighbours if self.device.pending and self.device.ails != "alone" else frozenset()

    def close(self) -> None:
        """Nothing to close."""


class FakeCity:
    """The configured devices of a network; `connect` opens sessions with them."""

    def __init__(self, network: Network, clock: Clock = REAL) -> None:
        self.devices = {d.slug: FakeDevice(d.slug, clock=clock) for d in network.configured()}
        for name, device in self.devices.items():
            device.neighbours = frozenset(peers(network, name))
            assert network.device[name].first(InterfaceKind.LOOPBACK) or not device.neighbours

    def connect(self, target: Target) -> FakeSession:
        """Open a session."""
        device = self.devices[target.name]
        device.settle()
        if device.ails == "unreachable" or (device.ails == "cut-off" and device.pending):
            raise DeviceUnreachable(target.name, "connect", "no route")
        return FakeSession(device)

    def run(self, name: str) -> str:
        """What a device runs."""
        self.devices[name].settle()
        return self.devices[name].running


@dataclass
class FakeProbes:
    """Two probes of every cell, taken whenever somebody looks; `fine` says which are ok."""

    cells: frozenset[tuple[str, str]]
    fine: Callable[[tuple[str, str]], bool] = lambda _: True

    def recent_families(self, n: int) -> dict[tuple[str, str, str], list[tuple[float, bool, str | None]]]:
        """Nobody tells them apart here."""
        return {}

    def recent(self, n: int) -> dict[tuple[str, str], list[tuple[float, bool, str | None]]]:
        """Oldest first."""
        now = time.time()
        return {cell: [(now + i / 1000, self.fine(cell), None) for i in range(min(n, 2))] for cell in self.cells}
