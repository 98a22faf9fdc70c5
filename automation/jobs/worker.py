"""A worker: claims jobs, carries them out in threads, gives signs of life, and does the chores of all workers."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError

from automation.apply import Step
from automation.jobs.job import Assignment, Ended, Job, JobState
from automation.jobs.presence import OWN, Presence, new_name
from automation.jobs.store import JobStore
from automation.settings import JobSettings
from inventory.errors import SilesiaNetError

JOIN_SECONDS = 20.0
log = logging.getLogger(__name__)


class Later(Exception):
    """The job is not for now: back into its queue until an instant."""

    def __init__(self, not_before: float, text: str) -> None:
        self.not_before, self.text = not_before, text
        super().__init__(text)


@dataclass(frozen=True)
class Handed:
    """A job in work: what a handler is given. ``stop`` is set when it shall take back what it began."""

    assignment: Assignment
    store: JobStore
    worker: str
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def job(self) -> Job:
        """The job."""
        return self.assignment.job

    def say(self, step: Step) -> None:
        """Tell how far it is."""
        self.store.progress(self.job.id, step.text, step.done, step.total, self.assignment.token)


Handler = Callable[[Handed], Ended]
"""Carries a job out. What it raises ends the job as failed, with the text of a SilesiaNetError for people."""


class Worker:
    """Serves queues until told to stop. ``chores`` are done now and then, whatever the jobs are."""

    def __init__(
        self, store: JobStore, presence: Presence, handlers: Mapping[str, Handler], queues: Sequence[str],
        settings: JobSettings, chores: Sequence[Callable[[], object]] = (), poll_seconds: float | None = None,
    ) -> None:  # fmt: skip
        self.name = new_name()
        self.queues = (*queues, OWN + self.name)
        self._store, self._presence, self._handlers, self._settings = store, presence, handlers, settings
        self._chores = (store.reap, *chores)
        self._poll = poll_seconds or settings.poll_seconds
        self._stopping = threading.Event()
        self._busy: dict[threading.Thread, Handed] = {}

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop; then running jobs are asked to take themselves back, and waited for."""
        signs = threading.Thread(target=self._signs, args=(stopping,), daemon=True, name="presence")
        signs.start()
        chores_due = 0.0
        while not stopping.is_set():
            if time.monotonic() >= chores_due:
                self._do_chores()
                chores_due = time.monotonic() + self._settings.chores_seconds
            if not self._begin_one():
                stopping.wait(self._poll)
        self.stop()
        signs.join()
        with suppress(OperationalError):
            self._presence.gone(self.name)

    def drain(self) -> None:
        """Carry out what can be claimed now, in this thread."""
        while (assignment := self._store.claim(self.name, self.queues)) is not None:
            self._carry(self._handed(assignment))

    def stop(self) -> None:
        """Ask running jobs to take themselves back, and wait for them a while."""
        self._stopping.set()
        for handed in self._busy.values():
            handed.stop.set()
        for thread in list(self._busy):
            thread.join(JOIN_SECONDS)

    def _begin_one(self) -> bool:
        """Begin a job if there is a slot and a job; whether there may be another one."""
        self._busy = {thread: handed for thread, handed in self._busy.items() if thread.is_alive()}
        if len(self._busy) >= self._settings.slots:
            return False
        try:
            assignment = self._store.claim(self.name, self.queues)
        except OperationalError:  # a busy database
            return False
        if assignment is None:
            return False
        handed = self._handed(assignment)
        thread = threading.Thread(target=self._carry, args=(handed,), daemon=True, name=f"job-{handed.job.id}")
        self._busy[thread] = handed
        thread.start()
        return True

    def _handed(self, assignment: Assignment) -> Handed:
        handed = Handed(assignment, self._store, self.name)
        if assignment.job.cancel:  # asked of a worker that died
            handed.stop.set()
        return handed

    def _carry(self, handed: Handed) -> None:
        done = threading.Event()
        beat = threading.Thread(target=self._beat, args=(handed, done), daemon=True, name=f"beat-{handed.job.id}")
        beat.start()
        job, token = handed.job, handed.assignment.token
        try:
            ended = self._handlers[job.kind](handed)
        except Later as later:
            self._store.postpone(job.id, token, later.not_before, later.text)
            return
        except KeyError as missing:
            ended = Ended(JobState.FAILED, f"this worker does not know how to do {missing}")
        except SilesiaNetError as error:
            ended = Ended(JobState.FAILED, str(error))
        except Exception as fault:
            log.exception("job %s failed", job.id)
            ended = Ended(JobState.FAILED, f"a fault of the worker: {type(fault).__name__}")
        finally:
            done.set()
            beat.join()
        self._store.finish(job.id, token, ended)

    def _beat(self, handed: Handed, done: threading.Event) -> None:
        """A worker whose job was given to another one stops, and so does one that was asked to."""
        while not done.wait(min(1.0, self._settings.lease_seconds / 4)):
            with suppress(OperationalError):  # a busy database: tried again, and the lease runs out if it stays so
                beat = self._store.beat(handed.job.id, handed.assignment.token)
                if beat.cancel or not beat.held or self._stopping.is_set():
                    handed.stop.set()

    def _signs(self, stopping: threading.Event) -> None:
        while True:
            with suppress(OperationalError):
                self._presence.seen(self.name, self.queues)
            if stopping.wait(self._settings.lease_seconds / 4):
                return

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except Exception:  # a busy database, or a device that does not answer; the next round goes on
                log.exception("a chore of the worker failed")
