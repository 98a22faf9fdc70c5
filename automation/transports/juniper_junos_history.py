"""The history of commits of a Junos device, and what it says about a change.

An entry says for good that it had to be confirmed; that it still waits is said in a line of its own below the newest
entry. Whoever commits after it confirms it. Its timer leaves an entry ``by root via other`` that holds what ran before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from automation.session import REVERTED, DeviceStatus, Ended, Pending

MARK = "sn"
ENTRY = re.compile(
    r"\s*(\d+)\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \S+ by (\S+) via (\S+)"
    r"(?:.*?commit confirmed, rollback in (\d+)\s*mins?)?"
)
INSTANT = re.compile(r"Current time:\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
WAITS = "rollback pending"


@dataclass(frozen=True)
class Entry:
    """A commit; ``minutes`` is how long it could be confirmed, ``at`` seconds on the device's clock."""

    number: int
    at: float
    user: str
    client: str
    minutes: int | None
    note: str
    waits: bool

    @property
    def change(self) -> str:
        """The change it belongs to; empty when it is not ours."""
        return self.note.split()[1] if self.note.startswith(f"{MARK} ") else ""

    @property
    def step(self) -> str:
        """``confirmed``, ``undone``, or nothing for the commit that began a change."""
        return [*self.note.split(), ""][2] if self.change else ""

    @property
    def by_timer(self) -> bool:
        """Whether the device itself may have made it."""
        return self.client == "other" and not self.note


@dataclass(frozen=True)
class History:
    """Commits, newest first; ``same`` asks the device whether two of them hold one configuration."""

    entries: tuple[Entry, ...]
    now: float
    same: Callable[[Entry, Entry], bool]

    def status(self) -> DeviceStatus:
        """Pending and last commit."""
        pending = None
        if self.entries and self.entries[0].waits:
            newest = self.entries[0]
            name = newest.change or f"of {newest.user}"
            left = max(0.0, newest.at + 60 * (newest.minutes or 0) - self.now)
            pending = Pending(name, newest.change, left)
        last = next((e for e in self.entries if e.change and not e.waits), None)
        return DeviceStatus(pending, self._ended(last) if last is not None else None)

    def begun(self, change: str) -> tuple[int, str]:
        """Number of the commit that began a change, and who else has committed after it."""
        at = next(e.number for e in self.entries if e.change == change and not e.step)
        others = [e.user for e in self.entries if e.number < at and e.change != change]
        return at, others[0] if others else ""

    def _ended(self, last: Entry) -> Ended:
        name = last.change
        if last.step == "undone":
            return Ended(name, name, REVERTED, "taken back")
        if last.step == "confirmed":
            before = self._at(last.number + 1)
            in_time = before is not None and before.change == name and not before.step
            if in_time:
                return Ended(name, name, "confirmed", "confirmed")
            return Ended(name, name, REVERTED, "its timer had ended when it was confirmed")
        after = self._at(last.number - 1)
        if after is None:
            return Ended(name, name, "confirmed", "its timer does not run any more")
        if after.by_timer and self._back(last, after):
            return Ended(name, name, REVERTED, "its timer ended")
        return Ended(name, name, "confirmed", f"by a later commit of {after.user}")

    def _back(self, last: Entry, after: Entry) -> bool:
        before = self._at(last.number + 1)
        return before is None or self.same(before, after)

    def _at(self, number: int) -> Entry | None:
        return next((e for e in self.entries if e.number == number), None)


def entries(text: str) -> tuple[Entry, ...]:
    """The answer to ``show system commit``."""
    found: list[Entry] = []
    for line in text.splitlines():
        head = ENTRY.match(line)
        if head is not None:
            minutes = int(head[5]) if head[5] else None
            found.append(Entry(int(head[1]), _seconds(head[2]), head[3], head[4], minutes, "", False))
        elif found and line.startswith(" ") and line.strip():
            last, said = found[-1], line.strip()
            waits = last.waits or said == WAITS
            note = last.note if said == WAITS else said
            found[-1] = Entry(last.number, last.at, last.user, last.client, last.minutes, note, waits)
    return tuple(found)


def current_time(text: str) -> float:
    """The device's own clock in the answer to ``show system uptime``; 0 when it is not told."""
    found = INSTANT.search(text)
    return _seconds(found[1]) if found else 0.0


def _seconds(stamp: str) -> float:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
