"""REST: every noun of the inventory as a list with filters and as single objects, now or as of any moment."""

from collections import OrderedDict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, LIMIT_MAX, document, envelope
from api.auth import GuardedRoute
from api.filters import Fields, fields_of, matching
from api.presentation import INTERFACES, LISTED, listing
from api.roles import Role, needs
from api.state import ContextOf
from api.suggestion import unknown
from inventory.database.revision import parse_when
from inventory.model.device import Interface
from inventory.model.network import NOUNS, Network

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Offset = Annotated[int, Query(ge=0)]
AsOf = Annotated[str | None, Query(description="A revision, a day or an instant.")]

DERIVED: dict[str, Fields] = {
    "sites": {"devices": str},
    "devices": {"links": str},
    "circuits": {"links": str},
    "links": {"capacity_bps": int},
    INTERFACES: {"slug": str, "device": str, "site": str, "link": str},
}
"""Filters beyond the fields of the fact itself."""

REMEMBERED = 64
_documents: OrderedDict[tuple[int, str], tuple[Network, list[dict[str, Any]]]] = OrderedDict()

router = APIRouter(route_class=GuardedRoute, tags=["inventory"])


def filters(noun: str) -> Fields:
    """What a noun can be filtered by."""
    model = Interface if noun == INTERFACES else NOUNS[noun]
    return {**fields_of(model), **DERIVED.get(noun, {})}


def documents(noun: str, network: Network) -> list[dict[str, Any]]:
    """All objects of a noun; kept while their network is, for a network never changes."""
    key = (id(network), noun)
    kept = _documents.get(key)
    if kept is None or kept[0] is not network:
        kept = _documents[key] = (network, listing(noun, network))
        while len(_documents) > REMEMBERED:
            _documents.popitem(last=False)
    return kept[1]


def _add(noun: str) -> None:
    @needs(Role.VIEWER)
    def list_them(
        request: Request, context: ContextOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0, as_of: AsOf = None
    ) -> Response:
        network = context.inventory.network(None if as_of is None else parse_when(as_of))
        return envelope(request, matching(request, documents(noun, network), filters(noun)), limit, offset)

    @needs(Role.VIEWER)
    def show_one(request: Request, context: ContextOf, slug: str, as_of: AsOf = None) -> Response:
        network = context.inventory.network(None if as_of is None else parse_when(as_of))
        found = {d["slug"]: d for d in documents(noun, network)}
        if slug not in found:
            raise unknown(noun, slug, found)
        return document(request, found[slug])

    described = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sorted(filters(noun))]
    router.add_api_route(f"/{noun}", list_them, name=f"list {noun}", openapi_extra={"parameters": described})
    router.add_api_route(f"/{noun}/{{slug}}", show_one, name=f"show one of {noun}")


for _noun in LISTED:
    _add(_noun)
