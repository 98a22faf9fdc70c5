"""The commit of one batch: each device ends with a commit that waits for its confirmation, or with a reason why not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from automation.change import DevicePlan, Outcome
from automation.clock import Clock
from automation.fleet import Fleet, Missed
from automation.session import REVERTED, DeviceStatus, Session
from automation.transports.errors import ConnectionLost, DeviceUnreachable
from inventory.errors import RefusedRequest, SilesiaNetError

PERIOD = 0.5
UNKNOWN = ""


@dataclass(frozen=True)
class Held:
    """A device that runs the candidate until ``deadline`` (monotonic seconds); ``id`` may be unknown."""

    id: str
    before: str
    neighbours: frozenset[str]
    deadline: float
    seconds: float
    was_unreachable: bool
    """When the plan was made: the way to the device is part of the change."""


@dataclass(frozen=True)
class Same:
    """A device that had the candidate already."""

    seconds: float


@dataclass(frozen=True)
class NotDone:
    """A device without the candidate, as far as it could tell."""

    outcome: Outcome
    reason: str
    seconds: float = 0.0


Committed = Held | Same | NotDone


def commit(
    fleet: Fleet[Session], change: str, plans: Mapping[str, DevicePlan], revert_in: int, patience: float
) -> dict[str, Committed]:
    """Commit to every device of the batch at once. One that does not answer is asked again for ``patience`` seconds:
    the way to it may be seconds old."""
    found: dict[str, Committed] = {}
    clock = fleet.clock
    until = clock.monotonic() + patience
    waiting = sorted(plans)
    while waiting:
        answers = fleet.run(waiting, lambda name, session: _commit(session, change, plans[name], revert_in, clock))
        waiting = []
        for name, answer in answers.items():
            if isinstance(answer, Missed) and _may_answer_later(answer.error) and clock.monotonic() < until:
                waiting.append(name)
            else:
                found[name] = _not_done(answer.error) if isinstance(answer, Missed) else answer.value
        if waiting:
            fleet.clock.sleep(PERIOD)
    unknown = {name: held for name, held in found.items() if isinstance(held, Held) and held.id == UNKNOWN}
    return found | _resolved(fleet, change, unknown, patience)


def _commit(session: Session, change: str, plan: DevicePlan, revert_in: int, clock: Clock) -> Committed:
    began = clock.monotonic()
    diff = session.compare(plan.candidate)
    if not diff:
        return Same(clock.monotonic() - began)
    if plan.running is not None and diff != plan.diff:
        raise RefusedRequest("its configuration has moved since the plan was made", where=plan.name, fix="plan again")
    before, neighbours = plan.running or session.running(), session.neighbours()
    try:
        id_ = session.commit(plan.candidate, change, revert_in)
    except ConnectionLost:
        id_ = UNKNOWN
    now = clock.monotonic()
    if id_ is None:
        return Same(now - began)
    return Held(id_, before, neighbours, now + revert_in, now - began, plan.running is None)


def _resolved(fleet: Fleet[Session], change: str, unknown: Mapping[str, Held], patience: float) -> dict[str, Committed]:
    """After a session broke during a commit: ask the devices over new ones what became of it."""
    found: dict[str, Committed] = {}
    clock = fleet.clock
    until = clock.monotonic() + patience
    waiting = dict(unknown)
    while waiting:
        late = clock.monotonic() >= until
        for name, answer in fleet.run(sorted(waiting), lambda _, session: session.status()).items():
            outcome = None if isinstance(answer, Missed) else _fate(answer.value, change, waiting[name], clock)
            if outcome is not None or late:
                found[name] = outcome or waiting[name]
                del waiting[name]
        if waiting:
            fleet.clock.sleep(PERIOD)
    return found


def _fate(status: DeviceStatus, change: str, held: Held, clock: Clock) -> Committed | None:
    if status.pending is not None and status.awaits(change):
        return replace(held, id=status.pending.id, deadline=clock.monotonic() + status.pending.seconds_left)
    if status.last is not None and status.last.note == change:
        outcome = Outcome.ROLLED_BACK if status.last.outcome == REVERTED else Outcome.FAILED
        return NotDone(outcome, f"{status.last.outcome}: {status.last.reason}", held.seconds)
    return None


def _may_answer_later(error: SilesiaNetError) -> bool:
    return isinstance(error, DeviceUnreachable) and error.reason == "connect"


def _not_done(error: SilesiaNetError) -> NotDone:
    return NotDone(Outcome.REFUSED if isinstance(error, RefusedRequest) else Outcome.FAILED, error.message)


def until_answered[T](
    fleet: Fleet[Session], names: Iterable[str], work: Callable[[str, Session], T], deadline: Mapping[str, float]
) -> dict[str, T | SilesiaNetError]:
    """Do the work on each device, again and again until it answers or its deadline (monotonic seconds) is over."""
    found: dict[str, T | SilesiaNetError] = {}
    waiting = sorted(names)
    while waiting:
        answers = fleet.run(waiting, work)
        waiting = []
        for name, answer in answers.items():
            if not isinstance(answer, Missed):
                found[name] = answer.value
            elif (
                isinstance(answer.error, DeviceUnreachable | ConnectionLost)
                and fleet.clock.monotonic() < deadline[name]
            ):
                waiting.append(name)
            else:
                found[name] = answer.error
        if waiting:
            fleet.clock.sleep(PERIOD)
    return found
