"""A change whose controller died: every device is asked, anything it still holds is undone, and the end is recorded."""

from collections.abc import Callable
from typing import Protocol

from automation import order
from automation.apply import Step
from automation.change import Change, DevicePlan, DeviceResult, Outcome, Report, State
from automation.fleet import Answered, Fleet, Missed
from automation.jobs.store import JobStore
from automation.session import Session
from automation.settings import ChangeSettings
from automation.store import BackupStore, ChangeStore
from automation.undo import Undone, undo_one
from inventory.model.network import Network

REASON = "its controller ended before the change did"


class Surroundings(Protocol):
    """What a recovery needs."""

    @property
    def store(self) -> ChangeStore:
        """All changes."""

    @property
    def jobs(self) -> JobStore:
        """All jobs."""

    @property
    def backups(self) -> BackupStore:
        """All backups."""

    @property
    def settings(self) -> ChangeSettings:
        """Sizes and times."""

    @property
    def inventory(self) -> "NetworkSource":
        """Intended facts."""

    def fleet(self, network: Network) -> Fleet[Session]:
        """The devices of a network."""


class NetworkSource(Protocol):
    """Where the present network comes from."""

    def network(self) -> Network:
        """The current network."""


def recover(change: Change, around: Surroundings, say: Callable[[Step], None]) -> Report:
    """Undo what is left of a change, farthest devices first, and end it as rolled back or failed."""
    assert change.plan is not None
    plans = {d.name: d for d in change.plan.devices}
    say(Step(f"taking back change {change.id}: {REASON}", 0, len(plans)))
    network, before = around.inventory.network(), around.backups.before(change.id)
    fleet = around.fleet(network)
    answers: dict[str, Answered[Undone] | Missed] = {}
    for batch in reversed(order.batches(network, plans, around.settings.batch_size)):
        answers |= fleet.run(batch, lambda name, session: undo_one(session, change.id, before.get(name)))
    results = tuple(_result(plans[name], answers[name]) for name in plans)
    bad = [r.name for r in results if r.outcome is Outcome.FAILED]
    report = Report(
        change=change.id, state=State.FAILED if bad else State.ROLLED_BACK, devices=results, restored=not bad,
        reason=REASON + (f"; not restored or not reached: {', '.join(bad)}" if bad else ""),
    )  # fmt: skip
    around.store.finish(report)
    around.jobs.abandon(change.id)
    return report


def _result(plan: DevicePlan, answer: Answered[Undone] | Missed) -> DeviceResult:
    if isinstance(answer, Missed) and plan.running is None:
        outcome, reason = Outcome.ROLLED_BACK, "not reachable, as before the change; its own timer restores it"
    elif isinstance(answer, Missed):
        outcome, reason = Outcome.FAILED, answer.error.message
    else:
        outcome, reason = Outcome.ROLLED_BACK if answer.value.restored else Outcome.FAILED, answer.value.reason
    return DeviceResult(name=plan.name, outcome=outcome, seconds=0, reason=reason)
