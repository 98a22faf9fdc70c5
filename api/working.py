"""Puts a worker together over a context: which jobs it knows how to do, and the chores it does beside."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from automation.jobs.doors import Doors
from automation.jobs.handlers import ChangeWork, recover_dead
from automation.jobs.job import MAIN
from automation.jobs.presence import Presence
from automation.jobs.remote import Calls, RemoteConnect
from automation.jobs.schedule import Schedules
from automation.jobs.store import JobStore
from automation.jobs.worker import Worker
from automation.lease import Leases
from automation.session import Connect
from automation.settings import JobSettings
from automation.store import ChangeStore

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


def worker_of(context: "Context") -> Worker:
    """A worker for the work of the whole network, and for the chores."""
    settings = JobSettings()
    handlers = ChangeWork(lambda: context.changes, context.settings.home / "backup").handlers
    return Worker(jobs_of(context), presence_of(context), handlers, (MAIN,), settings, _chores(context, settings))


def near_worker_of(context: "Context", pops: Sequence[str]) -> Worker:
    """A worker for the devices of these PoPs. It never waits for another one, as a change does: the two kinds of work
    must not share slots."""
    from api.composition import logins  # the drivers take a second to import

    settings = JobSettings()
    doors = Doors(logins(context), Leases(context.engine, settings.lease_seconds))
    return Worker(
        jobs_of(context), presence_of(context), doors.handlers, pops, settings, (doors.close_idle,),
        settings.call_poll_seconds,
    )  # fmt: skip


def through_pops(context: "Context", directly: Connect) -> Connect:
    """The way to devices: through the workers of their PoPs if that is set."""
    settings = JobSettings()
    if not settings.remote:
        return directly
    calls = Calls(jobs_of(context), presence_of(context), settings.call_seconds)
    return RemoteConnect(calls, context.inventory.network, directly)


def _chores(context: "Context", settings: JobSettings) -> tuple[Callable[[], object], ...]:
    store, schedules, changes = jobs_of(context), Schedules(context.engine, settings), ChangeStore(context.engine)

    def forget() -> None:
        now = time.time()
        store.forget(now - CALLS_SECONDS)
        store.forget(now - 86_400 * settings.keep_days, ("plan", "apply", "rollback", "drift", "backup"))

    def recover() -> None:
        if changes.under_way():
            recover_dead(context.changes)

    return lambda: schedules.due(store), recover, forget
