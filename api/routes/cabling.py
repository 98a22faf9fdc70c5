"""REST: where a port leads through cables and panels, and what is still free in a prefix or at a site."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import document
from api.auth import GuardedRoute
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf
from api.scope import network_for
from api.state import Caller, ContextOf
from api.suggestion import unknown
from inventory.allocation import next_address, next_prefix, next_vid
from inventory.database.revision import parse_moment
from inventory.tracing import trace

Bits = Annotated[int | None, Query(ge=0, le=128, description="A block of this length, not an address.")]

router = APIRouter(route_class=GuardedRoute, tags=["inventory"])


@router.get("/interfaces/{slug}/trace")
@needs(Role.VIEWER)
def traced(request: Request, context: ContextOf, slug: str, as_of: AsOf = None) -> Response:
    """Every cable from a port on, and the port at the other end."""
    hops = trace(context.inventory.network(parse_moment(as_of)), slug)
    end = hops[-1].far if hops else None
    return document(request, {"port": slug, "hops": [hop.document() for hop in hops], "end": end})


@router.get("/prefixes/{slug}/free")
@needs(Role.VIEWER, TenantView.FILTERED)
def free_in_prefix(
    request: Request, context: ContextOf, caller: Caller, slug: str, length: Bits = None, as_of: AsOf = None
) -> Response:
    """The next free address of a prefix, or the next free block of a length inside it."""
    network = context.inventory.network(parse_moment(as_of))
    within = {prefix.slug: prefix for prefix in network_for(caller.tenant, network).prefixes}
    if slug not in within:
        raise unknown("prefixes", slug, within)
    prefix = within[slug]
    found = next_address(network, prefix) if length is None else next_prefix(network, prefix.prefix, length)
    return document(request, {"element": f"prefix:{slug}", "free": str(found)})


@router.get("/sites/{slug}/free")
@needs(Role.VIEWER, TenantView.FILTERED)
def free_at_site(request: Request, context: ContextOf, caller: Caller, slug: str, as_of: AsOf = None) -> Response:
    """The next free VLAN number of a site."""
    network = network_for(caller.tenant, context.inventory.network(parse_moment(as_of)))
    return document(request, {"element": f"site:{slug}", "free": next_vid(network, slug)})
