"""REST: changes from plan to report. Planning and applying go on in the background; the change says where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, LIMIT_MAX, accepted, document, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import Caller, ChangesOf, WorkOf
from api.work import Work
from automation.change import Change, Scope, State
from automation.changes import Changes

FILTERS: Fields = {"slug": str, "id": str, "state": State, "kind": str, "who": str, "undoes": str, "revision": int}

router = APIRouter(route_class=GuardedRoute, tags=["changes"])


class Wish(BaseModel):
    """What somebody wants changed: devices and sites, all configured ones when empty."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope = Scope()
    comment: Annotated[str, Field(min_length=1, max_length=1000)]


class Comment(BaseModel):
    """Why a change is taken back."""

    model_config = ConfigDict(extra="forbid")

    comment: Annotated[str, Field(max_length=1000)] = ""


def brief(change: Change) -> dict[str, Any]:
    """A change in a list: without the configurations its plan is made of."""
    return {"slug": change.id} | change.model_dump(mode="json", exclude={"plan", "report", "approval"})


def full(change: Change) -> dict[str, Any]:
    """A change with its plan (differences, commands and rehearsal), its report and its approval."""
    candidate = {"devices": {"__all__": {"running", "candidate"}}}
    return brief(change) | {
        "plan": change.plan.model_dump(mode="json", exclude=candidate) if change.plan else None,
        "report": change.report.model_dump(mode="json") if change.report else None,
        "approval": change.approval.model_dump(mode="json") if change.approval else None,
    }


@router.get("/changes")
@needs(Role.VIEWER)
def list_changes(request: Request, changes: ChangesOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Changes, newest first."""
    found = [brief(change) for change in changes.store.list(LIMIT_MAX)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.get("/changes/{slug}")
@needs(Role.VIEWER)
def show_change(request: Request, changes: ChangesOf, slug: str) -> Response:
    """One change."""
    return document(request, full(changes.store.get(slug)))


@router.post("/changes", status_code=202)
@needs(Role.OPERATOR)
def make_change(changes: ChangesOf, work: WorkOf, caller: Caller, wish: Wish) -> Response:
    """Plan a change: read the devices and say what would happen. Nothing is changed yet."""
    change = changes.create(wish.scope, wish.comment, caller.name)
    _plan(changes, work, change, caller.name)
    return accepted({"id": change.id, "state": change.state})


@router.post("/changes/{slug}/rehearse")
@needs(Role.OPERATOR)
def rehearse(request: Request, changes: ChangesOf, slug: str) -> Response:
    """Try a planned change out on the computed city: cells, single points of failure, links, equal access."""
    return document(request, full(changes.rehearse(slug)))


@router.post("/changes/{slug}/approve")
@needs(Role.OPERATOR)
def approve(request: Request, changes: ChangesOf, caller: Caller, slug: str) -> Response:
    """Say that the plan has been looked at and may be applied. It is rehearsed first if nobody did yet."""
    return document(request, full(changes.approve(slug, caller.name)))


@router.post("/changes/{slug}/apply", status_code=202)
@needs(Role.OPERATOR)
def apply(changes: ChangesOf, work: WorkOf, caller: Caller, slug: str) -> Response:
    """Carry out a planned change. Whoever applies a plan nobody approved approves it by that, where that is allowed."""
    change = changes.may_begin(slug, caller.name)
    _apply(changes, work, change, caller.name)
    return accepted({"id": change.id, "state": change.state})


@router.post("/changes/{slug}/rollback", status_code=202)
@needs(Role.OPERATOR)
def rollback(changes: ChangesOf, work: WorkOf, caller: Caller, slug: str, why: Comment | None = None) -> Response:
    """Take a confirmed change back, as a change of its own whose id is returned."""
    undoing = changes.begin_rollback(slug, caller.name, why.comment if why else "")

    def both() -> None:
        changes.plan(undoing.id)
        changes.apply(undoing.id, caller.name, stop=work.stopping)

    work.start(f"rollback {undoing.id}", both, lambda why: _failed(changes, undoing, caller.name, "rollback", why))
    return accepted({"id": undoing.id, "state": undoing.state})


def _plan(changes: Changes, work: Work, change: Change, who: str) -> None:
    job = changes.jobs.start("plan", who, change.id)

    def task() -> None:
        changes.plan(change.id, lambda step: changes.jobs.progress(job, step.text))
        changes.jobs.end(job, "done", "planned")

    work.start(f"plan {change.id}", task, lambda why: changes.jobs.end(job, "failed", why))


def _apply(changes: Changes, work: Work, change: Change, who: str) -> None:
    def task() -> None:
        changes.apply(change.id, who, stop=work.stopping)

    work.start(f"apply {change.id}", task, lambda why: _failed(changes, change, who, "apply", why))


def _failed(changes: Changes, change: Change, who: str, kind: str, why: str) -> None:
    """Leave a trace of work that was refused before it had a job of its own."""
    changes.jobs.end(changes.jobs.start(kind, who, change.id), "failed", why)
