"""Addresses of the matrix page: the page with its table, and the axes its picture is painted on."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answers import document
from api.auth import PageRoute
from api.roles import Role, TenantView, needs
from api.state import Caller, WatchOf
from api.web.matrix_page import Wish, axes, matrix_page
from api.web.templating import language_of, page

MOST = 200
"""Letters a filter may have."""

type Text = Annotated[str, Query(max_length=MOST)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def _wish(
    district: Text = "",
    tenant: Text = "",
    site_class: Annotated[str, Query(alias="class", max_length=MOST)] = "",
    service: Text = "",
    verdict: Text = "",
    q: Text = "",
    as_of: Text = "",
    page: Annotated[int, Query(ge=1, le=10**9)] = 1,
) -> Wish:
    return Wish(district, tenant, site_class, service, verdict, q.strip(), as_of.strip(), page)


WishOf = Annotated[Wish, Depends(_wish)]


@router.get("/matrix")
@needs(Role.VIEWER, TenantView.FILTERED)
def show_matrix(request: Request, watch: WatchOf, caller: Caller, wish: WishOf) -> Response:
    """Every cell, narrowed as the reader likes, as a picture and as a table."""
    now = watch.at(wish.moment, caller.tenant)
    view = matrix_page(now, wish, language_of(request))
    return page(request, "matrix_page.html", view=view, query=_query(request))


@router.get("/matrix/axes.json")
@needs(Role.VIEWER, TenantView.FILTERED)
def matrix_axes(request: Request, watch: WatchOf, caller: Caller, wish: WishOf) -> Response:
    """What the rows and columns of the octets are."""
    return document(request, axes(watch.at(wish.moment, caller.tenant), language_of(request)))


def _query(request: Request) -> dict[str, Any]:
    """The filters of the address, to be kept by links to other pages of the table."""
    return {name: value for name, value in request.query_params.items() if name not in ("page", "lang") and value}
