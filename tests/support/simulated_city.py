"""Devices of many vendors in a world's virtual time: the simulators of the lab, and our sessions with them, no wire.

What is typed goes straight to the simulated command line; everything else is what runs against real SSH.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from automation.health import peers
from automation.render import render
from automation.session import DeviceStatus, Pending, Session, Target
from automation.settings import ConfigurationSettings
from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.login import Login
from automation.transports.ssh import Target as Way
from inventory import platforms
from inventory.day import day_at
from inventory.demo.vendors import mixed_city
from inventory.model.network import Network
from lab.simulators.clock import VirtualClock
from lab.simulators.device import Faults, HangUp
from lab.simulators.models import model_of
from tests.support.clock import ManualClock

SESSIONS = {
    "arista-eos": "EosSession",
    "cisco-ios": "IosSession",
    "huawei-vrp": "VrpSession",
    "juniper-junos": "JunosSession",
}
"""Platforms that are spoken to on one command line."""

SICK: Mapping[str, dict[str, Any]] = {
    "refuses": {"reject": "(?i).*contact.*"},
    "fails": {"disk_full": True},
    "loses-session": {"drop_after": 0},
    "lies": {"ignore_commit": True},
    "restarts": {"reboot_on_line": "(?i).*contact.*"},
}
LOGIN = Login(Way("simulated", "silesianet", Path("key"), Path("known_hosts")), secret=lambda name: f"value-of-{name}")


class Typed:
    """A terminal without a wire; see `automation.transports.terminal.Terminal`."""

    def __init__(self, device: "SimulatedDevice") -> None:
        self._device, self._boots = device, device.boots
        self._cli = device.model.cli()
        self.greeting = self._cli.greeting()
        self.last_prompt = self._cli.prompt().strip()

    def ask(self, command: str, _seconds: float) -> str:
        """What the device answers."""
        self._device.settle()
        if self._boots != self._device.boots:
            raise ConnectionLost(self._device.name, "lost", "the device hung up")
        try:
            answer = self._cli.enter(command)
        except HangUp as words:
            self._cli.hung_up()
            self._boots = -1
            raise ConnectionLost(self._device.name, "lost", f"the device hung up {words}") from None
        self.last_prompt = self._cli.prompt().strip()
        return answer.strip("\n")

    def enter(self, lines: Iterable[str], seconds: float) -> list[tuple[str, str]]:
        """Every line with its answer."""
        return [(line, self.ask(line, seconds)) for line in lines]

    def close(self) -> None:
        """Hang up."""
        if self._boots == self._device.boots:
            self._cli.hung_up()


class SimulatedDevice:
    """A device with what ails it, as `tests.support.devices.FakeDevice` has it."""

    def __init__(self, network: Network, name: str, startup: str, now: Callable[[], float]) -> None:
        self.name, self.ails, self.boots = name, "", 0
        self.platform = platforms.load(network.device[name].platform or "")
        self._now, self.clock = now, VirtualClock()
        self._offset = now()
        self.model = model_of(self.platform.slug)(name, startup, self.clock)
        self.peers = frozenset(peers(network, name))

    def settle(self) -> None:
        """Let the device's own time pass, with its timers; be as sick as somebody wants it."""
        self.clock.advance(max(0.0, self._now() - self._offset - self.clock.now()))
        if self.model.faults != (wanted := Faults(**SICK.get(self.ails, {}))) and self.ails != "loses-session":
            self.model.faults = wanted

    def reboot(self) -> None:
        """A power cut."""
        self.settle()
        self.model.reboot()
        self.boots += 1

    def session(self) -> Session:
        """A login."""
        self.settle()
        made = getattr(import_module(f"automation.transports.{self.platform.transport}"), SESSIONS[self.platform.slug])
        opened = made(Typed(self), LOGIN, self.platform)
        opened.begin()
        return Judged(self, opened)

    @property
    def pending(self) -> Pending | None:
        """The commit that waits."""
        return self.session().status().pending

    def text(self) -> str:
        """Everything it runs."""
        self.settle()
        return self.model.running()

    def runs(self, bundle: str) -> bool:
        """Whether it runs what a bundle says, by its own reading."""
        return not self.session().compare(bundle)


class Judged:
    """A session whose neighbours are there while a commit waits, unless the device is alone."""

    def __init__(self, device: SimulatedDevice, inner: Session) -> None:
        self._device, self._inner = device, inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        """A session is cut once while a commit is typed, when that is what ails the device."""
        if self._device.ails == "loses-session":
            self._device.model.faults = Faults(**SICK["loses-session"])
        return self._inner.commit(bundle, note, revert_in)

    def neighbours(self) -> frozenset[str]:
        """As routing would have them."""
        status: DeviceStatus = self._inner.status()
        return self._device.peers if status.pending and self._device.ails != "alone" else frozenset()


class SimulatedCity:
    """Devices that a world restarts, sickens and connects to; all of them run ``OLD`` at the beginning."""

    def __init__(self, network: Network, names: Iterable[str], clock: ManualClock) -> None:
        self.devices = {name: SimulatedDevice(network, name, configured(name), lambda: clock.now) for name in names}

    def connect(self, target: Target) -> Session:
        """Open a session."""
        device = self.devices[target.name]
        if device.ails == "unreachable" or (device.ails == "cut-off" and device.pending):
            raise DeviceUnreachable(target.name, "connect", "no route")
        return device.session()


OLD = ConfigurationSettings(contact="old@silesianet.example")


@cache
def configured(name: str) -> str:
    """What a device of the city of many vendors saves once it runs its old configuration."""
    network = mixed_city()
    slug = network.device[name].platform or ""
    device = SimulatedDevice(network, name, platforms.load(slug).bootstrap, lambda: 0.0)
    session = device.session()
    if commit := session.commit(str(render(network, name, day_at(), OLD)), "c0000000000", 600):
        session.confirm(commit)
    return device.model.running()
