"""Taking a change back, farthest devices first, and making sure that each runs again what it ran before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automation.commit import Held, until_answered
from automation.fleet import Fleet
from automation.session import Session
from automation.transports.errors import DeviceUnreachable
from inventory.errors import SilesiaNetError

GRACE_SECONDS = 15.0
"""How long after its timer a device may take to be back."""


@dataclass(frozen=True)
class Undone:
    """Whether a device runs again what it ran before the change, and how it came to."""

    restored: bool
    reason: str


def undo(
    fleet: Fleet[Session], change: str, held: Mapping[str, Held], order: Sequence[Sequence[str]], patience: float
) -> dict[str, Undone]:
    """Roll back every held device. One that does not answer for ``patience`` seconds heals itself by its timer and is
    asked again afterwards: those behind it must not be kept waiting until their timers end."""
    found: dict[str, Undone] = {}
    late: list[str] = []
    for batch in reversed(order):
        names = [name for name in batch if name in held]
        until = dict.fromkeys(names, fleet.clock.monotonic() + patience)
        answers = until_answered(fleet, names, lambda n, session: undo_one(session, change, held[n].before), until)
        late += [name for name, answer in answers.items() if isinstance(answer, SilesiaNetError)]
        found |= {name: answer for name, answer in answers.items() if not isinstance(answer, SilesiaNetError)}
    deadlines = {name: held[name].deadline + GRACE_SECONDS for name in late}
    answers = until_answered(fleet, late, lambda n, session: undo_one(session, change, held[n].before), deadlines)
    return found | {name: _late(answer, held[name]) for name, answer in answers.items()}


def _late(answer: Undone | SilesiaNetError, held: Held) -> Undone:
    """A device that could not be reached at first: it has healed, still cannot be reached, or never could before."""
    if isinstance(answer, Undone):
        return Undone(answer.restored, f"{answer.reason}; it could not be reached before")
    if isinstance(answer, DeviceUnreachable) and held.was_unreachable:
        return Undone(True, "not reachable, as before the change; its timer is over")
    return Undone(False, answer.message)


def undo_one(session: Session, change: str, before: str | None) -> Undone:
    """Undo a change on a device, whether it waits for confirmation, was confirmed, or is gone already."""
    status = session.status()
    how = f"{status.last.outcome}: {status.last.reason}" if status.last else "never begun"
    if status.pending is not None and status.awaits(change):
        session.undo(status.pending.id)
        how = "rolled back"
    elif status.last is not None and status.kept(change):
        session.undo(status.last.id)
        how = "rolled back after it was confirmed"
    return _compared(session, before, how)


def _compared(session: Session, before: str | None, how: str) -> Undone:
    if before is None:
        return Undone(True, how)
    rest = session.compare(before)
    return Undone(not rest, how if not rest else f"{how}, but it differs from what it ran before")
