"""Addresses of the equal-access page: Polish and English, open to everybody where the operator publishes open data."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.answers import document, tagged
from api.auth import CitizenRoute
from api.render import FORMATS
from api.roles import Role, TenantView, needs
from api.state import ContextOf, EqualAccessOf, WatchOf
from api.tokens import Principal
from api.web.equal_access_page import equal_access_page
from api.web.templating import language_of, page
from monitoring.equality import By, overview
from monitoring.reports import Sources
from monitoring.reports.equality import REPORT as EQUALITY

router = APIRouter(route_class=CitizenRoute, include_in_schema=False)

POLISH, ENGLISH = "/rowny-dostep", "/equal-access"


@router.get(POLISH)
@router.get(ENGLISH)
@needs(Role.VIEWER, TenantView.FILTERED)
def show_equal_access(
    request: Request,
    watch: WatchOf,
    access: EqualAccessOf,
    by: By = By.DISTRICT,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """How equal access is, in plain words; single sites are found by their name."""
    told = overview(access.at(), _public(by))
    principal: Principal | None = request.state.principal
    now = watch.now(principal.tenant if principal else None)
    view = equal_access_page(told, now, q.strip(), language_of(request))
    downloads = [(form.upper(), f"{ENGLISH}/data.{form}?by={told['by']}") for form in ("csv", "json")]
    return page(request, "equal_access.html", view=view, downloads=downloads)


@router.get(f"{ENGLISH}/data.csv")
@needs(Role.VIEWER, TenantView.SHARED)
def as_csv(request: Request, context: ContextOf, by: By = By.DISTRICT) -> Response:
    """One table for a spreadsheet."""
    store, form = context.inventory, FORMATS["csv"]
    sources = Sources(store.network(), context.engine, store.instant(None), {"by": _public(by)})
    return tagged(request, form.render(EQUALITY.build(sources), language_of(request)), form.media_type)


@router.get(f"{ENGLISH}/data.json")
@needs(Role.VIEWER, TenantView.SHARED)
def as_json(request: Request, access: EqualAccessOf, by: By = By.DISTRICT) -> Response:
    """One table for programs."""
    return document(request, overview(access.at(), _public(by)))


def _public(by: By) -> By:
    """The table asked for; single sites are for those who run the network."""
    return By.DISTRICT if by is By.SITE else by
