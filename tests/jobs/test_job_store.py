"""The store of jobs, on both databases: who gets which job when, and who no longer has it."""

import time

import pytest
from sqlalchemy import Engine

from automation.jobs.job import Ended, JobState
from automation.jobs.store import JobStore
from inventory.errors import RefusedRequest, UnknownObject

DONE = Ended(JobState.DONE, "well done", {"answer": 42})


def _expire(engine: Engine) -> None:
    """As if its worker had been silent for long."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET until = 1 WHERE state = 'running'")


def test_a_job_from_the_queue_to_its_end(store: JobStore) -> None:
    job = store.enqueue("apply", {"n": 1}, who="officer", change="c1")
    assert (job.state, job.queue, job.attempts, job.worker) == ("queued", "main", 0, None)
    taken = store.claim("one", ("main",))
    assert taken is not None and taken.payload == {"n": 1}
    assert (taken.job.id, taken.job.state, taken.job.worker, taken.job.attempts) == (job.id, "running", "one", 1)
    store.progress(job.id, "half", 1, 2, taken.token)
    assert (store.get(job.id).progress, store.get(job.id).done, store.get(job.id).total) == ("half", 1, 2)
    assert store.finish(job.id, taken.token, DONE)
    assert (store.get(job.id).state, store.result(job.id)) == ("done", {"answer": 42})
    assert store.of_change("c1") == (store.get(job.id),) and store.list(state="queued") == ()


def test_jobs_are_taken_in_order_from_the_own_queues_when_it_is_time(store: JobStore) -> None:
    later = store.enqueue("a", {}, not_before=time.time() + 3600)
    first, second = store.enqueue("a", {}), store.enqueue("a", {})
    elsewhere = store.enqueue("a", {}, queue="pop-trynek-1")
    claimed = [store.claim("one", ("main",)) for _ in range(3)]
    assert [c and c.job.id for c in claimed] == [first.id, second.id, None]
    far = store.claim("two", ("pop-trynek-1",))
    assert far is not None and far.job.id == elsewhere.id and store.get(later.id).state == "queued"


def test_of_jobs_that_must_be_alone_one_runs_at_a_time(store: JobStore) -> None:
    first, second = (store.enqueue("a", {}, alone="device:r1") for _ in range(2))
    other = store.enqueue("a", {}, alone="device:r2")
    taken = store.claim("one", ("main",))
    assert taken is not None and taken.job.id == first.id
    beside = store.claim("two", ("main",))
    assert beside is not None and beside.job.id == other.id and store.claim("two", ("main",)) is None
    store.finish(first.id, taken.token, DONE)
    after = store.claim("two", ("main",))
    assert after is not None and after.job.id == second.id


def test_who_was_taken_for_dead_can_neither_beat_nor_finish(store: JobStore, engine: Engine) -> None:
    job = store.enqueue("a", {})
    old = store.claim("one", ("main",))
    assert old is not None and store.beat(job.id, old.token).held
    _expire(engine)
    assert store.reap() == 1 and store.get(job.id).state == "queued"
    assert not store.beat(job.id, old.token).held
    new = store.claim("two", ("main",))
    assert new is not None and new.token > old.token and new.job.attempts == 2
    assert not store.finish(job.id, old.token, DONE)
    store.progress(job.id, "I am still here", token=old.token)
    assert (store.get(job.id).worker, store.get(job.id).progress) == ("two", "its worker ended")
    assert store.finish(job.id, new.token, DONE)


def test_a_job_that_kills_its_workers_is_given_up(store: JobStore, engine: Engine) -> None:
    job = store.enqueue("a", {}, attempts=2)
    for _ in range(2):
        assert store.claim("one", ("main",)) is not None
        _expire(engine)
        store.reap()
    assert (store.get(job.id).state, store.get(job.id).progress) == ("failed", "its worker ended")
    assert store.claim("one", ("main",)) is None


def test_the_living_are_not_reaped_and_neither_is_work_of_a_process_itself(store: JobStore) -> None:
    store.enqueue("a", {})
    assert store.claim("one", ("main",)) is not None
    store.start("apply", "officer")
    assert store.reap() == 0


def test_cancelling(store: JobStore) -> None:
    waiting = store.enqueue("a", {})
    assert store.cancel(waiting.id).state == "cancelled" and store.claim("one", ("main",)) is None
    with pytest.raises(RefusedRequest, match="the job is cancelled"):
        store.cancel(waiting.id)
    running = store.enqueue("a", {})
    taken = store.claim("one", ("main",))
    assert taken is not None and not store.beat(running.id, taken.token).cancel
    assert store.cancel(running.id).state == "running" and store.beat(running.id, taken.token).cancel
    with pytest.raises(UnknownObject):
        store.cancel(999)


def test_a_postponed_job_waits_and_was_no_attempt(store: JobStore) -> None:
    job = store.enqueue("a", {})
    taken = store.claim("one", ("main",))
    assert taken is not None and store.postpone(job.id, taken.token, time.time() + 60, "not now")
    assert store.claim("one", ("main",)) is None
    assert (store.get(job.id).state, store.get(job.id).attempts, store.get(job.id).worker) == ("queued", 0, None)


def test_single_calls_are_not_listed_and_are_forgotten(store: JobStore) -> None:
    call = store.enqueue("call", {}, queue="@one")
    assert store.list() == ()
    taken = store.claim("one", ("@one",))
    assert taken is not None
    store.drop(call.id)
    assert store.get(call.id).state == "running", "what runs is not dropped"
    store.finish(call.id, taken.token, DONE)
    store.forget(time.time() + 1)
    with pytest.raises(UnknownObject):
        store.get(call.id)
