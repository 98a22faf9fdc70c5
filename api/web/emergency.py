"""Emergency access is shown on every page until an administrator, not the emergency one, says that it is known."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.access_log import BREAK_GLASS
from api.auth import FormRoute
from api.roles import Role, needs
from api.state import Caller
from api.web.session import doors_of
from inventory.errors import RefusedRequest

router = APIRouter(route_class=FormRoute, include_in_schema=False)


@router.post("/access/{number}/acknowledge")
@needs(Role.ADMIN)
def acknowledge(request: Request, caller: Caller, number: int) -> Response:
    """Take the warning about one use of the sealed password off the pages."""
    if BREAK_GLASS in (caller.source, caller.name):
        raise RefusedRequest("whoever came in by the emergency door cannot acknowledge it", fix="log in as yourself")
    doors_of(request).log.acknowledge(number, caller.name)
    return RedirectResponse("/", 303)
