"""Addresses of the equal-access page: Polish and English, open to everybody where the operator publishes open data."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.auth import CitizenRoute
from api.roles import Role, TenantView, needs
from api.state import EqualAccessOf, WatchOf
from api.tokens import Principal
from api.web.equal_access_page import equal_access_page
from api.web.templating import language_of, page
from monitoring.equality import By, overview
from monitoring.open_data.dcat import DATA_SETS

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
    told = overview(access.at(), By.DISTRICT if by is By.SITE else by)
    principal: Principal | None = request.state.principal
    now = watch.now(principal.tenant if principal else None)
    view = equal_access_page(told, now, q.strip(), language_of(request))
    return page(request, "equal_access.html", view=view, sets=DATA_SETS)
