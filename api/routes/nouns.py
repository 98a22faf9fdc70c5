"""REST: every noun of the inventory as lists and as single objects, now or as of any moment."""

from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from api.answers import LIMIT_DEFAULT, LIMIT_MAX, headers_of, page, tag_of, tagged, unchanged
from api.auth import GuardedRoute
from api.listing import sheet
from api.listing.derived import fields
from api.listing.described import list_described, one_described
from api.listing.query import Query as Asked
from api.listing.query import narrowed, read
from api.listing.table import Table
from api.presentation import LISTED
from api.roles import Role, TenantView, needs
from api.state import Caller, ContextOf
from api.suggestion import unknown

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Offset = Annotated[int, Query(ge=0)]
AsOf = Annotated[str | None, Query(description="A revision, a day or an instant.")]

router = APIRouter(route_class=GuardedRoute, tags=["inventory"])


def _add(noun: str) -> None:
    @needs(Role.VIEWER, TenantView.FILTERED)
    def list_them(request: Request, context: ContextOf, caller: Caller) -> Response:
        asked = read(request, fields(noun))
        return _listed(request, asked, context.lists.table(noun, asked.as_of, caller.tenant), noun)

    @needs(Role.VIEWER, TenantView.FILTERED)
    def show_one(request: Request, context: ContextOf, caller: Caller, slug: str) -> Response:
        asked = read(request, {})
        table = context.lists.table(noun, asked.as_of, caller.tenant)
        number = table.by_slug.get(slug)
        if number is None:
            raise unknown(noun, slug, table.by_slug)
        return tagged(request, table.encoded(number))

    described = list_described(noun)
    router.add_api_route(f"/{noun}", list_them, name=f"list {noun}", openapi_extra=described)
    one = one_described(noun)
    router.add_api_route(f"/{noun}/{{slug}}", show_one, name=f"show one of {noun}", openapi_extra=one)


def _listed(request: Request, asked: Asked, table: Table, noun: str) -> Response:
    found = asked.rows(table)
    if asked.format == "csv":
        return _sheet(request, asked, table, found if asked.limit is None else found[asked.page], noun)
    limit = LIMIT_DEFAULT if asked.limit is None else asked.limit
    shown = found[asked.page]
    if asked.chosen:
        rows: Any = (orjson.dumps(narrowed(table.rows[i], asked.chosen)) for i in shown)
    else:
        rows = map(table.encoded, shown)
    return page(request, rows, len(found), limit, asked.offset)


def _sheet(request: Request, asked: Asked, table: Table, shown: Any, noun: str) -> Response:
    """All rows that fit, unless a page is asked for, in pieces: a large list is never whole in memory."""
    names = asked.chosen or sheet.columns(noun)
    tag = tag_of(orjson.dumps(list(names)), *map(table.encoded, shown))

    def lines() -> Iterator[bytes]:
        return sheet.lines(noun, (table.rows[i] for i in shown), names)

    headers = headers_of(tag) | {"Content-Disposition": f'attachment; filename="{noun}.csv"'}
    return unchanged(request, tag) or StreamingResponse(lines(), 200, headers, sheet.MEDIA_TYPE)


for _noun in LISTED:
    _add(_noun)
