"""REST: which e-services are reachable at a site and why, and where an e-service is reachable."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.state import Caller, WatchOf
from api.suggestion import unknown
from inventory.database.revision import parse_moment
from monitoring.cell import Basis, Observed, Verdict

FILTERS: Fields = {
    "site": str,
    "service": str,
    "entitled": bool,
    "designed": bool,
    "computed": bool,
    "observed": Observed,
    "stage": str,
    "basis": Basis,
    "verdict": Verdict,
}

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])


@router.get("/sites/{slug}/services")
@needs(Role.VIEWER, TenantView.FILTERED)
def services_at(
    request: Request,
    watch: WatchOf,
    caller: Caller,
    slug: str,
    limit: Limit = LIMIT_DEFAULT,
    offset: Offset = 0,
    as_of: AsOf = None,
) -> Response:
    """The cells of a site: every e-service with entitlement, computation, observation, verdict and reason."""
    now = watch.at(parse_moment(as_of), caller.tenant)
    if slug not in now.network.site:
        raise unknown("sites", slug, now.network.site)
    found = [cell.document() for cell in now.matrix.at_site(slug)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.get("/services/{slug}/sites")
@needs(Role.VIEWER, TenantView.FILTERED)
def sites_of(
    request: Request,
    watch: WatchOf,
    caller: Caller,
    slug: str,
    limit: Limit = LIMIT_DEFAULT,
    offset: Offset = 0,
    as_of: AsOf = None,
) -> Response:
    """The cells of an e-service: every site."""
    now = watch.at(parse_moment(as_of), caller.tenant)
    if slug not in now.network.service:
        raise unknown("services", slug, now.network.service)
    found = [cell.document() for cell in now.matrix.of_service(slug)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)
