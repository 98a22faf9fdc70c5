"""One process, or one device, ended at one moment of a change in the running city; what is left is looked at."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from sqlalchemy import select

from api import background, demonstration
from api.context import Context
from automation.change import READY, Change, Scope, State
from automation.changes import Changes
from automation.jobs.tables import jobs, leases
from bench.change_drill import WHO
from bench.change_edits import added, edited, one_after_another
from bench.drill_city import COMMAND, DrilledCity, seconds_until
from inventory.errors import SilesiaNetError
from inventory.model.link import Rates
from inventory.model.network import Network
from inventory.model.rule import Action, ZoneRule
from inventory.settings import Settings
from lab import state as states

POP, GATEWAY, SCHOOL = "pop-trynek-1", "gw-szkola-trynek", "szkola-trynek"
TIMERS = {
    "SILESIANET_CHANGE_BATCH_SECONDS": "12",
    "SILESIANET_CHANGE_HEALTH_SECONDS": "8",
    "SILESIANET_CHANGE_SETTLE_SECONDS": "2",
    "SILESIANET_CHANGE_GATE_SECONDS": "24",
    "SILESIANET_CHANGE_MARGIN_SECONDS": "4",
    "SILESIANET_CHANGE_FRESH_SECONDS": "60",
}
"""The timer of the first device is 55 s."""

DARK_SECONDS = 3.0
REACH_SECONDS, END_SECONDS, GONE_SECONDS = 90.0, 150.0, 10.0


class Victim(StrEnum):
    """What is ended. The monitor and the API are one process: as the monitor it dies beside a change of the command
    line, as the API with the change it carries out itself."""

    CONTROLLER = "controller"
    API = "API server"
    WORKER = "worker"
    DEVICE = "device"
    MONITOR = "monitor"


class Moment(StrEnum):
    """Where the change stands."""

    PLANNING = "planning"
    FIRST = "applying, first batch"
    SECOND = "applying, second batch"
    VERIFYING = "verifying"
    CONFIRMING = "confirming, one of two confirmed"
    UNDOING = "rolling back"


@dataclass(frozen=True)
class Left:
    """What a change left behind: its end, the devices' side, seconds until both stood, and what should not be there."""

    victim: Victim
    moment: Moment
    reached: bool
    state: str
    reason: str
    devices: str
    seconds: float
    rest: tuple[str, ...]
    well: bool

    @property
    def clean(self) -> bool:
        """All devices on one side, which is the one on record, and nothing left behind."""
        fits = self.devices == ("confirmed" if self.state == State.CONFIRMED else "restored")
        return self.reached and fits and self.well and not self.rest


class KillDrill:
    """A change of a PoP and a gateway behind it, again and again."""

    def __init__(self, city: DrilledCity) -> None:
        self.city = city
        self.normal: Network = city.network
        self.served: bool | None = None
        """Whether the server does jobs itself; null while it is not one of the drill's."""

    @cached_property
    def context(self) -> Context:
        """The city's own store and keys."""
        return Context(Settings(home=self.city.home))

    def end(self) -> None:
        """The server as `up` started it."""
        background.stop(self.city.home, "worker")
        self.served = None
        self._start_server({})

    @property
    def changes(self) -> Changes:
        """Changes as this process makes them: only to look, and to go back to normal."""
        return self.context.changes

    def carry_out(self, victim: Victim, moment: Moment) -> Left:
        """Begin the change, end the victim at the moment, wait for the end of everything, go back to normal."""
        self.serve(by_itself=victim is not Victim.WORKER)
        self.city.join()
        target = wanted(self.normal, bad=moment is Moment.UNDOING)
        self.context.inventory.write(target, WHO, f"{victim} ended while {moment}")
        known = {change.id for change in self.changes.store.list()}
        hand = self._begin(victim)
        change, reached = self._at(moment, known)
        ended = time.monotonic()
        self._end(victim, moment, hand)
        if victim is Victim.DEVICE and moment is Moment.PLANNING:
            change = self._at_the_end(known)
        stood = self._stands(change)
        seconds = time.monotonic() - ended
        with suppress(subprocess.TimeoutExpired):
            if isinstance(hand, subprocess.Popen):
                hand.wait(60)
        side, last = self._side(), self.changes.store.get(change)
        rest = (*self._left(change), *(() if stood else ("the change has not ended",)))
        self._back()
        well = self.city.is_well()
        reason = last.report.reason if last.report else ""
        return Left(victim, moment, reached, last.state, reason, side, seconds, rest, well)

    def serve(self, by_itself: bool) -> None:
        """The server, doing jobs itself or leaving them to a worker, with the drill's timers."""
        home = self.city.home
        if background.running(home, "serve") is not None and self.served is by_itself:
            return
        background.stop(home, "serve")
        background.stop(home, "worker")
        self._start_server({**TIMERS, "SILESIANET_JOBS_SERVED": str(int(by_itself))})
        self.served = by_itself
        self.city.meet()
        if not by_itself:
            self._start_worker()

    def _start_server(self, more: Mapping[str, str]) -> None:
        """Where it was before, for agents and Prometheus look for it there."""
        home = self.city.home
        here = {"SILESIANET_HOME": str(home), "SILESIANET_LISTEN": self.city.url.removeprefix("http://")}
        demonstration.start_server(self.context, {**demonstration.LAB_PACE, **here, **more})

    def _start_worker(self) -> None:
        environment = os.environ | TIMERS | {"SILESIANET_HOME": str(self.city.home)}
        background.start(self.city.home, "worker", background.silesianet("worker"), environment)

    def _begin(self, victim: Victim) -> "subprocess.Popen[bytes] | None":
        """The change begins: on the command line, or over REST where the server or its worker carries it out."""
        if victim not in (Victim.API, Victim.WORKER):
            environment = os.environ | TIMERS | {"SILESIANET_HOME": str(self.city.home)}
            scope = ("--device", POP, "--device", GATEWAY)
            words, nowhere = [*COMMAND, "apply", "--yes", *scope], subprocess.DEVNULL
            return subprocess.Popen(words, env=environment, stdout=nowhere, stderr=nowhere)
        wish = {"scope": {"devices": [POP, GATEWAY]}, "comment": str(victim)}
        self.city.post("/api/v1/changes", wish)
        return None

    def _at(self, moment: Moment, known: set[str]) -> tuple[str, bool]:
        """The change's id once it is there; whether the moment was met before the change was over."""
        until = time.monotonic() + REACH_SECONDS
        change, asked = "", False
        while time.monotonic() < until:
            fresh = [c for c in self.changes.store.list(3) if c.id not in known and c.comment != "back to normal"]
            if fresh:
                change = fresh[0].id
                if is_at(moment, fresh[0], self._progress(change), self._told):
                    return change, True
                if fresh[0].report is not None:
                    return change, False
                if fresh[0].state in READY and fresh[0].comment in (Victim.API, Victim.WORKER) and not asked:
                    asked = True
                    self.city.post(f"/api/v1/changes/{change}/apply", {})
            time.sleep(0.05)
        return change, False

    def _at_the_end(self, known: set[str]) -> str:
        return next(c.id for c in self.changes.store.list(3) if c.id not in known)

    def _told(self, device: str) -> dict[str, object]:
        """What a device remembers of its commits, read from its disk: no login that could wake or delay anything."""
        node = states.load(self.city.home).node(device)
        try:
            inside = Path("/proc", str(node.pid), "root")
            with (inside / "var/lib/silesianet/state.json").open() as file:
                return dict(json.load(file))
        except (OSError, ValueError):
            return {}

    def _progress(self, change: str) -> str:
        query = select(jobs.c.progress).where(jobs.c.change == change).order_by(jobs.c.id.desc()).limit(1)
        with self.context.engine.connect() as connection:
            return str(connection.execute(query).scalar() or "")

    def _end(self, victim: Victim, moment: Moment, hand: "subprocess.Popen[bytes] | None") -> None:
        """End it as a power cut or a full memory would: no last words. Then start it again, where it would be."""
        home = self.city.home
        if victim is Victim.CONTROLLER:
            assert hand is not None
            hand.kill()
        elif victim is Victim.DEVICE:
            self._power_cut(POP if moment is Moment.FIRST else GATEWAY)
        else:
            service = "worker" if victim is Victim.WORKER else "serve"
            pid = background.running(home, service)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            seconds_until(lambda: background.running(home, service) is None, GONE_SECONDS)
            if victim is Victim.WORKER:
                self._start_worker()
            else:
                self.serve(by_itself=True)

    def _power_cut(self, device: str) -> None:
        self.city.inject(f"device:{device}", "off")
        time.sleep(DARK_SECONDS)
        self.city.heal()

    def _stands(self, change: str) -> bool:
        """Wait until the change has ended, or, where nothing was begun, until nothing more is to be expected."""
        until, quiet = time.monotonic() + END_SECONDS, time.monotonic() + 20
        while time.monotonic() < until:
            found = self.changes.store.get(change)
            if found.report is not None:
                return True
            if found.state in {State.DRAFT, *READY} and time.monotonic() > quiet and not self._open_jobs(change):
                return True
            time.sleep(0.3)
        return False

    def _open_jobs(self, change: str) -> list[str]:
        query = select(jobs.c.id, jobs.c.state).where(jobs.c.change == change, jobs.c.state.in_(("queued", "running")))
        with self.context.engine.connect() as connection:
            return [f"job {row.id} {row.state}" for row in connection.execute(query)]

    def _left(self, change: str) -> list[str]:
        """Locks and jobs that outlive the change, seen once every lease of a dead owner has run out."""
        time.sleep(self.changes.settings.lease_seconds / 4)
        until = time.monotonic() + self.changes.settings.lease_seconds + 2
        while (left := [*self._open_jobs(change), *self._locks()]) and time.monotonic() < until:
            time.sleep(0.3)
        held = [f"{name} holds a commit" for name in (POP, GATEWAY) if self._told(name).get("pending")]
        return [*left, *held]

    def _locks(self) -> list[str]:
        query = select(leases.c.resource).where(leases.c.until > time.time())
        with self.context.engine.connect() as connection:
            return [f"lock {row.resource}" for row in connection.execute(query)]

    def _side(self) -> str:
        """What the devices run: all what was wanted, all what was before, or something in between."""
        sides = {self._side_of(name) for name in (POP, GATEWAY)}
        return sides.pop() if len(sides) == 1 else f"mixed: {', '.join(sorted(sides))}"

    def _side_of(self, name: str) -> str:
        until = time.monotonic() + 60
        while True:
            made = self.changes.preview(Scope(devices=(name,))).devices[0]
            if made.running is not None or time.monotonic() > until:
                break
            time.sleep(1)
        if made.running is None:
            return "not reached"
        if not made.diff:
            return "confirmed"
        before = self.changes.inventory.revision() - 1
        return "restored" if self._runs(name, made.running, before) else "something else"

    def _runs(self, name: str, running: str, revision: int) -> bool:
        """Whether a device runs what an earlier revision says, by the device's own reading."""
        right = str(self.changes.render(name, revision))
        fleet = self.changes.fleet(self.normal)
        answer = fleet.run([name], lambda _, session: session.compare(right))[name]
        return getattr(answer, "value", running) == ""

    def _back(self) -> None:
        """The inventory and the devices as they were."""
        self.context.inventory.write(self.normal, WHO, "back to normal")
        plain = replace(self.changes)
        for _ in range(3):
            with suppress(SilesiaNetError):
                change = plain.plan(plain.create(Scope(devices=(POP, GATEWAY)), "back to normal", WHO).id)
                assert change.plan is not None
                if not change.plan.differs and not change.plan.unreached:
                    return
                if plain.apply(change.id, WHO).state is State.CONFIRMED:
                    return
            time.sleep(3)


Told = Callable[[str], Mapping[str, object]]


def is_at(moment: Moment, change: Change, progress: str, told: Told) -> bool:
    """Whether a change stands at a moment, by its record, its job's progress and what the devices remember."""
    match moment:
        case Moment.PLANNING:
            return change.state is State.DRAFT
        case Moment.FIRST:
            return progress.startswith("batch 1") and bool(told(POP).get("pending"))
        case Moment.SECOND:
            return progress.startswith("batch 2")
        case Moment.VERIFYING:
            return change.state is State.VERIFYING and progress.startswith("probes")
        case Moment.CONFIRMING:
            return change.state is State.CONFIRMING and not told(POP).get("pending") and bool(told(GATEWAY)["pending"])
        case Moment.UNDOING:
            return progress.startswith("taking it back")


def wanted(network: Network, bad: bool) -> Network:
    """A faster circuit for a school, which both its ends shape anew; the bad one also takes an e-service away."""
    faster = edited("circuits", f"c-{POP}--{GATEWAY}", rate=Rates(down=500_000_000, up=500_000_000))
    endpoint = network.service["wbo"].endpoint.addresses
    rule = ZoneRule(
        slug="drill-wrong-rule", order=10, sites=(SCHOOL,), action=Action.DENY, destinations=endpoint,
        comment="meant for another network",
    )  # fmt: skip
    return one_after_another(faster, added("rules", rule))(network) if bad else faster(network)
