"""Leaving a change to a worker: checked at once as far as it can be, begun when its terms say."""

import time
from dataclasses import dataclass

from automation.change import CARRIES, Change, Scope
from automation.changes import Changes
from automation.jobs.admission import Calendar
from automation.jobs.job import MAIN, Job
from automation.jobs.store import JobStore
from inventory.errors import RefusedRequest


@dataclass(frozen=True)
class Terms:
    """When a change may begin: not before ``at`` (epoch seconds); in the next window if it has to ``wait``; against
    windows and black-outs for the reason of ``override``."""

    at: float = 0.0
    wait: bool = False
    override: str = ""


def detach(changes: Changes, jobs: JobStore, id_: str, who: str, terms: Terms) -> Job:
    """Put a planned change into the queue. RefusedRequest as by `Changes.apply`, as far as it is known now, and when
    it waits there already."""
    change = changes.may_begin(id_, who)
    if going_on := [job for job in jobs.of_change(change.id) if not job.over and job.kind == change.kind]:
        fix = f"see `silesianet jobs show {going_on[0].id}`"
        raise RefusedRequest(f"job {going_on[0].id} carries it out already", where=f"change:{change.id}", fix=fix)
    begin = agreed(changes, change, who, terms)
    payload = {"wait": terms.wait}
    return jobs.enqueue(change.kind, payload, MAIN, begin if begin > time.time() else 0.0, who, change.id)


def agreed(changes: Changes, change: Change, who: str, terms: Terms) -> float:
    """When the change begins by its terms; NotNow when it may not begin then. An override is put on record."""
    calendar, network, begin = Calendar(changes.engine), changes.inventory.network(), max(time.time(), terms.at)
    if terms.override:
        calendar.override(network, change, who, terms.override, begin)
    if not terms.wait or calendar.overrides(change.id):
        calendar.admit(network, change, begin)
        return begin
    opens = calendar.opens(network, change, begin)
    if opens is None:
        calendar.admit(network, change, begin)
        return begin
    return opens


def resume(changes: Changes, id_: str, who: str) -> Change:
    """A draft for the devices that do not carry an ended change: that failed, were skipped, or were taken back with
    the rest. RefusedRequest when there is none, or the change has not ended."""
    first = changes.store.get(id_)
    where = f"change:{first.id}"
    if first.report is None:
        raise RefusedRequest(f"the change is {first.state}", where=where, fix="wait until it has ended")
    rest = tuple(d.name for d in first.report.devices if d.outcome not in CARRIES)
    if not rest:
        raise RefusedRequest("every device carries it", where=where, fix="there is nothing to go on with")
    comment = f"goes on with {first.id}"
    return changes.store.create(Scope(devices=rest), who, comment, undoes=first.undoes, resumes=first.id)
