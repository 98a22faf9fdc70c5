"""What workers do for changes: plan, apply, roll back, compare and save, and go on where a dead worker left off."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from automation.apply import CANCELLED
from automation.backup import backup
from automation.change import UNDER_WAY, Change, Report, Scope, State
from automation.changes import Changes
from automation.drift import drift
from automation.drift_store import DriftStore
from automation.jobs.admission import NotNow
from automation.jobs.job import Ended, JobState
from automation.jobs.territory import territory
from automation.jobs.worker import Handed, Handler, Later
from automation.lease import LockHeld

STOPPED = Ended(JobState.CANCELLED, "cancelled before it began")


def ended_as(report: Report) -> Ended:
    """How a job ended that carried out a change."""
    state = JobState.CANCELLED if report.reason == CANCELLED else JobState.FAILED
    if report.state is State.CONFIRMED:
        state = JobState.DONE
    return Ended(state, report.reason or report.state, report.model_dump(mode="json"))


@dataclass(frozen=True)
class ChangeWork:
    """The work; ``changes`` is asked each time, for keys and network may have come and gone. Backups go to
    ``folder``."""

    changes: Callable[[], Changes]
    folder: Path

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By kind of job."""
        return {
            "plan": self.plan, "apply": self.apply, "rollback": self.apply, "drift": self.drift, "backup": self.backup,
        }  # fmt: skip

    def plan(self, handed: Handed) -> Ended:
        """Plan the job's change."""
        assert handed.job.change is not None
        self.changes().plan(handed.job.change, handed.say)
        return Ended(JobState.DONE, "planned")

    def apply(self, handed: Handed) -> Ended:
        """Carry out the job's change, or what a schedule asks for. A change whose first worker died is taken back:
        what was sent to devices by then nobody knows."""
        changes = self.changes()
        change = changes.store.get(handed.job.change) if handed.job.change else self._drafted(changes, handed)
        if change.state in UNDER_WAY:
            self._taken_back(changes, change, handed)
            change = changes.store.get(change.id)
        if change.report is not None:
            return ended_as(change.report)
        if handed.stop.is_set():
            return STOPPED
        if change.state is State.DRAFT:
            change = changes.plan(change.id, handed.say)
        try:
            report = changes.apply(change.id, handed.job.who, handed.say, handed.stop, handed.job.id)
        except NotNow as refusal:
            if refusal.opens is None or not handed.assignment.payload.get("wait"):
                raise
            raise Later(refusal.opens, refusal.message) from refusal
        return ended_as(report)

    def drift(self, handed: Handed) -> Ended:
        """Compare devices with what they should run."""
        changes = self.changes()
        found = drift(changes, _scope(handed))
        DriftStore(changes.engine).record(found, time.time())
        words = f"{sum(d.drifted for d in found)} of {len(found)} devices have drifted"
        devices = [d.model_dump(mode="json") | {"drifted": d.drifted} for d in found]
        return Ended(JobState.DONE, _with_missed(words, [d.name for d in found if not d.reached]), {"devices": devices})

    def backup(self, handed: Handed) -> Ended:
        """Save what devices run."""
        saved = backup(self.changes(), _scope(handed), self.folder, handed.job.who)
        words = f"{sum(s.changed for s in saved)} of {len(saved)} devices have changed"
        devices = [s.model_dump(mode="json") for s in saved]
        missed = [s.name for s in saved if not s.reached]
        return Ended(JobState.DONE, _with_missed(words, missed), {"folder": str(self.folder), "devices": devices})

    def _drafted(self, changes: Changes, handed: Handed) -> Change:
        change = changes.create(_scope(handed), "on schedule", handed.job.who)
        handed.store.attach(handed.job.id, handed.assignment.token, change.id)
        return change

    def _taken_back(self, changes: Changes, change: Change, handed: Handed) -> None:
        try:
            changes.recover(handed.say, territory(changes.inventory.network(), change.plan))
        except LockHeld as held:
            raise Later(time.time() + changes.settings.lease_seconds, held.message) from held


def recover_dead(changes: Changes) -> None:
    """A chore of workers: changes whose controller died are brought to an end, those of the living are let be."""
    if changes.store.under_way():
        changes.recover(touching=frozenset())


def _scope(handed: Handed) -> Scope:
    return Scope.model_validate(handed.assignment.payload.get("scope", {}))


def _with_missed(words: str, missed: list[str]) -> str:
    return f"{words}; not reached: {', '.join(missed)}" if missed else words
