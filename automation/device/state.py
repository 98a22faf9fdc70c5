"""What the device remembers over power cuts: one file, replaced whole, so every step is either done or not begun."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FOLDER = Path("/var/lib/silesianet")


@dataclass(frozen=True)
class Pending:
    """A commit waiting for its confirmation.

    `deadline` is in seconds of CLOCK_BOOTTIME, which runs on in suspend and knows no time zones or clock steps,
    and means nothing under another `boot`. `before` is the running bundle it found, `candidate` the one it applied.
    """

    id: str
    boot: str
    deadline: float
    before: str
    candidate: str
    note: str = ""

    def expired(self, now: float) -> bool:
        return self.boot != boot_id() or now >= self.deadline


@dataclass(frozen=True)
class Ended:
    """How the last commit ended: `confirmed`, `reverted` or `failed`, and why."""

    id: str
    outcome: str
    reason: str
    note: str


@dataclass(frozen=True)
class State:
    """`startup` is the last confirmed bundle, `previous` the one confirmed before it; empty before the first commit."""

    startup: str = ""
    previous: str = ""
    pending: Pending | None = None
    last: Ended | None = None

    @property
    def current(self) -> str:
        """The commit in force: the pending one, else the last one if it was confirmed; empty for none."""
        if self.pending:
            return self.pending.id
        return self.last.id if self.last and self.last.outcome == "confirmed" else ""

    def ended(self, outcome: str, reason: str = "") -> "State":
        """The same with the pending commit over."""
        assert self.pending is not None
        return replace(self, pending=None, last=Ended(self.pending.id, outcome, reason, self.pending.note))


class Locked(Exception):
    """Another writer held the lock for longer than a commit takes."""


@dataclass(frozen=True)
class Store:
    """The file and the lock beside it."""

    folder: Path = FOLDER

    def load(self) -> State:
        try:
            raw = json.loads((self.folder / "state.json").read_text())
        except FileNotFoundError:
            return State()
        pending, last = raw.pop("pending"), raw.pop("last")
        return State(**raw, pending=pending and Pending(**pending), last=last and Ended(**last))

    def save(self, state: State) -> None:
        write_durably(self.folder / "state.json", json.dumps(asdict(state)), mode=0o600)

    @contextmanager
    def lock(self, seconds: float) -> Iterator[None]:
        """The one writer; Locked after so many seconds. A killed holder lets go, as the kernel closes its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        until = clock() + seconds
        with (self.folder / "lock").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if clock() >= until:
                        raise Locked from None
                    time.sleep(0.02)
            yield


def write_durably(path: Path, text: str, mode: int) -> None:
    """On disk when this returns; a reader, or a power cut, meets the old text or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def clock() -> float:
    """Seconds of CLOCK_BOOTTIME."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """What tells one run of the kernel from another."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
