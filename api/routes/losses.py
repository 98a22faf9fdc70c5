"""REST: what every element of the network costs when it fails alone, and which pairs cost more than their parts."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, page
from api.auth import GuardedRoute
from api.listing.fields import Fields
from api.listing.query import narrowed, read
from api.listing.table import Table
from api.roles import Role, needs
from api.routes.nouns import AsOf
from api.state import ContextOf
from api.suggestion import unknown
from api.sweeping import FIELDS, PAIR_FIELDS, Losses, loss_document, pair_document, toll_document
from inventory.database.revision import parse_moment
from monitoring.reachability import loss

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])

OURS = ("site", "service")
"""What is asked of the failures themselves, not of the documents."""

SiteQuery = Annotated[str | None, Query(description="Only what takes something from this site.")]
ServiceQuery = Annotated[str | None, Query(description="Only what takes this e-service from somebody.")]


@router.get("/losses")
@needs(Role.VIEWER)
def losses(
    request: Request, context: ContextOf, site: SiteQuery = None, service: ServiceQuery = None, as_of: AsOf = None
) -> Response:
    """Elements whose failure takes an entitled e-service from somebody, the most people first; each site once."""
    found = Losses(context, parse_moment(as_of))
    for slug, known, noun in ((site, found.network.site, "sites"), (service, found.network.service, "services")):
        if slug is not None and slug not in known:
            raise unknown(noun, slug, known)
    return _listed(request, [toll_document(toll) for toll in found.taking(site, service)], FIELDS)


@router.get("/losses/pairs")
@needs(Role.VIEWER)
def pairs(request: Request, context: ContextOf, as_of: AsOf = None) -> Response:
    """Pairs of infrastructure that together cost more than both alone: what the redundancy hangs on."""
    found = Losses(context, parse_moment(as_of)).pairs()
    return _listed(request, [pair_document(pair) for pair in found], PAIR_FIELDS)


@router.get("/losses/{element}")
@needs(Role.VIEWER)
def one_loss(request: Request, context: ContextOf, element: str, as_of: AsOf = None) -> Response:
    """Exactly who loses what when one element fails: cells, institutions, people, e-services."""
    found = Losses(context, parse_moment(as_of))
    return document(request, loss_document(found.network, loss(found.network, element, found.day)))


def _listed(request: Request, rows: list[dict[str, Any]], fields: Fields) -> Response:
    asked = read(_without(request), fields)
    table = Table(rows)
    found = asked.rows(table)
    limit = LIMIT_DEFAULT if asked.limit is None else asked.limit
    shown = (narrowed(rows[n], asked.chosen) if asked.chosen else rows[n] for n in found[asked.page])
    return page(request, map(orjson.dumps, shown), len(found), limit, asked.offset)


def _without(request: Request) -> Request:
    """The same request without what is asked of the failures themselves."""
    kept = [(name, text) for name, text in request.query_params.multi_items() if name not in OURS]
    return Request({**request.scope, "query_string": str(QueryParams(kept)).encode()})
