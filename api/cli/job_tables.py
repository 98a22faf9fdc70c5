"""Jobs for people and as JSON, and how one is followed to its end."""

import time
from typing import Any

from api.cli.change_tables import Bar
from api.cli.output import console, notice
from api.entries import moment
from automation.apply import Step
from automation.jobs.job import Job
from automation.jobs.presence import Presence
from automation.jobs.store import JobStore

LOOK_SECONDS = 0.3
COLUMNS = ("job", "kind", "change", "state", "who", "progress")


def job_document(job: Job) -> dict[str, Any]:
    """The same as the REST API gives."""
    return {"slug": str(job.id)} | job.model_dump(mode="json")


def job_row(job: Job) -> tuple[object, ...]:
    """A line of the table of jobs."""
    waits = job.state == "queued" and job.not_before > time.time()
    words = f"waits until {moment(job.not_before)}" if waits else job.progress
    return (job.id, job.kind, job.change, job.state, job.who, words)


def print_queued(job: Job, presence: Presence) -> None:
    """What was left to a worker, and whether there is one."""
    begins = f", begins at {moment(job.not_before)}" if job.not_before else ""
    change = f" (change {job.change})" if job.change else ""
    console.print(f"job {job.id}{change} is in the queue{begins}", highlight=False)
    notice(f"look with `silesianet jobs show {job.id} --follow`")
    if not presence.serving(job.queue):
        notice(f"no worker serves the queue {job.queue} now; start `silesianet serve` or `silesianet worker`")


def follow(store: JobStore, id_: int, bar: Bar) -> Job:
    """Show how far a job is until it is over."""
    while not (job := store.get(id_)).over:
        words = job.progress or ("waiting in the queue" if job.state == "queued" else "beginning")
        bar(Step(words, job.done, job.total or 1))
        time.sleep(LOOK_SECONDS)
    return job
