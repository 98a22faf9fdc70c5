"""REST: the site agents, which of them are heard, and how they are."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, envelope
from api.auth import GuardedRoute
from api.context import Context
from api.filters import fields_of, matching
from api.roles import Role, TenantView, needs
from api.routes.nouns import Limit, Offset
from api.scope import network_for
from api.state import Caller, ContextOf, WatchOf
from api.suggestion import unknown
from api.tokens import Principal
from api.watch import Watch
from monitoring.agents import SiteAgent

FILTERS = fields_of(SiteAgent)

router = APIRouter(route_class=GuardedRoute, tags=["agents"])


@router.get("/agents")
@needs(Role.VIEWER, TenantView.FILTERED)
def agents(
    request: Request,
    context: ContextOf,
    watch: WatchOf,
    caller: Caller,
    limit: Limit = LIMIT_DEFAULT,
    offset: Offset = 0,
) -> Response:
    """The agents of all sites that have one; ``state`` is heard, silent or never."""
    found = [a.model_dump(mode="json") for a in _seen(context, watch, caller)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.get("/agents/{slug}")
@needs(Role.VIEWER, TenantView.FILTERED)
def agent(request: Request, context: ContextOf, watch: WatchOf, caller: Caller, slug: str) -> Response:
    """The agent of one site."""
    found = {a.slug: a for a in _seen(context, watch, caller)}
    if slug not in found:
        raise unknown("agents", slug, found)
    return document(request, found[slug].model_dump(mode="json"))


def _seen(context: Context, watch: Watch, caller: Principal) -> Iterator[SiteAgent]:
    """Agents of the sites a caller may see."""
    network = context.inventory.network()
    allowed = network_for(caller.tenant, network).site
    return (found for found in watch.planner.agents(network) if found.site in allowed)
