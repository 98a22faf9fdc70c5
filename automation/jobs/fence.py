"""A session that writes only while the locks are held: who was declared dead must not touch a device again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from automation.lease import Lease
from automation.session import Connect, DeviceStatus, Session, Target
from inventory.errors import RefusedRequest


class LockLost(Exception):
    """Not a fault of a device, so that whoever speaks to many stops at once."""


@contextmanager
def yielding(change: str) -> Iterator[None]:
    """Who lost the locks stops here: somebody else reports."""
    try:
        yield
    except LockLost as lost:
        raise RefusedRequest(
            "the lock on the network was lost; devices take the change back by themselves",
            where=f"change:{change}", fix="see `silesianet jobs list`",
        ) from lost  # fmt: skip


@runtime_checkable
class Guarded(Protocol):
    """A way to devices that carries the lock with it, for a worker elsewhere to look at before it writes."""

    def under(self, lease: Lease) -> Connect:
        """The same way, under a lock."""


def fenced(connect: Connect, lease: Lease) -> Connect:
    """Sessions that refuse to write once the locks are lost."""
    way = connect.under(lease) if isinstance(connect, Guarded) else connect

    def open_(target: Target) -> Session:
        return FencedSession(target.name, way(target), lease)

    return open_


@dataclass(frozen=True)
class FencedSession:
    """Asks before every call that changes a device."""

    device: str
    inner: Session
    lease: Lease

    def running(self) -> str:
        """See `Session`."""
        return self.inner.running()

    def compare(self, bundle: str) -> str:
        """See `Session`."""
        return self.inner.compare(bundle)

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        """See `Session`."""
        self._check()
        return self.inner.commit(bundle, note, revert_in)

    def confirm(self, commit: str) -> None:
        """See `Session`."""
        self._check()
        self.inner.confirm(commit)

    def undo(self, commit: str) -> None:
        """See `Session`."""
        self._check()
        self.inner.undo(commit)

    def status(self) -> DeviceStatus:
        """See `Session`."""
        return self.inner.status()

    def neighbours(self) -> frozenset[str]:
        """See `Session`."""
        return self.inner.neighbours()

    def close(self) -> None:
        """See `Session`."""
        self.inner.close()

    def _check(self) -> None:
        if not self.lease.held:
            raise LockLost(self.device)
