"""REST: which e-services are reachable at a site and why, and where an e-service is reachable."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, envelope
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.past import PastReader, timeline_document
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.scope import in_network, network_for
from api.state import Caller, ContextOf, WatchOf
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

Moment = Annotated[str | None, Query(description="A revision, a day or an instant.")]

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


@router.get("/sites/{slug}/services/{service}/timeline")
@needs(Role.VIEWER, TenantView.FILTERED)
def timeline_of(
    request: Request,
    context: ContextOf,
    watch: WatchOf,
    caller: Caller,
    slug: str,
    service: str,
    since: Moment = None,
    until: Moment = None,
) -> Response:
    """What became of a cell: since when it was so, what was to blame, and what had changed."""
    network = network_for(caller.tenant, context.inventory.network(parse_moment(until)))
    if slug not in network.site:
        raise unknown("sites", slug, network.site)
    if service not in network.service:
        raise unknown("services", service, network.service)
    reader = PastReader(context, watch)
    spans = reader.timeline(slug, service, *reader.span(since, until))
    if caller.tenant is not None:
        spans = tuple(span.part(lambda name: in_network(name, network)) for span in spans)
    return document(request, timeline_document(slug, service, spans))
