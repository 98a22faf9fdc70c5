"""Work that outlives its request: done in a thread, asked to stop when the process ends."""

import logging
import threading
from collections.abc import Callable

from automation.jobs.job import Job
from automation.jobs.store import JobStore
from automation.jobs.worker import Worker
from inventory.errors import SilesiaNetError

JOIN_SECONDS = 20.0
log = logging.getLogger(__name__)


class Hands:
    """Who is told of new jobs, so that they begin at once: the worker of this process, or nobody."""

    def __init__(self, jobs: JobStore, worker: Worker | None, work: "Work") -> None:
        self.jobs, self._worker, self._work = jobs, worker, work

    def start(self) -> None:
        """Look for jobs until the process ends."""
        worker = self._worker
        if worker is not None:
            self._work.start("worker", lambda: worker.run(self._work.stopping), log.error)

    def begin(self, job: Job) -> None:
        """There is a job; another worker may be faster."""
        if self._worker is not None:
            self._work.start(f"job {job.id}", self._worker.drain, log.error)


class Work:
    """Threads of one process. What goes wrong is told to ``failed``, for the one who asked is gone."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, name: str, task: Callable[[], object], failed: Callable[[str], object]) -> None:
        """Begin a task."""

        def run() -> None:
            try:
                task()
            except SilesiaNetError as error:
                failed(str(error))
            except Exception as fault:
                log.exception("%s failed", name)
                failed(f"a fault of the server: {type(fault).__name__}")

        self._threads = [t for t in self._threads if t.is_alive()]
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Ask what runs to take itself back, and wait a while for it; devices heal by their own timers otherwise."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(JOIN_SECONDS)
