"""REST: long work, to follow and to cancel."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, LIMIT_MAX, accepted, document, envelope
from api.auth import GuardedRoute
from api.filters import fields_of, matching
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import HandsOf
from automation.jobs.job import Job

FILTERS = fields_of(Job)

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

router = APIRouter(route_class=GuardedRoute, tags=["changes"])


def presented(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    return {"slug": str(job.id)} | job.model_dump(mode="json")


@router.get("/jobs")
@needs(Role.VIEWER)
def jobs(request: Request, hands: HandsOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Jobs, newest first."""
    found = [presented(job) for job in hands.jobs.list(LIMIT_MAX)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.get("/jobs/{slug}")
@needs(Role.VIEWER)
def job(request: Request, hands: HandsOf, slug: Number) -> Response:
    """One job."""
    return document(request, presented(hands.jobs.get(slug)))


@router.post("/jobs/{slug}/cancel", status_code=202)
@needs(Role.OPERATOR)
def cancel(hands: HandsOf, slug: Number) -> Response:
    """Stop a job: one that waits never begins, and what a running one began on devices is undone."""
    return accepted(presented(hands.jobs.cancel(slug)))
