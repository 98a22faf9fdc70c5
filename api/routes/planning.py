"""REST: what fails next and what is worth building: overloaded links, advice, rehearsal of a draft."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.planned import traffic
from api.roles import Role, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.state import ContextOf
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.model.element import ElementKind
from monitoring.reachability.loads import overloads

OVERLOADS: Fields = {
    "element": str,
    "kind": ElementKind,
    "overloaded": int,
    "worst_share": float,
    "lost_down_bps": int,
    "lost_up_bps": int,
}

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
