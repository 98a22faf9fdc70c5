"""REST: what fails next and what is worth building: overloaded links, advice, rehearsal of a draft."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.planned import elements, traffic
from api.roles import Role, needs
from api.routes.noun_writes import Raw
from api.routes.nouns import AsOf, Limit, Offset
from api.state import ContextOf, WatchOf
from api.writing.draft import described, drafted
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.diff import diff
from inventory.model.element import ElementKind
from monitoring.reachability.advice import advise, rehearse
from monitoring.reachability.loads import overloads

OVERLOADS: Fields = {
    "element": str,
    "kind": ElementKind,
    "overloaded": int,
    "worst_share": float,
    "lost_down_bps": int,
    "lost_up_bps": int,
}

PICKS_MOST = 50

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])


@router.get("/overloads")
@needs(Role.VIEWER)
def overloaded(
    request: Request, context: ContextOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0, as_of: AsOf = None
) -> Response:
    """Failures that fill a link above its capacity or leave traffic without a way, the fullest link first."""
    when = parse_moment(as_of)
    network, day = context.inventory.network(when), day_at(context.inventory.instant(when))
    found = [o.document() for o in overloads(network, day, traffic(context, network)).failures]
    return envelope(request, matching(request, found, OVERLOADS), limit, offset)


@router.post("/reachability/whatif", openapi_extra=dict(described()))
@needs(Role.VIEWER)
def whatif(
    request: Request,
    context: ContextOf,
    watch: WatchOf,
    raw: Raw,
    down: Annotated[list[str] | None, Query(description="Elements taken to be down as well.")] = None,
) -> Response:
    """What a draft would do to cells, losses, single points of failure and links; nothing is written."""
    now = watch.now()
    written = drafted(now.network, raw, now.day)
    missing = elements(down or (), now.network, written.network)
    found = rehearse(now.network, written.network, now.day, {*now.down, *missing}, traffic(context, now.network))
    shape: dict[str, Any] = {"dry_run": True, "warnings": [finding.document() for finding in written.warnings]}
    return document(request, shape | diff(now.network, written.network).document() | found.document())


@router.get("/advice")
@needs(Role.VIEWER)
def advice(
    request: Request,
    context: ContextOf,
    budget: Annotated[float | None, Query(ge=0, description="What may be spent over the horizon, in PLN.")] = None,
    limit: Annotated[int, Query(ge=1, le=PICKS_MOST, description="How many lines at most.")] = 5,
    as_of: AsOf = None,
) -> Response:
    """Which lines to build: most person-service-hours saved per zloty first, each after the ones before it."""
    when = parse_moment(as_of)
    network, day = context.inventory.network(when), day_at(context.inventory.instant(when))
    return document(request, advise(network, day, budget, limit=limit).document())
