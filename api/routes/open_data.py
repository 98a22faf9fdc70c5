"""Open data: catalogues as JSON-LD, data sets as CSV, JSON and GeoJSON; without a token where the operator says so."""

from typing import Any

import orjson
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from api.answers import tagged
from api.auth import OpenDataRoute
from api.i18n import FIRST, chosen
from api.render import FORMATS
from api.roles import Role, TenantView, needs
from api.state import ContextOf, EqualAccessOf, WatchOf
from api.suggestion import unknown
from inventory.day import day_at
from monitoring.open_data import cpsv, dcat
from monitoring.open_data.geography import hotspots_geojson
from monitoring.reports import REPORTS, Sources

JSON_LD, GEOJSON = "application/ld+json", "application/geo+json"
REPORTED = {data.slug: data for data in dcat.DATA_SETS if data.slug in REPORTS}
"""Data sets that are reports."""


def _told(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What a route answers with, for the description of the API."""
    return {200: {"content": {media_type: {} for media_type in media_types}}}


router = APIRouter(route_class=OpenDataRoute, prefix="/open-data", tags=["open data"])


@router.get("/catalog.jsonld", response_class=Response, responses=_told(JSON_LD))
@needs(Role.VIEWER, TenantView.SHARED)
def catalogue(request: Request, context: ContextOf, access: EqualAccessOf) -> Response:
    """Every data set with its forms, licence and publisher: DCAT-AP 3.0.1."""
    found = access.at()
    return _json(request, dcat.catalogue(context.inventory.network(), _base(request), (found.since, found.at)), JSON_LD)


@router.get("/cpsv.jsonld", response_class=Response, responses=_told(JSON_LD))
@needs(Role.VIEWER, TenantView.SHARED)
def services(request: Request, context: ContextOf, internal: bool = False) -> Response:
    """Public and regional e-services: CPSV-AP 3.2.0. ``internal`` adds those of the offices, if there is a token."""
    if internal and request.state.principal is None:
        raise HTTPException(403, "internal e-services are shown to those with a token only")
    network, base = context.inventory.network(), _base(request)
    return _json(request, cpsv.catalogue(network, day_at(), base, internal=internal), JSON_LD)


@router.get("/hotspots.geojson", response_class=Response, responses=_told(GEOJSON))
@needs(Role.VIEWER, TenantView.SHARED)
def hotspots(request: Request, context: ContextOf) -> Response:
    """Public hotspots as points."""
    return _json(request, hotspots_geojson(context.inventory.network(), day_at()), GEOJSON)


@router.get("/{slug}.{form}", response_class=Response, responses=_told("application/json", "text/csv"))
@needs(Role.VIEWER, TenantView.SHARED)
def data_set(request: Request, context: ContextOf, watch: WatchOf, slug: str, form: str) -> Response:
    """A data set as CSV or JSON; ``lang`` chooses the language of the headings."""
    if slug not in REPORTED:
        raise unknown("data sets", slug, REPORTED)
    if form not in REPORTED[slug].forms or form not in FORMATS:
        raise unknown(f"forms of {slug}", form, REPORTED[slug].forms)
    store = context.inventory
    sources = Sources(store.network(), context.engine, store.instant(None), {}, lambda: watch.now().matrix)
    language = chosen(request.query_params.get("lang"), FIRST)
    return tagged(request, FORMATS[form].render(REPORTS[slug].build(sources), language), FORMATS[form].media_type)


def _base(request: Request) -> str:
    """The address people reach us at."""
    public: str = request.app.state.settings.public_url
    return (public or str(request.base_url)).rstrip("/")


def _json(request: Request, content: Any, media_type: str) -> Response:
    return tagged(request, orjson.dumps(content), media_type)
