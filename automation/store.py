"""Changes and backups in the database."""

import hashlib
import secrets
import time
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, delete, insert, or_, select, update

from automation.change import CARRIES, READY, UNDER_WAY, Approval, Change, Plan, Report, Scope, State
from automation.tables import approvals, backups, changes
from inventory.errors import RefusedRequest, UnknownObject

_WITHOUT_PLAN = [column for column in changes.c if column is not changes.c.plan]


class ChangeStore:
    """Every change ever made. A change is found by its own id or by the id of its plan (the newest one with it)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self, scope: Scope, who: str, comment: str, undoes: str | None = None, resumes: str | None = None
    ) -> Change:
        """A new draft."""
        now, id_ = time.time(), f"c{secrets.token_hex(5)}"
        row = {
            "id": id_, "state": State.DRAFT, "kind": "rollback" if undoes else "apply",
            "undoes": undoes, "resumes": resumes, "scope": scope.model_dump(mode="json"), "created": now,
            "updated": now,
            "who": who, "comment": comment,
        }  # fmt: skip
        with self._writing() as connection:
            connection.execute(insert(changes), row)
        return self.get(id_)

    def get(self, id_: str) -> Change:
        """UnknownObject when there is none."""
        query = select(changes).where(or_(changes.c.id == id_, changes.c.plan_id == id_))
        with self._engine.connect() as connection:
            row = connection.execute(query.order_by(changes.c.created.desc()).limit(1)).mappings().first()
            if row is None:
                fix = "see `silesianet jobs list`"
                raise UnknownObject(f"no change or plan {id_!r}", where=f"change:{id_}", fix=fix)
            given = connection.execute(select(approvals).where(approvals.c.change == row["id"])).mappings().first()
        return _change(row).model_copy(update={"approval": _approval(given) if given else None})

    def list(self, limit: int = 50) -> tuple[Change, ...]:
        """Newest first, without their plans, which hold whole configurations."""
        query = select(*_WITHOUT_PLAN).order_by(changes.c.created.desc()).limit(limit)
        with self._engine.connect() as connection:
            return tuple(_change(row) for row in connection.execute(query).mappings())

    def under_way(self) -> tuple[Change, ...]:
        """Changes a controller began and did not bring to an end, oldest first."""
        query = select(changes).where(changes.c.state.in_(UNDER_WAY)).order_by(changes.c.created)
        with self._engine.connect() as connection:
            return tuple(_change(row) for row in connection.execute(query).mappings())

    def confirmed(self) -> tuple[Change, ...]:
        """Changes that are in force or were, newest first, without their plans."""
        query = select(*_WITHOUT_PLAN).where(changes.c.state == State.CONFIRMED).order_by(changes.c.updated.desc())
        with self._engine.connect() as connection:
            return tuple(_change(row) for row in connection.execute(query).mappings())

    def revision_in_force(self) -> int | None:
        """The revision last confirmed on devices; null while nothing was."""
        return next((c.revision for c in self.confirmed()), None)

    def revision_before(self, change: Change) -> int:
        """The revision in force before a change; 0 when there was none."""
        return next((c.revision or 0 for c in self.confirmed() if c.updated < change.updated), 0)

    def configured(self) -> frozenset[str]:
        """Devices that carry a configuration of ours since a confirmed change."""
        reports = [c.report for c in self.confirmed() if c.report]
        return frozenset(d.name for r in reports for d in r.devices if d.outcome in CARRIES)

    def planned(self, id_: str, plan: Plan) -> None:
        """Attach a plan; a change that was begun keeps the one it was begun with. What was approved before no longer
        is."""
        document = plan.model_dump(mode="json")
        self._set(
            id_,
            {State.DRAFT, *READY},
            state=State.PLANNED,
            plan=document,
            plan_id=plan.id,
            revision=plan.revision,
        )

    def rehearsed(self, id_: str, plan: Plan) -> None:
        """Keep what was rehearsed of the change's plan; an approval of that plan stays."""
        state = State.APPROVED if self.get(id_).state is State.APPROVED else State.REHEARSED
        here = changes.c.plan_id == plan.id
        self._set(id_, READY, here, state=state, plan=plan.model_dump(mode="json"))

    def approve(self, id_: str, plan: str, who: str) -> None:
        """Note who looked at which plan; RefusedRequest when the change has another plan by now."""
        self._set(id_, READY, changes.c.plan_id == plan, state=State.APPROVED)
        with self._writing() as connection:
            connection.execute(delete(approvals).where(approvals.c.change == id_))
            connection.execute(insert(approvals), {"change": id_, "plan": plan, "who": who, "at": time.time()})

    def begin(self, id_: str) -> None:
        """To applying from where it may be begun; RefusedRequest from any other state: no change is applied twice."""
        self._set(id_, READY, state=State.APPLYING)

    def advance(self, id_: str, state: State) -> None:
        """To the next state of a change under way."""
        self._set(id_, UNDER_WAY, state=state)

    def finish(self, report: Report) -> None:
        """To the state of the report."""
        self._set(report.change, UNDER_WAY, state=report.state, report=report.model_dump(mode="json"))

    def _set(
        self, id_: str, allowed: frozenset[State] | set[State], only: ColumnElement[bool] | None = None, **values: Any
    ) -> None:
        here = (changes.c.id == id_) & changes.c.state.in_(allowed)
        here = here if only is None else here & only
        with self._writing() as connection:
            done = connection.execute(update(changes).where(here).values(updated=time.time(), **values))
        if done.rowcount != 1:
            state = self.get(id_).state
            raise RefusedRequest(f"the change is {state}", where=f"change:{id_}", fix="make a new plan")

    def _writing(self) -> Any:
        return self._engine.execution_options(writes=True).begin()


class BackupStore:
    """Running bundles as they were; those from before a change are found by it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, device: str, bundle: str) -> bool:
        """Keep a bundle; false when it is the last one again."""
        if bundle == self.last(device):
            return False
        self.keep(device, bundle, None)
        return True

    def keep(self, device: str, bundle: str, change: str | None) -> None:
        """Keep what a device ran before a change."""
        digest = hashlib.sha256(bundle.encode()).hexdigest()
        row = {"device": device, "at": time.time(), "change": change, "sha256": digest, "bundle": bundle}
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(insert(backups), row)

    def last(self, device: str) -> str | None:
        """The newest bundle of a device."""
        query = select(backups.c.bundle).where(backups.c.device == device).order_by(backups.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def before(self, change: str) -> dict[str, str]:
        """What each device ran before a change."""
        query = select(backups.c.device, backups.c.bundle).where(backups.c.change == change).order_by(backups.c.id)
        with self._engine.connect() as connection:
            return {row.device: row.bundle for row in connection.execute(query)}


def _approval(row: RowMapping) -> Approval:
    return Approval(plan=row["plan"], who=row["who"], at=row["at"])


def _change(row: RowMapping) -> Change:
    values = {name: row.get(name) for name in Change.model_fields}
    return Change.model_validate(values)
