"""A city, its controllers and time itself under one seeded hand: every run can be repeated step for step.

Controllers are greenlets: one goes on until it talks to a device or waits, then what was drawn decides who is next, who
dies, whose machine sleeps, which device restarts. A killed controller is never resumed and can write nowhere any more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from greenlet import getcurrent, greenlet
from sqlalchemy import Engine, event

from automation.changes import Changes
from automation.fleet import Answered, Missed
from automation.gate import Prediction
from automation.lease import Lease, Leases
from automation.session import Session, Target
from automation.settings import ChangeSettings, ConfigurationSettings
from inventory.database.engine import connect
from inventory.database.store import InventoryStore
from inventory.errors import SilesiaNetError
from inventory.model.network import Network
from tests.support.clock import ManualClock
from tests.support.devices import FakeCity

SETTINGS = ChangeSettings(
    health_seconds=4, batch_seconds=10, settle_seconds=1, gate_seconds=10, margin_seconds=5, lease_seconds=10,
    canary_from=2, batch_size=2,
)  # fmt: skip
LONG = 100_000.0
"""Seconds in which every timer of a change has ended."""

MOST_STEPS = 20_000


class City(Protocol):
    """Devices by name, and sessions with them."""

    @property
    def devices(self) -> Mapping[str, Any]:
        """Those a world may restart and sicken: `FakeDevice`, `SimulatedDevice`."""

    def connect(self, target: Target) -> Session:
        """Open a session."""


class Dead(BaseException):
    """What a killed controller gets when it tries to do anything."""


@dataclass
class Controller:
    """A process: its work, whether it lives, and until when its machine sleeps."""

    name: str
    work: Callable[[Changes], object]
    run: Any = None
    dead: bool = False
    asleep_until: float = 0.0
    fault: BaseException | None = None
    pulses: list[tuple[Lease, Callable[[], None]]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    last_pulse: float = 0.0


class World:
    """``choices`` are consumed one a step; when they are over everybody is well and takes turns."""

    def __init__(
        self, network: Network, database: Path, choices: Sequence[int],
        city: Callable[[Network, ManualClock], "City"] = FakeCity,
    ) -> None:  # fmt: skip
        self.network, self.database = network, database
        self.clock = ManualClock(1_000_000.0)
        self.city = city(network, self.clock)
        self.controllers: list[Controller] = []
        self.violations: list[str] = []
        self.log: list[str] = []
        self.fine: Callable[[str], bool] = lambda _: True
        self._choices, self._steps = list(choices), 0

    # what happens

    def start(self, name: str, work: Callable[[Changes], object]) -> Controller:
        """A controller that will do some work once it is its turn."""
        controller = Controller(name, work)
        engine = connect(f"sqlite:///{self.database}")

        @event.listens_for(engine, "before_cursor_execute")
        def _refuse(*_: Any) -> None:
            if controller.dead:
                raise Dead

        def body() -> None:
            try:
                work(self.changes(engine, controller))
            except SilesiaNetError as refusal:
                controller.fault = refusal
            except Dead:
                controller.dead = True

        controller.run = greenlet(body)
        self.controllers.append(controller)
        return controller

    def go(self) -> None:
        """Until nobody has anything to do any more."""
        while alive := [c for c in self.controllers if not c.dead and not c.run.dead]:
            awake = [c for c in alive if c.asleep_until <= self.clock.now]
            if not awake:
                self.clock.now = min(c.asleep_until for c in alive)
                continue
            self._steps += 1
            assert self._steps < MOST_STEPS, "nobody comes to an end"
            self._step(awake)

    def calm(self) -> None:
        """From now on nobody dies, sleeps or restarts, and time does not jump."""
        self._choices.clear()

    def _step(self, awake: list[Controller]) -> None:
        choice = self._choices.pop(0) if self._choices else 0
        action, who = choice % 8, awake[(choice // 8) % len(awake)]
        match action:
            case 4 if self._steps > 1:
                self.log.append(f"{who.name} is killed")
                who.dead = True
                for session in who.sessions:
                    session.close()
                return
            case 5:
                self.log.append(f"{who.name}'s machine sleeps")
                who.asleep_until = self.clock.now + 3 * (choice // 8 % 50)
                return
            case 6:
                devices = list(self.city.devices.values())
                device = devices[(choice // 8) % len(devices)]
                self.log.append(f"{device.name} restarts")
                device.reboot()
            case 7:
                self.log.append("time jumps")
                self.clock.now += choice // 8
            case _:
                pass
        self.clock.now += 0.05
        self._pulse(who)
        who.run.switch()

    def turn(self) -> None:
        """Called by a controller wherever something else may happen."""
        if getcurrent().parent is not None:
            getcurrent().parent.switch()
            if self._current().dead:
                raise Dead

    def _current(self) -> Controller:
        return next(c for c in self.controllers if c.run is getcurrent())

    def _pulse(self, who: Controller) -> None:
        """The heartbeat of a live controller, whose machine was awake."""
        if self.clock.now - who.last_pulse > SETTINGS.lease_seconds / 4:
            who.last_pulse = self.clock.now
            for _, renew in who.pulses:
                renew()

    # what controllers are made of

    def changes(self, engine: Engine, controller: Controller) -> Changes:
        """The code under test, with this world's time, devices, probes and heartbeats."""
        world = self

        class InWorld(Changes):
            def fleet(self, network: Network) -> "SerialFleet":
                return SerialFleet(world, self.connect, network)

            def _leases(self) -> Leases:
                return WorldLeases(world, controller, engine)

        return InWorld(
            engine, InventoryStore(engine), self.connect, lambda *_: Prediction(), WorldProbes(self),
            settings=SETTINGS, configuration=ConfigurationSettings(contact="new@silesianet.example"),
            clock=WorldClock(self),
        )  # fmt: skip

    def connect(self, target: Target) -> Session:
        """A session whose every call is a step, and whose writes are looked at by whoever judges."""
        self.turn()
        session = WatchedSession(self, target.name, self.city.connect(target))
        self._sessions().append(session.inner)
        return session

    def _sessions(self) -> list[Session]:
        """Of who is talking now; nobody's where a test looks."""
        return next((c.sessions for c in self.controllers if c.run is getcurrent()), [])

    def wrote(self, device: str, verb: str) -> None:
        """No write without the lock: the owner must be the one the database knows at this very moment."""
        who = self._current()
        self.log.append(f"{who.name}: {verb} {device}")
        if not any(WorldLeases.covers(lease, device, self) for lease, _ in who.pulses):
            self.violations.append(f"{who.name} did {verb} on {device} without holding its lock")


@dataclass(frozen=True)
class WorldClock:
    """The world's time; waiting lets others go on."""

    world: World

    def monotonic(self) -> float:
        return self.world.clock.now

    def wall(self) -> float:
        return self.world.clock.now

    def sleep(self, seconds: float) -> None:
        until = self.world.clock.now + seconds
        self.world.turn()
        while self.world.clock.now < until:
            self.world.clock.now += min(0.5, until - self.world.clock.now)
            self.world.turn()


class WorldLeases(Leases):
    """Heartbeats at the world's steps instead of a thread's."""

    def __init__(self, world: World, controller: Controller, engine: Engine) -> None:
        super().__init__(engine, SETTINGS.lease_seconds, WorldClock(world))
        self._controller = controller

    @contextmanager
    def hold(self, resources: Any, wait: float = 0.0, holder: str = "", basis: int | None = None) -> Iterator[Lease]:
        wanted = frozenset({resources} if isinstance(resources, str) else resources)
        lease = self._acquire(wanted, wait, holder, basis)
        pulse = (lease, lambda: self._renew(lease, self._seconds))
        self._controller.pulses.append(pulse)
        try:
            yield lease
        finally:
            self._controller.pulses.remove(pulse)
            self._renew(lease, 0.0)

    @staticmethod
    def covers(lease: Lease, device: str, world: World) -> bool:
        """Whether the database says that this lease is in force over a device."""
        engine = connect(f"sqlite:///{world.database}")
        try:
            return Leases(engine, SETTINGS.lease_seconds, WorldClock(world)).valid(lease.over(device), lease.token)
        finally:
            engine.dispose()


@dataclass(frozen=True)
class WatchedSession:
    """See `Session`."""

    world: World
    name: str
    inner: Session

    def running(self) -> str:
        self.world.turn()
        return self.inner.running()

    def compare(self, bundle: str) -> str:
        self.world.turn()
        return self.inner.compare(bundle)

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        self.world.turn()
        self.world.wrote(self.name, "commit")
        return self.inner.commit(bundle, note, revert_in)

    def confirm(self, commit: str) -> None:
        self.world.turn()
        self.world.wrote(self.name, "confirm")
        self.inner.confirm(commit)

    def undo(self, commit: str) -> None:
        self.world.turn()
        self.world.wrote(self.name, "undo")
        self.inner.undo(commit)

    def status(self) -> Any:
        self.world.turn()
        return self.inner.status()

    def neighbours(self) -> frozenset[str]:
        return self.inner.neighbours()

    def close(self) -> None:
        """Log out."""
        self.inner.close()


@dataclass(frozen=True)
class SerialFleet:
    """Devices one after the other, in the controller's own greenlet."""

    world: World
    connect: Callable[[Target], Session]
    network: Network

    @property
    def clock(self) -> WorldClock:
        return WorldClock(self.world)

    def run(self, names: Any, work: Callable[[str, Session], Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in list(names):
            try:
                session = self.connect(Target(name, self.network.device[name].platform or "", ("127.0.0.1",)))
                with closing(session):
                    found[name] = Answered(work(name, session))
            except SilesiaNetError as error:
                found[name] = Missed(error)
        return found


@dataclass(frozen=True)
class WorldProbes:
    """Two probes of one cell of every site, whenever somebody looks."""

    world: World

    def recent_families(self, n: int) -> dict[tuple[str, str, str], list[tuple[float, bool, str | None]]]:
        """Nobody tells them apart here."""
        return {}

    def recent(self, n: int) -> dict[tuple[str, str], list[tuple[float, bool, str | None]]]:
        """Oldest first."""
        now, world = self.world.clock.now, self.world
        sites = {world.network.device[name].site for name in world.city.devices}
        return {(site, "wbo"): [(now - 0.001, world.fine(site), None), (now, world.fine(site), None)] for site in sites}
