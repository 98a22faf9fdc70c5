"""REST: what probes see that are not run at a site: at the management station (PoP view) or on devices."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.roles import Role, TenantView, needs
from api.routes.nouns import Limit, Offset
from api.scope import in_network, network_for
from api.state import Caller, ContextOf
from monitoring.views import Vantage, ViewStore

FILTERS: Fields = {"slug": str, "kind": Vantage, "vantage": str, "service": str, "ok": bool, "stage": str}

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])


@router.get("/views")
@needs(Role.VIEWER, TenantView.FILTERED)
def views(
    request: Request, context: ContextOf, caller: Caller, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0
) -> Response:
    """The newest result of each e-service from vantages that are no sites; these never confirm a site."""
    network = network_for(caller.tenant, context.inventory.network())
    found = [
        view.document()
        for view in ViewStore(context.engine).all()
        if view.kind is Vantage.POP or in_network(f"device:{view.vantage}", network)
    ]
    return envelope(request, matching(request, found, FILTERS), limit, offset)
