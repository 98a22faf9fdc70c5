"""Puts a worker together over a context: which jobs it knows how to do, and the chores it does beside."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from automation.jobs.handlers import ChangeWork, recover_dead
from automation.jobs.job import MAIN
from automation.jobs.presence import Presence
from automation.jobs.schedule import Schedules
from automation.jobs.store import JobStore
from automation.jobs.worker import Handler, Worker
from automation.settings import JobSettings

if TYPE_CHECKING:
    from api.context import Context

CALLS_SECONDS = 3600.0
"""How long calls to devices are remembered that nobody fetched the answer of."""


def jobs_of(context: "Context") -> JobStore:
    """The jobs of this inventory."""
    return JobStore(context.engine, JobSettings().lease_seconds)


def presence_of(context: "Context") -> Presence:
    """The workers of this inventory."""
    return Presence(context.engine, JobSettings().lease_seconds)


def worker_of(context: "Context", queues: Sequence[str] = (MAIN,)) -> Worker:
    """A worker for these queues. Chores are done by those that do the work of the whole network."""
    settings = JobSettings()
    handlers: Mapping[str, Handler] = ChangeWork(lambda: context.changes, context.settings.home / "backup").handlers
    chores = _chores(context, settings) if MAIN in queues else ()
    return Worker(jobs_of(context), presence_of(context), handlers, queues, settings, chores)


def _chores(context: "Context", settings: JobSettings) -> tuple[Callable[[], object], ...]:
    store, schedules = jobs_of(context), Schedules(context.engine, settings)

    def forget() -> None:
        now = time.time()
        store.forget(now - CALLS_SECONDS)
        store.forget(now - 86_400 * settings.keep_days, ("plan", "apply", "rollback", "drift", "backup"))

    return lambda: schedules.due(store), lambda: recover_dead(context.changes), forget
