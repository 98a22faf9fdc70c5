"""Taking a change back, farthest devices first, and making sure that each runs again what it ran before."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automation.commit import Held, until_answered
from automation.fleet import Fleet, Missed
from automation.session import Session
from inventory.errors import RefusedRequest, SilesiaNetError

GRACE_SECONDS = 15.0
"""How long after its timer a device may take to be back."""

TOO_LATE_SECONDS = 2.0
"""With less on its timer a device is left to it, so that two undos never meet."""


@dataclass(frozen=True)
class Undone:
    """Whether a device runs again what it ran before the change, and how it came to."""

    restored: bool
    reason: str


def undo(fleet: Fleet, change: str, held: Mapping[str, Held], order: Sequence[Sequence[str]]) -> dict[str, Undone]:
    """Roll back every held device; one that does not answer heals itself by its timer and is asked afterwards."""
    found: dict[str, Undone] = {}
    late: list[str] = []
    for batch in reversed(order):
        names = [name for name in batch if name in held]
        for name, answer in fleet.run(names, lambda n, session: undo_one(session, change, held[n].before)).items():
            if isinstance(answer, Missed):
                late.append(name)
            else:
                found[name] = answer.value
    deadlines = {name: held[name].deadline + GRACE_SECONDS for name in late}
    answers = until_answered(fleet, late, lambda n, session: _healed(session, change, held[n]), deadlines)
    for name, late_answer in answers.items():
        found[name] = Undone(False, late_answer.message) if isinstance(late_answer, SilesiaNetError) else late_answer
    return found


def undo_one(session: Session, change: str, before: str | None) -> Undone:
    """Undo a change on a device, whether it waits for confirmation, was confirmed, or is gone already."""
    status = session.status()
    how = f"{status.last.outcome}: {status.last.reason}" if status.last else "never begun"
    if status.awaits(change):
        _leave_to_timer(session, status.pending.seconds_left if status.pending else 0.0)
        if session.status().awaits(change):
            session.undo()
        how = "rolled back"
    elif status.kept(change):
        session.undo()
        how = "rolled back after it was confirmed"
    return _compared(session, before, how)


def _healed(session: Session, change: str, held: Held) -> Undone:
    """A device that could not be reached: it may have healed meanwhile, or still hold the change."""
    result = undo_one(session, change, held.before)
    return Undone(result.restored, f"{result.reason}; it could not be reached before")


def _leave_to_timer(session: Session, seconds_left: float) -> None:
    until = time.monotonic() + seconds_left + GRACE_SECONDS
    if seconds_left >= TOO_LATE_SECONDS:
        return
    while session.status().pending is not None:
        if time.monotonic() > until:
            raise RefusedRequest("the device's timer is over and it has not restored itself")
        time.sleep(0.2)


def _compared(session: Session, before: str | None, how: str) -> Undone:
    if before is None:
        return Undone(True, how)
    rest = session.compare(before)
    return Undone(not rest, how if not rest else f"{how}, but it differs from what it ran before")
