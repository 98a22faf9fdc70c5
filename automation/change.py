"""A change as a value: its scope, its plan, its states and the report it ends with."""

from enum import StrEnum
from typing import Any

from inventory.model.fact import Fact


class State(StrEnum):
    """Where a change stands. `confirmed`, `rolled_back`, `failed` and `refused` are final."""

    DRAFT = "draft"
    PLANNED = "planned"
    REHEARSED = "rehearsed"
    APPROVED = "approved"
    APPLYING = "applying"
    VERIFYING = "verifying"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    REFUSED = "refused"


READY = frozenset({State.PLANNED, State.REHEARSED, State.APPROVED})
"""States from which a change may be begun."""

UNDER_WAY = frozenset({State.APPLYING, State.VERIFYING, State.CONFIRMING})
"""States in which devices may hold an unconfirmed commit."""


class Outcome(StrEnum):
    """What became of a device."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    SKIPPED = "skipped"


CARRIES = frozenset({Outcome.DONE, Outcome.UNCHANGED})
"""What became of a device that runs what was wanted."""

ERROR = "error"
"""Severity of a danger that a change is not begun with unless somebody approved the plan that names it."""


class Scope(Fact):
    """Which devices a change is about; empty is every configured one."""

    devices: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


class CellName(Fact):
    """A site and an e-service."""

    site: str
    service: str


class Danger(Fact):
    """What could go wrong while the commands are entered; ``line`` counts them from 1, 0 is the change as a whole."""

    line: int
    code: str
    text: str
    severity: str


class DevicePlan(Fact):
    """What would happen on a device. ``running`` is null when it was not reached; then the diff is against the last
    backup, or against nothing."""

    name: str
    platform: str
    running: str | None
    candidate: str
    diff: str
    commands: tuple[str, ...]
    reason: str = ""
    """Why it was not reached."""
    dangers: tuple[Danger, ...] = ()

    @property
    def carries_ours(self) -> bool:
        """Whether it was seen to run most of what it should: one fresh from the workshop, or reset, does not."""
        wanted = set(self.candidate.splitlines())
        return self.running is not None and 2 * len(wanted.intersection(self.running.splitlines())) >= len(wanted)


class Plan(Fact):
    """What would happen. ``revision`` is the inventory's; ``id`` is a digest of everything approved with it."""

    id: str
    revision: int
    day: str
    devices: tuple[DevicePlan, ...]
    lost: tuple[CellName, ...]
    gained: tuple[CellName, ...]
    blast: tuple[CellName, ...]
    rehearsal: dict[str, Any] | None = None
    """What the change would do to the city, as JSON; no part of ``id``, for it follows from the rest."""

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return any(d.diff for d in self.devices)

    @property
    def unreached(self) -> tuple[str, ...]:
        """Devices that did not answer."""
        return tuple(d.name for d in self.devices if d.running is None)

    @property
    def dangers(self) -> tuple[str, ...]:
        """What has to be approved by somebody who has read it, device by device."""
        return tuple(f"{d.name}: {x.text}" for d in self.devices for x in d.dangers if x.severity == ERROR)

    @property
    def changing(self) -> frozenset[str]:
        """Devices that would be changed."""
        return frozenset(d.name for d in self.devices if d.diff)


class DeviceResult(Fact):
    """What became of a device, and how long it took."""

    name: str
    outcome: Outcome
    seconds: float
    reason: str = ""


class Report(Fact):
    """How a change ended. ``lost`` made the gate close; ``coincident`` are those the change could not have caused."""

    change: str
    state: State
    devices: tuple[DeviceResult, ...]
    lost: tuple[CellName, ...] = ()
    coincident: tuple[CellName, ...] = ()
    silent: tuple[CellName, ...] = ()
    restored: bool | None = None
    """After a rollback: whether devices run what they ran before and the lost cells are ok again; null without one."""

    reason: str = ""
    seconds: float = 0.0

    @property
    def touched(self) -> frozenset[str]:
        """Devices on which something was done or tried."""
        return frozenset(d.name for d in self.devices if d.outcome not in (Outcome.UNCHANGED, Outcome.SKIPPED))


class Approval(Fact):
    """Who looked at which plan, in epoch seconds; it holds for that plan alone, not for a later one."""

    plan: str
    who: str
    at: float


class Change(Fact):
    """A change as it is kept. ``undoes`` names the change a rollback takes back, ``resumes`` the one it follows."""

    id: str
    state: State
    kind: str
    undoes: str | None
    scope: Scope
    revision: int | None
    plan: Plan | None
    report: Report | None
    approval: Approval | None = None
    resumes: str | None = None
    created: float
    updated: float
    who: str
    comment: str
