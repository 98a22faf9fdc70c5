"""A job as a value: what somebody follows, what a worker is handed, and how it ended."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inventory.model.fact import Fact

MAIN = "main"
"""Queue of work any worker can do; other queues are named after a PoP."""

CALL = "call"
"""Kind of the many small jobs that carry one call to a device; nobody follows them one by one."""


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Job(Fact):
    """Work that waits, is under way or is over. Instants are epoch seconds; ``done`` of ``total`` is its progress.

    ``worker`` is null while nobody has claimed it, and for work done by the very process that recorded it.
    """

    id: int
    kind: str
    change: str | None
    state: str
    who: str
    progress: str
    cancel: bool
    created: float
    updated: float
    queue: str
    not_before: float
    attempts: int
    worker: str | None
    done: int
    total: int

    @property
    def over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in OVER


@dataclass(frozen=True)
class Assignment:
    """A job in the hands of a worker. Whoever shows an older ``token`` than the job's is no longer its worker."""

    job: Job
    payload: dict[str, Any]
    token: int


@dataclass(frozen=True)
class Ended:
    """How the work on a job ended, in words and as JSON."""

    state: JobState
    text: str
    result: dict[str, Any] | None = None


@dataclass(frozen=True)
class Beat:
    """What a worker learns at each sign of life: is the job still its own, and did somebody ask it to stop."""

    held: bool
    cancel: bool
