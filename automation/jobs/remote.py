"""Sessions whose calls are carried by the queue of a PoP to the worker there that holds the real session.

Each call is a small job of its own. A worker that dies with a call in hand leaves it unknown what the device did, as
a lost connection does: the job is never given to another worker.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from automation.jobs.errors import unpacked
from automation.jobs.job import CALL, Job, JobState
from automation.jobs.nearness import pop_of
from automation.jobs.presence import OWN, Presence
from automation.jobs.store import JobStore
from automation.lease import DEVICE, Lease
from automation.session import Connect, DeviceStatus, Ended, Pending, Session, Target
from automation.transports.errors import ConnectionLost, DeviceUnreachable
from inventory.errors import RefusedRequest
from inventory.model.network import Network

LOOK_SECONDS = 0.03
PRESENCE_SECONDS = 1.0
OPEN, CLOSE = "open", "close"


@dataclass(frozen=True)
class Calls:
    """Puts calls into queues and waits for their answers, ``seconds`` at the most."""

    jobs: JobStore
    presence: Presence
    seconds: float

    def ask(self, queue: str, device: str, method: str, **more: Any) -> Any:
        """The answer; an error of the other side is raised here. ConnectionLost when there is none."""
        payload = {"method": method, "device": device} | more
        job = self.jobs.enqueue(CALL, payload, queue, attempts=1, alone=DEVICE + device)
        try:
            job = self._awaited(job, queue, device)
            result = self.jobs.result(job.id)
        finally:
            self.jobs.drop(job.id)
        if job.state == JobState.CANCELLED or result is None:
            raise ConnectionLost(device, "lost", f"the worker that spoke to it ended during {method}: {job.progress}")
        if "error" in result:
            raise unpacked(result["error"])
        return result["value"]

    def _awaited(self, job: Job, queue: str, device: str) -> Job:
        until = time.monotonic() + self.seconds
        look_at = time.monotonic() + PRESENCE_SECONDS
        while not (now := self.jobs.get(job.id)).over:
            moment = time.monotonic()
            if moment >= look_at and not self.presence.serving(queue):
                return self._given_up(now)
            if moment >= until:
                self._given_up(now)
                raise ConnectionLost(
                    device, "timeout", f"no answer within {self.seconds:.0f} s from the worker of {queue}"
                )
            look_at = moment + PRESENCE_SECONDS if moment >= look_at else look_at
            time.sleep(LOOK_SECONDS)
        return now

    def _given_up(self, job: Job) -> Job:
        try:
            return self.jobs.cancel(job.id)
        except RefusedRequest:  # it has just ended
            return self.jobs.get(job.id)


@dataclass(frozen=True)
class RemoteConnect:
    """Devices of sites through the workers of their PoP, all others ``directly``. Under a lease its sessions may
    write."""

    calls: Calls
    network: Callable[[], Network]
    directly: Connect
    lease: Lease | None = None

    def under(self, lease: Lease) -> Connect:
        """The same, with a lock to show."""
        return replace(self, lease=lease)

    def __call__(self, target: Target) -> Session:
        """A session; DeviceUnreachable when no worker serves the queue of its PoP."""
        queue = pop_of(self.network(), target.name)
        if queue is None:
            return self.directly(target)
        if not self.calls.presence.serving(queue):
            why = f"no worker serves the queue {queue}; start `silesianet worker --queue {queue}` near it"
            raise DeviceUnreachable(target.name, "connect", why)
        where = {"name": target.name, "platform": target.platform, "addresses": list(target.addresses)}
        try:
            opened = self.calls.ask(queue, target.name, OPEN, target=where)
        except ConnectionLost as lost:
            raise DeviceUnreachable(target.name, "connect", lost.message) from lost
        fence = [self.lease.over(target.name), self.lease.token] if self.lease else None
        return RemoteSession(self.calls, target.name, OWN + opened["worker"], opened["session"], fence)


@dataclass(frozen=True)
class RemoteSession:
    """A session held by a worker; ``fence`` is the lock under which it may write, by name and token."""

    calls: Calls
    device: str
    queue: str
    session: str
    fence: list[Any] | None

    def running(self) -> str:
        """See `Session`."""
        return str(self._ask("running"))

    def compare(self, bundle: str) -> str:
        """See `Session`."""
        return str(self._ask("compare", bundle))

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        """See `Session`."""
        id_: str | None = self._ask("commit", bundle, note, revert_in)
        return id_

    def confirm(self, commit: str) -> None:
        """See `Session`."""
        self._ask("confirm", commit)

    def undo(self, commit: str) -> None:
        """See `Session`."""
        self._ask("undo", commit)

    def status(self) -> DeviceStatus:
        """See `Session`."""
        told = self._ask("status")
        pending, last = told["pending"], told["last"]
        return DeviceStatus(Pending(**pending) if pending else None, Ended(**last) if last else None)

    def neighbours(self) -> frozenset[str]:
        """See `Session`."""
        return frozenset(self._ask("neighbours"))

    def close(self) -> None:
        """See `Session`; a worker that is gone has closed it."""
        try:
            self._ask(CLOSE)
        except ConnectionLost:
            return

    def _ask(self, method: str, *arguments: Any) -> Any:
        return self.calls.ask(
            self.queue, self.device, method, session=self.session, arguments=list(arguments), fence=self.fence
        )
