"""Workers in processes of their own, some killed with jobs in hand: none is lost, none done by two at a time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from automation.jobs.store import JobStore

JOBS, DEVICES = 12, 6


def test_jobs_of_killed_workers_are_done_by_the_others(
    workers: Any, store: JobStore, engine: Engine, until: Callable[[Callable[[], object], str], None]
) -> None:
    hold = workers.folder / "hold"
    hold.touch()
    made = [store.enqueue("note", {"device": n % DEVICES}, alone=f"device:{n % DEVICES}") for n in range(JOBS)]
    started = [workers.start() for _ in range(3)]
    until(lambda: workers.begun().keys() == {p.pid for p in started}, "every worker has jobs in hand")
    victims = [p.pid for p in started[:2]]
    in_hand = {int(job) for job, pid in workers.said("begin") if pid in victims}
    for process in started[:2]:
        workers.kill(engine, process)
    hold.unlink()
    workers.start()
    until(lambda: all(store.get(job.id).over for job in made), "every job is over")
    found = [store.get(job.id) for job in made]
    assert {job.state for job in found} == {"done"} and not workers.said("overlap")
    assert in_hand and in_hand <= {job.id for job in found if job.attempts > 1}
    assert {int(job) for job, _ in workers.said("end")} == {job.id for job in found}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM jobs WHERE state = 'running'").scalar() == 0
