"""Changes from draft to report: what the command line and the REST API call."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Engine

from automation import plan, restore, rollback
from automation.apply import CANCELLED, Step
from automation.approval import given, ready, still_true
from automation.bundle import Bundle
from automation.carry_out import Say, carry_out
from automation.change import UNDER_WAY, Change, Plan, Report, Scope, State
from automation.clock import REAL, Clock
from automation.fleet import Fleet, ThreadedFleet
from automation.gate import Forecast, Prediction, Probes
from automation.jobs.admission import Calendar
from automation.jobs.fence import fenced, yielding
from automation.jobs.store import JobStore
from automation.jobs.territory import Territory, holder, meet, territory
from automation.lease import DEVICE, Lease, Leases, LockHeld
from automation.recover import recover
from automation.render import Rendering, render
from automation.session import Connect, Session
from automation.settings import ChangeSettings, ConfigurationSettings
from automation.store import BackupStore, ChangeStore
from inventory.database.revision import When
from inventory.day import day_at
from inventory.errors import RefusedRequest
from inventory.model.network import Network

Rehearse = Callable[[Network | None, Network], dict[str, Any]]
"""(network in force, target): what the change does to cells, single points of failure, links and fairness, as JSON."""


class Inventory(Protocol):
    """Intended facts by revision."""

    def revision(self) -> int:
        """Number of the current revision."""

    def network(self, at: When | None = None) -> Network:
        """The network now, at a revision or at an instant."""

    def instant(self, when: When | None = None) -> float:
        """The moment meant, in epoch seconds."""


def _not_rehearsed(_before: Network | None, _after: Network) -> dict[str, Any]:
    """Where nothing can tell."""
    return {}


def _silent(_: Step) -> None:
    """Progress nobody watches."""


def _ending(report: Report) -> str:
    """State of the job that carried the change out."""
    if report.state is State.CONFIRMED:
        return "done"
    return "cancelled" if report.reason == CANCELLED else "failed"


@dataclass(frozen=True)
class Changes:
    """Safe to use from several processes: changes that touch the same devices exclude each other."""

    engine: Engine
    inventory: Inventory
    connect: Connect
    forecast: Forecast
    probes: Probes
    rehearsal: Rehearse = _not_rehearsed
    settings: ChangeSettings = field(default_factory=ChangeSettings)
    configuration: ConfigurationSettings = field(default_factory=ConfigurationSettings)
    today: Callable[[], date] = day_at
    clock: Clock = REAL
    watching: bool = True
    """False where nobody can probe, since simulated devices carry no traffic: the devices alone decide then."""
    rendering: Rendering = render

    @property
    def store(self) -> ChangeStore:
        """All changes."""
        return ChangeStore(self.engine)

    @property
    def jobs(self) -> JobStore:
        """All jobs."""
        return JobStore(self.engine)

    @property
    def backups(self) -> BackupStore:
        """All backups."""
        return BackupStore(self.engine)

    def fleet(self, network: Network) -> Fleet[Session]:
        """The devices of a network."""
        return ThreadedFleet(network, self.connect, self.settings.workers)

    def render(self, device: str, when: When | None = None) -> Bundle:
        """The bundle a device should have today, or on the day of another moment by the inventory of then."""
        day = self.today() if when is None else day_at(self.inventory.instant(when))
        return self.rendering(self.inventory.network(when), device, day, self.configuration)

    def create(self, scope: Scope, comment: str, who: str) -> Change:
        """A draft; UnknownObject for a device or site that is not there."""
        plan.chosen(self.inventory.network(), scope)
        return self.store.create(scope, who, comment)

    def plan(self, id_: str, say: Say = _silent) -> Change:
        """Read the devices and say what would happen. Changes nothing, except that a change whose controller died is
        taken back first."""
        change = self.store.get(id_)
        names = plan.chosen(self.inventory.network(), change.scope) if self.store.under_way() else ()
        self.recover(say, frozenset(DEVICE + name for name in names))
        if change.kind == restore.KIND:
            made = restore.plan_of(self, change)
        else:
            made = rollback.plan_of(self, change) if change.undoes else self.preview(change.scope)
        self.store.planned(change.id, made)
        return self.store.get(change.id)

    def rehearse(self, id_: str) -> Change:
        """Try the planned change out on the computed city, for whoever has to approve it. Kept with the plan."""
        change = self.store.get(id_)
        made = ready(change)
        target = self.inventory.network(made.revision)
        told = self.rehearsal(self.in_force(), target)
        self.store.rehearsed(change.id, made.model_copy(update={"rehearsal": told}))
        return self.store.get(change.id)

    def approve(self, id_: str, who: str) -> Change:
        """Note that somebody has looked at this very plan. RefusedRequest once the inventory has moved."""
        change = self.store.get(id_)
        made = still_true(change, self.inventory.revision())
        if made.rehearsal is None:
            self.rehearse(change.id)
        self.store.approve(change.id, made.id, who)
        return self.store.get(change.id)

    def apply(
        self, id_: str, who: str, say: Say = _silent, stop: threading.Event | None = None, job: int | None = None
    ) -> Report:
        """Carry out a planned change. RefusedRequest when it is not planned, the inventory has moved since, or another
        change is under way on its devices. ``stop`` asks for it to be taken back; ``job`` is the one of a worker."""
        before = self.store.get(id_)
        mine = territory(self.inventory.network(), before.plan)
        self.recover(say, mine)
        with self._leases().hold(mine, 0.0, holder(before), before.revision) as lease, yielding(id_):
            change = self.may_begin(id_, who)
            self._alone(change, mine)
            Calendar(self.engine).admit(self.inventory.network(), change, self.clock.wall())
            self.store.begin(change.id)
            number = self.jobs.start(change.kind, who, change.id) if job is None else job
            try:
                report = carry_out(self._under(lease), change, number, lease, say, stop or threading.Event())
            except BaseException as fault:
                if job is None:
                    self.jobs.end(number, "failed", str(fault) or type(fault).__name__)
                raise
            self.store.finish(report)
            if job is None:
                self.jobs.end(number, _ending(report), report.reason or report.state)
            return report

    def rollback(self, id_: str, who: str, comment: str = "", say: Say = _silent) -> Report:
        """Take a confirmed change back, as a change of its own: devices return to what they ran before it."""
        return self.apply(self.plan(rollback.begin(self, id_, who, comment).id, say).id, who, say)

    def recover(self, say: Say = _silent, touching: Territory | None = None) -> list[Report]:
        """Bring changes to an end whose controller died. One that is alive is let be, unless it touches what is named
        (everything if null): then RefusedRequest."""
        reports = []
        for change in self.store.under_way():
            theirs = territory(self.inventory.network(), change.plan)
            near = touching is None or meet(theirs, touching)
            try:
                with self._leases().hold(
                    theirs, self.settings.lease_seconds + 1 if near else 0.0, holder(change)
                ) as ours:
                    if self.store.get(change.id).state in UNDER_WAY:
                        with yielding(change.id):
                            reports.append(recover(change, self._under(ours), say))
            except LockHeld:
                if near:
                    raise
        return reports

    def _alone(self, change: Change, mine: Territory) -> None:
        """Under the locks: nothing may have been planned, begun or left behind on these devices since we looked."""
        network = self.inventory.network()
        beside = [c for c in self.store.under_way() if meet(territory(network, c.plan), mine)]
        if beside or territory(network, change.plan) != mine:
            where = f"change:{change.id}"
            raise RefusedRequest("something moved while its locks were taken", where=where, fix="try again")

    def _under(self, lease: Lease) -> "Changes":
        """The same, writing to devices only as long as the locks are ours."""
        return replace(self, connect=fenced(self.connect, lease))

    def _leases(self) -> Leases:
        return Leases(self.engine, self.settings.lease_seconds, self.clock)

    def preview(self, scope: Scope) -> Plan:
        """What would happen, read from the devices; nothing is recorded."""
        revision = self.inventory.revision()
        network, day = self.inventory.network(revision), self.today()
        candidates = {n: str(self.rendering(network, n, day, self.configuration)) for n in plan.chosen(network, scope)}
        return self.compared(network, revision, day, candidates, self.forecast(self.in_force(), network))

    def compared(
        self, network: Network, revision: int, day: date, candidates: Mapping[str, str], predicted: Prediction
    ) -> Plan:
        """The plan that leads devices from what they run, read now, to candidates of a revision on a day."""
        readings = plan.read(self.fleet(network), candidates, self.backups.last)
        return plan.make(network, revision, day, candidates, readings, predicted)

    def may_begin(self, id_: str, who: str) -> Change:
        """The change if it may be begun: who applies a plan that nobody approved approves it by that, if allowed to."""
        change = self.store.get(id_)
        made = still_true(change, self.inventory.revision())
        if not given(change, made, who, self.settings.approval):
            self.store.approve(change.id, made.id, who)
        return change

    def in_force(self) -> Network | None:
        """The network as last confirmed on devices."""
        revision = self.store.revision_in_force()
        return self.inventory.network(revision) if revision else None
