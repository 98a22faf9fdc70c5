"""The page of one cell: what it is now and why, the way hop by hop, and what became of it in the last day."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import PageRoute
from api.i18n import Language
from api.past import PastReader
from api.roles import Role, TenantView, needs
from api.scope import in_network
from api.state import Caller, ContextOf, WatchOf
from api.suggestion import unknown
from api.watch import Now
from api.web.overview import name
from api.web.templating import language_of, page
from inventory.model.site import Site
from monitoring.cell import Cell
from monitoring.reachability import Explanation, compute, explain
from monitoring.timeline import Span

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class CellPage:
    """Everything on the page; the newest span comes first. ``way`` is null for callers bound to a tenant."""

    site: Site
    service: str
    slug: str
    cell: Cell
    way: Explanation | None
    spans: tuple[Span, ...]


@router.get("/sites/{slug}/services/{service}")
@needs(Role.VIEWER, TenantView.FILTERED)
def show_cell(
    request: Request, context: ContextOf, watch: WatchOf, caller: Caller, slug: str, service: str
) -> Response:
    """One e-service at one site."""
    now = watch.now(caller.tenant)
    known: tuple[tuple[str, str, Mapping[str, object]], ...]
    known = (("sites", slug, now.network.site), ("services", service, now.network.service))
    for noun, wanted, held in known:
        if wanted not in held:
            raise unknown(noun, wanted, held)
    reader = PastReader(context, watch)
    spans = reader.timeline(slug, service, *reader.span(None, None))
    if caller.tenant is not None:
        spans = tuple(span.part(lambda element: in_network(element, now.network)) for span in spans)
    view = _composed(now, slug, service, spans, language_of(request), whole=caller.tenant is None)
    return page(request, "cell.html", view=view)


def _composed(
    now: Now, slug: str, service: str, spans: tuple[Span, ...], language: Language, *, whole: bool
) -> CellPage:
    way = explain(compute(now.network, now.day, now.down), slug, service) if whole else None
    found = now.network.service[service]
    cell = now.matrix.cell[slug, service]
    return CellPage(now.network.site[slug], name(found, language), service, cell, way, spans[::-1])
