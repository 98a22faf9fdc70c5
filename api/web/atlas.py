"""Address of the loss atlas. It is about the whole network, so callers bound to a tenant do not see it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.auth import PageRoute
from api.roles import Role, needs
from api.state import ContextOf, WatchOf
from api.sweeping import Losses
from api.web.atlas_page import Asked, atlas_page
from api.web.templating import language_of, page

type Text = Annotated[str, Query(max_length=200)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/atlas")
@needs(Role.VIEWER)
def show_atlas(
    request: Request,
    context: ContextOf,
    watch: WatchOf,
    element: Text = "",
    second: Annotated[str, Query(alias="and", max_length=200)] = "",
    kind: Text = "",
    q: Text = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10**9)] = 1,
) -> Response:
    """Who loses what when an element fails, or two."""
    asked = Asked(element, second, kind, q.strip(), number)
    now, losses = watch.now(), Losses(context, None)
    pairs = losses.held_pairs() if asked.element else ()
    view = atlas_page(now, losses.tolls(), pairs, asked, language_of(request))
    choosing = _given({"kind": asked.kind, "q": asked.text})
    query = _given({"element": asked.element, "and": asked.second}) | choosing
    return page(request, "atlas.html", view=view, query=query, choosing=choosing)


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
