"""The other end of remote sessions: a worker near the devices that logs in and does what the calls say."""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from automation.jobs.errors import packed
from automation.jobs.job import CALL, Ended, JobState
from automation.jobs.remote import CLOSE, OPEN
from automation.jobs.worker import Handed, Handler
from automation.lease import Leases
from automation.session import Connect, DeviceStatus, Session, Target
from automation.transports.errors import ConnectionLost
from inventory.errors import RefusedRequest, SilesiaNetError

WRITING = frozenset({"commit", "confirm", "undo"})
READING = frozenset({"running", "compare", "status", "neighbours"})
IDLE_SECONDS = 600.0


@dataclass
class Open:
    """A session somebody asked for, and when it was last used."""

    session: Session
    used: float


@dataclass(frozen=True)
class Doors:
    """Open sessions by their ids. Before every writing call the lock of the caller is looked up: who has lost it
    writes nothing, however late the call arrives."""

    connect: Connect
    leases: Leases
    opened: dict[str, Open] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """The one kind of job they know."""
        return {CALL: self.answer}

    def answer(self, handed: Handed) -> Ended:
        """Do what the call says; errors of the device are an answer too."""
        payload = handed.assignment.payload
        try:
            value = self._open(payload, handed.worker) if payload["method"] == OPEN else self._do(payload)
        except SilesiaNetError as error:
            return Ended(JobState.DONE, error.message, {"error": packed(error)})
        return Ended(JobState.DONE, payload["method"], {"value": value})

    def close_idle(self, now: float | None = None) -> None:
        """A chore: sessions whose owner never came back are closed."""
        before = (time.monotonic() if now is None else now) - IDLE_SECONDS
        with self._lock:
            idle = [self.opened.pop(id_) for id_, one in list(self.opened.items()) if one.used < before]
        for one in idle:
            one.session.close()

    def _open(self, payload: Mapping[str, Any], worker: str) -> dict[str, str]:
        told = payload["target"]
        session = self.connect(Target(told["name"], told["platform"], tuple(told["addresses"])))
        id_ = secrets.token_hex(8)
        with self._lock:
            self.opened[id_] = Open(session, time.monotonic())
        return {"session": id_, "worker": worker}

    def _do(self, payload: Mapping[str, Any]) -> Any:
        method, device = payload["method"], payload["device"]
        with self._lock:
            found = (
                self.opened.pop(payload["session"], None) if method == CLOSE else self.opened.get(payload["session"])
            )
        if found is None:
            raise ConnectionLost(device, "lost", "the session is no longer open")
        found.used = time.monotonic()
        if method in WRITING:
            self._check(device, payload["fence"])
        elif method not in READING and method != CLOSE:
            raise RefusedRequest(f"no call {method!r}", where=device)
        return _plain(getattr(found.session, method)(*payload["arguments"]))

    def _check(self, device: str, fence: list[Any] | None) -> None:
        if fence is None or not self.leases.valid(str(fence[0]), int(fence[1])):
            why = "the lock of the caller is no longer held" if fence else "the caller holds no lock"
            raise RefusedRequest(f"{why}; nothing was sent", where=device, fix="see `silesianet jobs list`")


def _plain(value: Any) -> Any:
    if isinstance(value, DeviceStatus):
        return asdict(value)
    return sorted(value) if isinstance(value, frozenset) else value
