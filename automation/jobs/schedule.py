"""Work that comes round: schedules in the database put jobs into the queue, each time once however many look."""

import time
from collections.abc import Callable

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from automation.change import Scope
from automation.jobs import cron
from automation.jobs.job import Job
from automation.jobs.store import JobStore
from automation.jobs.tables import schedules
from automation.settings import JobSettings
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.fact import Fact

KINDS = ("drift", "backup", "apply")


class Schedule(Fact):
    """``next`` is when it is due (epoch seconds), ``last_job`` what it put into the queue last."""

    name: str
    cron: str
    kind: str
    scope: Scope
    who: str
    created: float
    next: float
    last_job: int | None = None


class Schedules:
    """All schedules."""

    def __init__(self, engine: Engine, settings: JobSettings | None = None) -> None:
        self._engine, self._settings = engine, settings or JobSettings()

    def add(self, name: str, expression: str, kind: str, scope: Scope, who: str) -> Schedule:
        """A new schedule. WrongUsage for work that cannot be scheduled, RefusedRequest for a name that is taken."""
        if kind not in KINDS:
            raise WrongUsage(f"{kind!r} cannot be scheduled", fix=f"use one of {', '.join(KINDS)}")
        now = time.time()
        made = Schedule(
            name=name, cron=cron.check(expression), kind=kind, scope=scope, who=who, created=now,
            next=self._following(expression, now),
        )  # fmt: skip
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                connection.execute(insert(schedules), made.model_dump(mode="json"))
        except IntegrityError as error:
            raise RefusedRequest("there is one already", where=f"schedule:{name}", fix="remove it first") from error
        return made

    def remove(self, name: str) -> None:
        """UnknownObject when there is none. Jobs it has put into the queue stay there."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if not connection.execute(delete(schedules).where(schedules.c.name == name)).rowcount:
                fix = "see `silesianet jobs schedule list`"
                raise UnknownObject(f"no schedule {name!r}", where=f"schedule:{name}", fix=fix)

    def list(self) -> tuple[Schedule, ...]:
        """By name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schedules).order_by(schedules.c.name)).mappings()
            return tuple(Schedule.model_validate(dict(row)) for row in rows)

    def due(self, jobs: JobStore, now: Callable[[], float] = time.time) -> tuple[Job, ...]:
        """Put what is due into the queue. What was due several times while nobody looked is done once; what its last
        job has not finished is not begun again."""
        moment = now()
        turned = [self._turn(jobs, schedule, moment) for schedule in self.list() if schedule.next <= moment]
        return tuple(jobs.get(id_) for id_ in turned if id_ is not None)

    def _turn(self, jobs: JobStore, schedule: Schedule, at: float) -> int | None:
        """The new job, if it was we who saw that it is due: both are one transaction."""
        goes_on = schedule.last_job is not None and _goes_on(jobs, schedule.last_job)
        here = (schedules.c.name == schedule.name) & (schedules.c.next == schedule.next)
        with self._engine.execution_options(writes=True).begin() as connection:
            following = {"next": self._following(schedule.cron, at)}
            if not connection.execute(update(schedules).where(here).values(following)).rowcount or goes_on:
                return None
            payload, who = (
                {"scope": schedule.scope.model_dump(mode="json")},
                f"{schedule.who} (schedule {schedule.name})",
            )
            id_ = jobs.put(connection, schedule.kind, payload, who)
            connection.execute(update(schedules).where(schedules.c.name == schedule.name).values(last_job=id_))
        return id_

    def _following(self, expression: str, at: float) -> float:
        return cron.following(expression, at, cron.zone_of(self._settings.time_zone))


def _goes_on(jobs: JobStore, id_: int) -> bool:
    try:
        return not jobs.get(id_).over
    except UnknownObject:
        return False
