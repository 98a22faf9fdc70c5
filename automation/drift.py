"""What devices run beside what they should run."""

from automation.change import DevicePlan, Scope
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


def _drift(device: DevicePlan) -> Drift:
    reached = device.running is not None
    diff, commands = (device.diff, device.commands) if reached else ("", ())
    return Drift(
        name=device.name, platform=device.platform, reached=reached, diff=diff, commands=commands, reason=device.reason
    )
