"""Who changed a line: a change of ours that was confirmed between two backups, or somebody past us."""

from collections.abc import Iterable
from dataclasses import dataclass

from automation.backups.masking import masked
from automation.backups.repository import Line, Repository, Saving
from automation.backups.volatile import settled
from automation.change import Change, DevicePlan, Outcome
from automation.store import ChangeStore

EVER = 1_000_000
NAMED = 5
"""Devices named in the first line of a commit; of more, their number is told."""


@dataclass(frozen=True)
class Since:
    """Confirmed changes that a backup sees the result of."""

    repository: Repository
    store: ChangeStore

    def changes(self, device: str, until: float, after: float) -> tuple[Change, ...]:
        """Changes that wrote to a device between two instants (epoch seconds), newest first, without their plans."""
        return tuple(c for c in self.store.confirmed() if after < c.updated <= until and device in _written(c))


@dataclass(frozen=True)
class Blamed:
    """A line, when it was first seen, and who made it: a change's author, or nobody we know of."""

    number: int
    text: str
    commit: str
    at: float
    change: str | None
    who: str | None


def message(devices: frozenset[str], why: str, since: Since) -> str:
    """First line: what changed. Then why the backup was made, and the changes of ours whose work it holds."""
    named = ", ".join(sorted(devices)) if len(devices) <= NAMED else f"{len(devices)} devices"
    found = {device: since.repository.last(device) for device in devices}
    trailers = [
        f"Change: {c.id} by {c.who} ({', '.join(mine)})"
        for c in reversed(since.store.confirmed())
        if (mine := sorted(d for d in devices & _written(c) if c.updated > found[d]))
    ]
    return "\n\n".join(part for part in (f"{named} changed", why, "\n".join(trailers)) if part) + "\n"


def blame(since: Since, device: str) -> tuple[Blamed, ...]:
    """Every line of the last backup of a device with its origin."""
    savings = {saving.commit: saving for saving in since.repository.log(device, EVER)}
    times = sorted(saving.at for saving in savings.values())
    made = {commit: _made(since, device, saving, times) for commit, saving in savings.items()}
    return tuple(_blamed(line, savings[line.commit], made[line.commit]) for line in since.repository.blame(device))


@dataclass(frozen=True)
class _Made:
    """Changes between a backup and the one before it, newest first, with the lines each brought; ``rest`` is the one
    all other lines are of, if the device ran exactly what a change had planned."""

    brought: tuple[tuple[Change, frozenset[str]], ...]
    rest: Change | None

    def by(self, line: str) -> Change | None:
        """The change that made a line."""
        return next((change for change, lines in self.brought if line in lines), self.rest)


def _made(since: Since, device: str, saving: Saving, times: Iterable[float]) -> _Made:
    before = max((at for at in times if at < saving.at), default=0.0)
    found = [since.store.get(c.id) for c in since.changes(device, saving.at + 1, before)]
    plans = [(c, d) for c in found if c.plan for d in c.plan.devices if d.name == device]
    brought = tuple((c, _lines(d, d.candidate) - _lines(d, d.running or "")) for c, d in plans)
    exactly = plans and _kept(plans[0][1], plans[0][1].candidate) == since.repository.show(device, saving.commit)
    return _Made(brought, plans[0][0] if exactly else None)


def _blamed(line: Line, saving: Saving, made: _Made) -> Blamed:
    change = made.by(line.text)
    named = (change.id, change.who) if change else (None, None)
    return Blamed(line.number, line.text, line.commit, saving.at, *named)


def _kept(plan: DevicePlan, text: str) -> str:
    return settled(masked(plan.platform, text))


def _lines(plan: DevicePlan, text: str) -> frozenset[str]:
    return frozenset(_kept(plan, text).split("\n"))


def _written(change: Change) -> frozenset[str]:
    devices = change.report.devices if change.report else ()
    return frozenset(d.name for d in devices if d.outcome is Outcome.DONE)
