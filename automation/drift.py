"""What devices run beside what they should run."""

from collections.abc import Iterable

from automation.change import Change, DevicePlan, Scope
from automation.changes import Changes
from inventory.model.fact import Fact


class Drift(Fact):
    """A device; ``diff`` goes from running to intended, ``reason`` says why it could not be read."""

    name: str
    platform: str
    reached: bool
    diff: str
    commands: tuple[str, ...]
    reason: str

    @property
    def drifted(self) -> bool:
        """Whether the device was read and runs something else."""
        return self.reached and bool(self.diff)


def drift(changes: Changes, scope: Scope) -> tuple[Drift, ...]:
    """Read every device in the scope; nothing is recorded and nothing changed."""
    return tuple(_drift(device) for device in changes.preview(scope).devices)


def remedy(changes: Changes, found: Iterable[Drift], who: str) -> Change | None:
    """A planned change that gives every drifted device what is intended; null when none has drifted."""
    names = tuple(d.name for d in found if d.drifted)
    if not names:
        return None
    return changes.plan(changes.create(Scope(devices=names), "puts drift right", who).id)


def _drift(device: DevicePlan) -> Drift:
    reached = device.running is not None
    diff, commands = (device.diff, device.commands) if reached else ("", ())
    return Drift(
        name=device.name, platform=device.platform, reached=reached, diff=diff, commands=commands, reason=device.reason
    )
