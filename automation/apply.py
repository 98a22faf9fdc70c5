"""The change itself: waves of batches, every device on its timer, the gate after each, then keep or take back.

Nothing is confirmed before the gate has spoken about everything, so a change is kept or undone as a whole
(docs/decisions/0003-gate.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from automation import health
from automation.change import DeviceResult, Outcome, Plan, Report, State
from automation.commit import Held, NotDone, Same, commit, until_answered
from automation.fleet import Answered, Fleet
from automation.gate import Cell, Gate, Verdict, Watch
from automation.order import Wave
from automation.plan import names
from automation.session import Session
from automation.settings import ChangeSettings
from automation.undo import Undone, undo
from inventory import platforms
from inventory.errors import RefusedRequest, SilesiaNetError
from inventory.model.network import Network
from inventory.platforms import CommitConfirm

CANCELLED = "cancelled"
MOVED = "its configuration has moved since the plan was made"


@dataclass(frozen=True)
class Step:
    """Progress: ``done`` of ``total`` devices carry the change, and what is going on."""

    text: str
    done: int
    total: int


@dataclass(frozen=True)
class Controls:
    """What the change asks of its surroundings: may it go on, and where it reports to."""

    held: Callable[[], bool]
    cancelled: Callable[[], bool]
    enter: Callable[[State], None]
    keep_before: Callable[[str, str], None]
    say: Callable[[Step], None]


@dataclass(frozen=True)
class Task:
    """A change ready to be carried out; ``configured`` are devices known to carry our configuration already."""

    change: str
    plan: Plan
    network: Network
    waves: Sequence[Wave]
    order: Wave
    """All devices, from the core outwards: how they are confirmed, and backwards how they are undone."""

    configured: frozenset[str]
    watched: Watch
    planned_seconds_ago: float = 0.0
    traffic: bool = True
    """False for simulated devices: they have no neighbours, and nobody can probe through them."""


@dataclass
class Run:
    """One run of a task, with what is known of each device so far."""

    task: Task
    fleet: Fleet[Session]
    gate: Gate
    settings: ChangeSettings
    controls: Controls
    began: float = 0.0
    held: dict[str, Held] = field(default_factory=dict)
    results: dict[str, DeviceResult] = field(default_factory=dict)

    def carry_out(self) -> Report:
        """Apply, verify, confirm or undo. RefusedRequest when the lease was lost: then somebody else reports."""
        self.began = self.fleet.clock.monotonic()
        fault, verdict = self._incapable() or self._looked_again(), None
        for number, wave in enumerate(self.task.waves):
            fault = fault or self._apply(number, wave)
            if not fault and self.held:
                self.controls.enter(State.VERIFYING)
                verdict = self._verify(last=number + 1 == len(self.task.waves))
                fault = self._fault(verdict)
        if not fault and self.held:
            self.controls.enter(State.CONFIRMING)
            fault = self._confirm()
        if not fault:
            return self._report(State.CONFIRMED)
        return self._take_back(fault, verdict)

    def _incapable(self) -> str:
        """Fail closed: no device is changed that could not take the change back by itself in time."""
        waves = self.task.waves
        longest = self.settings.revert_in(sum(len(wave) for wave in waves), len(waves))
        for device in self.task.plan.devices:
            can = platforms.load(device.platform).capabilities
            if device.diff and can.commit_confirm is CommitConfirm.NONE:
                self._result(device.name, Outcome.REFUSED, "nothing on it takes an unconfirmed change back", 0)
            elif device.diff and longest > can.timer_max_seconds:
                words = f"its timer ends after {can.timer_max_seconds} s, the change may take {longest} s"
                self._result(device.name, Outcome.REFUSED, f"{words}: change fewer devices at once", 0)
        refused = [f"{name}: {r.reason}" for name, r in self.results.items() if r.outcome is Outcome.REFUSED]
        return "; ".join(refused)

    def _looked_again(self) -> str:
        """What an approval was given for must still be there when it is old: else nothing is touched."""
        task = self.task
        if task.planned_seconds_ago < self.settings.approved_seconds:
            return ""
        self._say("looking at the devices again")
        reached = {d.name: d for d in task.plan.devices if d.running is not None}
        answers = self.fleet.run(sorted(reached), lambda name, session: session.compare(reached[name].candidate))
        for name, answer in answers.items():
            if isinstance(answer, Answered) and answer.value != reached[name].diff:
                self._result(name, Outcome.REFUSED, MOVED, 0)
        moved = [name for name, result in self.results.items() if result.outcome is Outcome.REFUSED]
        return f"{', '.join(moved)}: {MOVED}; plan again" if moved else ""

    def _apply(self, wave: int, batches: Wave) -> str:
        """Batch after batch; the first fault ends it."""
        plans = {d.name: d for d in self.task.plan.devices}
        left = sum(len(w) for w in self.task.waves[wave + 1 :])
        self.controls.enter(State.APPLYING)
        for number, batch in enumerate(batches):
            if reason := self._must_stop():
                return reason
            self._say(f"{self._place(wave, number)}: {', '.join(batch)}")
            revert_in = self.settings.revert_in(left + len(batches) - number, len(self.task.waves) - wave)
            done = commit(
                self.fleet, self.task.change, {n: plans[n] for n in batch}, revert_in, self.settings.health_seconds
            )
            for name, result in done.items():
                self._note(name, result)
            if fault := self._faults_of(batch) or self._sick(batch):
                return fault
        return ""

    def _place(self, wave: int, batch: int) -> str:
        waves = self.task.waves
        if len(waves) > 1 and wave == 0:
            return "canary"
        place = f"batch {batch + 1} of {len(waves[wave])}"
        return f"wave {wave + 1} of {len(waves)}, {place}" if len(waves) > 1 else place

    def _note(self, name: str, result: Held | Same | NotDone) -> None:
        match result:
            case Held():
                self.held[name] = result
                self.controls.keep_before(name, result.before)
                self._result(name, Outcome.DONE, "", result.seconds)
            case Same():
                self._result(name, Outcome.UNCHANGED, "", result.seconds)
            case NotDone(outcome, reason):
                self._result(name, outcome, reason, result.seconds)

    def _faults_of(self, batch: Sequence[str]) -> str:
        bad = [self.results[n] for n in batch if self.results[n].outcome not in (Outcome.DONE, Outcome.UNCHANGED)]
        return "; ".join(f"{r.name} {r.outcome}: {r.reason}" for r in bad)

    def _sick(self, batch: Sequence[str]) -> str:
        """The health of a batch's devices, each over a new session."""
        fresh = [name for name in batch if name in self.held]
        around = self.task.configured | frozenset(self.results)
        expected, network = health.expected, self.task.network
        wanted = {
            name: expected(network, name, self.held[name].neighbours, around) if self.task.traffic else {}
            for name in fresh
        }
        faults = health.check(self.fleet, self.task.change, wanted, self.settings.health_seconds)
        for name, fault in faults.items():
            self._result(name, Outcome.FAILED, fault, self.results[name].seconds)
        return "; ".join(f"{name}: {fault}" for name, fault in faults.items())

    def _verify(self, last: bool) -> Verdict:
        """The gate over what was ok before, after every wave; over what must come up, only at the end."""
        watched = self.task.watched if last else replace(self.task.watched, required=frozenset())
        self._say(f"probes of {len(watched.cells or watched.required)} cells decide")
        blast: frozenset[Cell] = frozenset((c.site, c.service) for c in self.task.plan.blast)
        since = self.fleet.clock.wall() + self.settings.settle_seconds
        return self.gate.wait(watched, since, blast, lambda: bool(self._must_stop()))

    def _fault(self, verdict: Verdict) -> str:
        if verdict.kept is None:
            return self._must_stop() or "the gate was left early"
        if verdict.kept:
            return ""
        over = f" over {verdict.in_families}" if verdict.in_families else ""
        return f"{len(verdict.lost)} cells lost{over}" + ("; no probe was heard of some" if verdict.silent else "")

    def _confirm(self) -> str:
        self._say("confirming")
        for batch in self.task.order:
            todo = [name for name in batch if name in self.held]
            if reason := self._must_stop():
                return reason
            deadlines = {name: self.held[name].deadline for name in todo}
            answers = until_answered(self.fleet, todo, self._confirm_one, deadlines)
            faults = [f"{n} not confirmed: {a.message}" for n, a in answers.items() if isinstance(a, SilesiaNetError)]
            if faults:
                return "; ".join(faults)
        return ""

    def _confirm_one(self, name: str, session: Session) -> None:
        """Idempotent: a confirmation whose answer was lost is not asked for again."""
        if not session.status().kept(self.task.change):
            session.confirm(self.held[name].id)

    def _take_back(self, fault: str, verdict: Verdict | None) -> Report:
        lost = verdict.lost if verdict else frozenset()
        coincident, silent = (verdict.coincident, verdict.silent) if verdict else (frozenset(), frozenset())
        undone: dict[str, Undone] = {}
        if self.held:
            self._say(f"taking it back: {fault}")
            undone = undo(self.fleet, self.task.change, self.held, self.task.order, self.settings.health_seconds)
        for name, result in undone.items():
            why = "; ".join(part for part in (self.results[name].reason, result.reason) if part)
            outcome = Outcome.ROLLED_BACK if result.restored else Outcome.FAILED
            self._result(name, outcome, why, self.results[name].seconds)
        restored = (
            all(u.restored for u in undone.values()) and self._back(self.task.watched.cells & lost)
            if undone or self._by_themselves()
            else None
        )
        return self._report(self._end_state(restored), fault, lost, coincident, silent, restored)

    def _back(self, lost: frozenset[Cell]) -> bool:
        """Whether the cells that were lost are ok again, by the same probes."""
        if not lost:
            return True
        self._say("waiting for the lost cells to be back")
        back = Watch(frozenset(), lost, frozenset(s for s in self.task.watched.strands if s[:2] in lost))
        return self.gate.wait(back, self.fleet.clock.wall(), lost, lambda: not self.controls.held()).kept is True

    def _end_state(self, restored: bool | None) -> State:
        outcomes = {r.outcome for r in self.results.values()}
        if self.held or self._by_themselves():
            return State.ROLLED_BACK if Outcome.FAILED not in outcomes or restored else State.FAILED
        return State.REFUSED if Outcome.REFUSED in outcomes and Outcome.FAILED not in outcomes else State.FAILED

    def _by_themselves(self) -> bool:
        """Whether a device took its commit back before we heard of it."""
        return any(result.outcome is Outcome.ROLLED_BACK for result in self.results.values())

    def _must_stop(self) -> str:
        """Why nothing further may be begun. Raises when the change is no longer ours to touch."""
        if not self.controls.held():
            raise RefusedRequest(
                "the lock on the network was lost; devices take the change back by themselves",
                where=f"change:{self.task.change}", fix="see `silesianet jobs list`",
            )  # fmt: skip
        if self.controls.cancelled():
            return CANCELLED
        left = min((h.deadline for h in self.held.values()), default=float("inf")) - self.fleet.clock.monotonic()
        return "the first device's timer is about to end" if left < self.settings.margin_seconds / 2 else ""

    def _say(self, text: str) -> None:
        self.controls.say(Step(text, len(self.held), len(self.task.plan.devices)))

    def _result(self, name: str, outcome: Outcome, reason: str, seconds: float) -> None:
        self.results[name] = DeviceResult(name=name, outcome=outcome, seconds=round(seconds, 2), reason=reason)

    def _report(
        self, state: State, reason: str = "", lost: frozenset[Cell] = frozenset(),
        coincident: frozenset[Cell] = frozenset(), silent: frozenset[Cell] = frozenset(), restored: bool | None = None,
    ) -> Report:  # fmt: skip
        """Devices in the order of the plan; those never touched are skipped."""
        none = {d.name: DeviceResult(name=d.name, outcome=Outcome.SKIPPED, seconds=0) for d in self.task.plan.devices}
        return Report(
            change=self.task.change, state=state, devices=tuple((none | self.results).values()), lost=names(lost),
            coincident=names(coincident), silent=names(silent), restored=restored, reason=reason,
            seconds=round(self.fleet.clock.monotonic() - self.began, 2),
        )  # fmt: skip
