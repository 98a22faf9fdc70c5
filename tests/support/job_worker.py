"""A worker in a process of its own, for tests that kill it: ``job_worker.py URL FOLDER QUEUE``.

Jobs of kind ``note`` say in ``FOLDER/log`` when they begin and end, and wait as long as ``FOLDER/hold`` is there.
Calls go to devices that live in files of the folder.
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automation import bundle
from automation.bundle import Bundle
from automation.jobs.doors import Doors
from automation.jobs.job import Ended, JobState
from automation.jobs.presence import Presence
from automation.jobs.store import JobStore
from automation.jobs.worker import Handed, Worker
from automation.lease import Leases
from automation.session import DeviceStatus, Pending, Target
from automation.session import Ended as Last
from automation.settings import JobSettings
from inventory.database.engine import connect

LEASE_SECONDS = 60.0
"""Long, so that a crowded machine takes nobody for dead; tests say who is."""


def settings() -> JobSettings:
    """Quick ones."""
    return JobSettings(lease_seconds=LEASE_SECONDS, poll_seconds=0.05, chores_seconds=0.3, slots=2)


def say(folder: Path, *words: object) -> None:
    """A line of the log, whole or not at all."""
    with (folder / "log").open("a") as log:
        log.write(" ".join(map(str, (*words, os.getpid()))) + "\n")


def held_up(folder: Path, name: str = "hold") -> None:
    """Wait as long as the file is there."""
    while (folder / name).exists():
        time.sleep(0.02)


def note(folder: Path, handed: Handed) -> Ended:
    """Nobody else may do the same job, or one for the same device, at the same time."""
    with (folder / f"device-{handed.assignment.payload['device']}").open("w") as device:
        try:
            fcntl.flock(device, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(folder, "overlap", handed.job.id)
        say(folder, "begin", handed.job.id)
        held_up(folder)
        say(folder, "end", handed.job.id)
    return Ended(JobState.DONE, "noted")


@dataclass
class FileDevice:
    """A device whose state is a file, so that every process sees the same one."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.file = self.folder / f"{self.name}.json"

    def load(self) -> dict[str, Any]:
        """Its state."""
        fresh = {"running": "", "before": "", "pending": None, "last": None, "count": 0}
        state: dict[str, Any] = json.loads(self.file.read_text()) if self.file.exists() else fresh
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Its state from now on."""
        self.file.with_suffix(".new").write_text(json.dumps(state))
        self.file.with_suffix(".new").replace(self.file)

    def running(self) -> str:
        say(self.folder, "running", self.name)
        return str(self.load()["running"])

    def compare(self, candidate: str) -> str:
        return bundle.difference(Bundle.parse(self.load()["running"]), Bundle.parse(candidate))

    def commit(self, candidate: str, text: str, revert_in: int) -> str | None:
        state = self.load()
        state |= {"before": state["running"], "running": candidate, "count": state["count"] + 1}
        state["pending"] = [f"{self.name}-{state['count']}", text, float(revert_in)]
        self.save(state)
        say(self.folder, "commit", self.name)
        held_up(self.folder, "hold-commit")
        return str(state["pending"][0])

    def confirm(self, commit: str) -> None:
        self._end("confirmed")

    def undo(self, commit: str) -> None:
        state = self.load()
        self.save(state | {"running": state["before"]})
        self._end("reverted")

    def status(self) -> DeviceStatus:
        state = self.load()
        pending, last = state["pending"], state["last"]
        return DeviceStatus(Pending(*pending) if pending else None, Last(*last) if last else None)

    def neighbours(self) -> frozenset[str]:
        return frozenset({"10.0.0.1"})

    def close(self) -> None:
        say(self.folder, "close", self.name)

    def _end(self, outcome: str) -> None:
        state = self.load()
        if state["pending"]:
            self.save(state | {"last": [*state["pending"][:2], outcome, ""], "pending": None})


def main(url: str, folder: Path, queue: str) -> None:
    """Serve one queue until SIGTERM."""
    stopping, engine = threading.Event(), connect(url)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    def log_in(target: Target) -> FileDevice:
        say(folder, "open", target.name)
        return FileDevice(folder, target.name)

    doors = Doors(log_in, Leases(engine, LEASE_SECONDS))
    handlers = dict(doors.handlers) | {"note": lambda handed: note(folder, handed)}
    store, presence = JobStore(engine, LEASE_SECONDS), Presence(engine, LEASE_SECONDS)
    Worker(store, presence, handlers, (queue,), settings()).run(stopping)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
