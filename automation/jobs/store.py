"""The one store of jobs: the same SQL on SQLite and PostgreSQL (docs/decisions/0010-jobs.md).

A claim is one short transaction. On PostgreSQL rows that another worker is just claiming are skipped; SQLite has one
writer at a time and needs no such word.
"""

import time
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from automation.jobs.instant import instant
from automation.jobs.job import CALL, MAIN, OVER, Assignment, Beat, Ended, Job, JobState
from automation.jobs.tables import jobs
from inventory.errors import RefusedRequest, UnknownObject

LEASE_SECONDS = 10.0
ATTEMPTS = 3
_SHOWN = tuple(jobs.c[name] for name in Job.model_fields)


class JobStore:
    """Jobs for people to follow and cancel, and for workers to claim. ``lease_seconds`` after the last sign of life
    of a worker its job is given to another one."""

    def __init__(self, engine: Engine, lease_seconds: float = LEASE_SECONDS) -> None:
        self._engine, self._lease = engine, lease_seconds

    # what people do

    def enqueue(
        self, kind: str, payload: dict[str, Any], queue: str = MAIN, not_before: float = 0.0, who: str = "",
        change: str | None = None, *, attempts: int = ATTEMPTS, alone: str | None = None,
    ) -> Job:  # fmt: skip
        """Leave work for a worker of the queue. Given to another worker ``attempts`` times at most; of jobs with the
        same ``alone`` one runs at a time."""
        with self._writing() as connection:
            more = {"queue": queue, "not_before": not_before, "attempts_most": attempts, "alone": alone}
            id_ = self.put(connection, kind, payload, who, change, **more)
        return self.get(id_)

    def put(
        self, connection: Connection, kind: str, payload: dict[str, Any], who: str = "", change: str | None = None,
        **more: Any,
    ) -> int:  # fmt: skip
        """The same within a transaction of somebody else; returns its number."""
        row = {"queue": MAIN, "attempts_most": ATTEMPTS} | self._row(kind, who, change, JobState.QUEUED) | more
        id_: int = connection.execute(insert(jobs).values(row | {"payload": payload}).returning(jobs.c.id)).scalar_one()
        return id_

    def start(self, kind: str, who: str, change: str | None = None) -> int:
        """Record work that this process has begun itself; returns its number."""
        with self._writing() as connection:
            row = self._row(kind, who, change, JobState.RUNNING)
            id_: int = connection.execute(insert(jobs).values(row).returning(jobs.c.id)).scalar_one()
        return id_

    def cancel(self, id_: int) -> Job:
        """Waiting work never begins, running work is asked to undo what it began; RefusedRequest when it is over."""
        waiting = self._set(id_, jobs.c.state == JobState.QUEUED, state=JobState.CANCELLED, cancel=True,
                            progress="cancelled before it began")  # fmt: skip
        if not waiting and not self._set(id_, jobs.c.state == JobState.RUNNING, cancel=True):
            raise RefusedRequest(f"the job is {self.get(id_).state}", where=f"job:{id_}")
        return self.get(id_)

    def get(self, id_: int) -> Job:
        """UnknownObject when there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*_SHOWN).where(jobs.c.id == id_)).mappings().first()
        if row is None:
            raise UnknownObject(f"no job {id_}", where=f"job:{id_}", fix="see `silesianet jobs list`")
        return Job.model_validate(dict(row))

    def list(self, limit: int = 50, state: str | None = None) -> tuple[Job, ...]:
        """Newest first, without single calls to devices."""
        query = select(*_SHOWN).where(jobs.c.kind != CALL).order_by(jobs.c.id.desc()).limit(limit)
        return self._jobs(query if state is None else query.where(jobs.c.state == state))

    def of_change(self, change: str) -> tuple[Job, ...]:
        """Jobs about a change, newest first."""
        return self._jobs(select(*_SHOWN).where(jobs.c.change == change).order_by(jobs.c.id.desc()))

    def result(self, id_: int) -> dict[str, Any] | None:
        """What the work came to, null while it is not over or when there is nothing to tell."""
        with self._engine.connect() as connection:
            found: dict[str, Any] | None = connection.execute(select(jobs.c.result).where(jobs.c.id == id_)).scalar()
        return found

    # what workers do

    def claim(self, worker: str, queues: Collection[str]) -> Assignment | None:
        """The oldest job of the queues that may begin now; null when there is none."""
        with self._engine.connect() as connection:
            if connection.execute(self._next(queues, instant(connection))).first() is None:
                return None
        try:
            return self._claimed(worker, queues)
        except IntegrityError:  # another worker has just begun one that must run alone
            return None

    def _claimed(self, worker: str, queues: Collection[str]) -> Assignment | None:
        with self._writing() as connection:
            now = instant(connection)
            row = connection.execute(self._next(queues, now).with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            token = int(row["token"]) + 1
            values = {
                "state": JobState.RUNNING, "worker": worker, "token": token, "attempts": row["attempts"] + 1,
                "until": now + self._lease, "updated": now,
            }  # fmt: skip
            connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(values))
            taken = connection.execute(select(*_SHOWN).where(jobs.c.id == row["id"])).mappings().one()
            return Assignment(Job.model_validate(dict(taken)), row["payload"] or {}, token)

    def beat(self, id_: int, token: int) -> Beat:
        """A worker's sign of life. One whose job was given back meanwhile finds it no longer its own."""
        with self._writing() as connection:
            now = instant(connection)
            mine = update(jobs).where(self._mine(id_, token)).values(until=now + self._lease)
            held = connection.execute(mine).rowcount == 1
            asked = connection.execute(select(jobs.c.cancel).where(jobs.c.id == id_)).scalar()
        return Beat(held, bool(asked))

    def progress(self, id_: int, text: str, done: int = 0, total: int = 0, token: int | None = None) -> None:
        """What is being done now; ignored from a worker whose job it no longer is."""
        mine = None if token is None else jobs.c.token == token
        self._set(id_, mine, progress=text, done=done, total=total)

    def attach(self, id_: int, token: int, change: str) -> bool:
        """The job turned out to be about a change."""
        return self._set(id_, self._mine(id_, token), change=change)

    def finish(self, id_: int, token: int, ended: Ended) -> bool:
        """How it ended; false, and nothing is written, when it was another worker's by then."""
        return self._set(id_, self._mine(id_, token), state=ended.state, progress=ended.text, result=ended.result,
                         until=0.0)  # fmt: skip

    def postpone(self, id_: int, token: int, not_before: float, text: str) -> bool:
        """Back into its queue until an instant; this was no attempt."""
        return self._set(id_, self._mine(id_, token), state=JobState.QUEUED, progress=text, not_before=not_before,
                         attempts=jobs.c.attempts - 1, worker=None, until=0.0)  # fmt: skip

    def reap(self) -> int:
        """Give work of dead workers back to its queue, or end it when it was given away often enough; how many."""
        with self._writing() as connection:
            now = instant(connection)
            dead = (jobs.c.state == JobState.RUNNING) & (jobs.c.until > 0) & (jobs.c.until < now)
            spent = dead & (jobs.c.attempts >= jobs.c.attempts_most)
            words = {"progress": "its worker ended", "until": 0.0, "updated": now, "token": jobs.c.token + 1}
            failed = update(jobs).where(spent).values(words | {"state": JobState.FAILED})
            ended: int = connection.execute(failed).rowcount
            back = words | {"state": JobState.QUEUED, "worker": None}
            ended += connection.execute(update(jobs).where(dead).values(back)).rowcount
        return ended

    # what the process that began work itself does

    def end(self, id_: int, state: str, text: str) -> None:
        """Record how it ended."""
        self._set(id_, None, state=state, progress=text, until=0.0)

    def cancelled(self, id_: int) -> bool:
        """Whether somebody asked for it to stop."""
        return self.get(id_).cancel

    def abandon(self, change: str) -> None:
        """End the jobs of a change whose controller is gone; those of workers are given back by the reaper."""
        here = (jobs.c.change == change) & (jobs.c.state == JobState.RUNNING) & (jobs.c.until == 0)
        words = {"state": JobState.FAILED, "progress": "its controller ended", "updated": time.time()}
        with self._writing() as connection:
            connection.execute(update(jobs).where(here).values(words))

    def forget(self, before: float, kinds: Collection[str] = (CALL,)) -> None:
        """Drop jobs of these kinds that were over before an instant."""
        old = jobs.c.kind.in_(kinds) & jobs.c.state.in_(OVER) & (jobs.c.updated < before)
        with self._writing() as connection:
            connection.execute(delete(jobs).where(old))

    def drop(self, id_: int) -> None:
        """Drop a job that is over and that nobody will ask about."""
        with self._writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.id == id_, jobs.c.state.in_(OVER)))

    def _next(self, queues: Collection[str], now: float) -> Select[Any]:
        other = jobs.alias()
        beside = exists().where(other.c.alone == jobs.c.alone, other.c.state == JobState.RUNNING)
        here = (jobs.c.state == JobState.QUEUED) & jobs.c.queue.in_(queues) & (jobs.c.not_before <= now)
        wanted = select(jobs.c.id, jobs.c.token, jobs.c.attempts, jobs.c.payload)
        return wanted.where(here, or_(jobs.c.alone.is_(None), ~beside)).order_by(jobs.c.id).limit(1)

    def _mine(self, id_: int, token: int) -> ColumnElement[bool]:
        return (jobs.c.id == id_) & (jobs.c.token == token) & (jobs.c.state == JobState.RUNNING)

    def _jobs(self, query: Select[Any]) -> tuple[Job, ...]:
        with self._engine.connect() as connection:
            return tuple(Job.model_validate(dict(row)) for row in connection.execute(query).mappings())

    def _row(self, kind: str, who: str, change: str | None, state: JobState) -> dict[str, Any]:
        now = time.time()
        return {
            "kind": kind, "change": change, "state": state, "who": who, "progress": "", "cancel": False,
            "created": now, "updated": now,
        }  # fmt: skip

    def _set(self, id_: int, only: ColumnElement[bool] | None, **values: Any) -> bool:
        here = jobs.c.id == id_
        with self._writing() as connection:
            statement = update(jobs).where(here if only is None else here & only)
            changed: int = connection.execute(statement.values(updated=time.time(), **values)).rowcount
        return changed == 1

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._engine.execution_options(writes=True).begin()
