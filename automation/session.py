"""What a change needs of a device, whichever driver speaks to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from automation.transports.errors import DeviceUnreachable


@dataclass(frozen=True)
class Pending:
    """A commit waiting for its confirmation; ``note`` is the change it belongs to."""

    id: str
    note: str
    seconds_left: float


REVERTED = "reverted"
"""The outcome of a commit that a device has taken back."""


@dataclass(frozen=True)
class Ended:
    """How the last commit ended: confirmed, reverted or failed, and why."""

    id: str
    note: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class DeviceStatus:
    """Where the device stands between its last commit and the next."""

    pending: Pending | None
    last: Ended | None

    def awaits(self, change: str) -> bool:
        """Whether a commit of this change waits for its confirmation."""
        return self.pending is not None and self.pending.note == change

    def kept(self, change: str) -> bool:
        """Whether the last commit was of this change and was confirmed."""
        return self.last is not None and self.last.note == change and self.last.outcome == "confirmed"


@dataclass(frozen=True)
class Target:
    """A configured device and its addresses, in the order they are tried."""

    name: str
    platform: str
    addresses: tuple[str, ...]


class Session(Protocol):
    """One login. Methods raise SilesiaNetError; ConnectionLost means that what the device did is unknown."""

    def running(self) -> str:
        """The running bundle."""

    def compare(self, bundle: str) -> str:
        """Difference from running to the candidate, by the device's own reading; empty when there is none."""

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        """Make it so for so many seconds; the commit's id, null when nothing had to change."""

    def confirm(self, commit: str) -> None:
        """Keep a pending commit."""

    def undo(self, commit: str) -> None:
        """End a pending commit at once, or go back to what was confirmed before it; nothing if it is not in force."""

    def status(self) -> DeviceStatus:
        """Pending and last commit."""

    def neighbours(self) -> frozenset[str]:
        """Router ids of OSPF neighbours that are Full."""

    def close(self) -> None:
        """End the session."""


Connect = Callable[[Target], Session]
"""Opens a session; Unreachable when no address answers."""


def at_first_address[S](target: Target, log_in: Callable[[str], S]) -> S:
    """Log in at the first address that answers; a wrong key or host key is not tried again elsewhere."""
    fault = DeviceUnreachable(target.name, "connect", "the inventory gives no management address")
    for address in target.addresses:
        try:
            return log_in(address)
        except DeviceUnreachable as unreachable:
            fault = DeviceUnreachable(target.name, unreachable.reason, f"{address}: {unreachable.text}")
            if unreachable.reason != "connect":
                break
    raise fault
