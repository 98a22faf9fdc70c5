"""REST: the equal-access index by district, tenant, class of site, or single site."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import document
from api.auth import GuardedRoute
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf
from api.scope import network_for
from api.state import Caller, ContextOf, EqualAccessOf
from inventory.database.revision import parse_moment
from monitoring.equality import By, overview

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])


@router.get("/equality")
@needs(Role.VIEWER, TenantView.FILTERED)
def equality(
    request: Request,
    context: ContextOf,
    access: EqualAccessOf,
    caller: Caller,
    by: By = By.DISTRICT,
    as_of: AsOf = None,
) -> Response:
    """The index of every group, best first; single sites only to those who may see them."""
    when = parse_moment(as_of)
    shape = overview(access.at(when), by)
    if by is By.SITE and caller.tenant is not None:
        own = network_for(caller.tenant, context.inventory.network(when)).site
        shape["groups"] = [group for group in shape["groups"] if group["group"] in own]
    return document(request, shape)
