"""REST: changes from plan to report. Planning and applying are jobs of a worker; the change says where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, LIMIT_MAX, accepted, document, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import Caller, ChangesOf, HandsOf
from automation import rollback as rollbacks
from automation.change import Change, Scope, State
from automation.jobs.detach import Terms, detach

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


class Begin(BaseModel):
    """When a change begins: at an instant, in its next window, or against windows and black-outs for a reason."""

    model_config = ConfigDict(extra="forbid")

    at: AwareDatetime | None = None
    wait_for_window: bool = False
    override: Annotated[str, Field(max_length=1000)] = ""

    @property
    def terms(self) -> Terms:
        """The same as terms of a job."""
        return Terms(self.at.timestamp() if self.at else 0.0, self.wait_for_window, self.override)


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
def make_change(changes: ChangesOf, hands: HandsOf, caller: Caller, wish: Wish) -> Response:
    """Plan a change: read the devices and say what would happen. Nothing is changed yet."""
    change = changes.create(wish.scope, wish.comment, caller.name)
    hands.begin(hands.jobs.enqueue("plan", {}, who=caller.name, change=change.id))
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
def apply(changes: ChangesOf, hands: HandsOf, caller: Caller, slug: str, begin: Begin | None = None) -> Response:
    """Leave a planned change to a worker. Whoever applies a plan nobody approved approves it by that, where allowed."""
    job = detach(changes, hands.jobs, slug, caller.name, (begin or Begin()).terms)
    hands.begin(job)
    return accepted({"id": job.change, "state": changes.store.get(slug).state, "job": job.id})


@router.post("/changes/{slug}/rollback", status_code=202)
@needs(Role.OPERATOR)
def rollback(changes: ChangesOf, hands: HandsOf, caller: Caller, slug: str, why: Comment | None = None) -> Response:
    """Take a confirmed change back, as a change of its own whose id is returned."""
    undoing = rollbacks.begin(changes, slug, caller.name, why.comment if why else "")
    hands.begin(hands.jobs.enqueue("rollback", {}, who=caller.name, change=undoing.id))
    return accepted({"id": undoing.id, "state": undoing.state})
