"""Who one is here, and a token for programs: a browser session only reads, so whoever may do more needs one."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access_log import BREAK_GLASS
from api.auth import FormRoute, address_of
from api.roles import Role, TenantView, needs
from api.settings import ApiSettings
from api.state import Caller, TokensOf
from api.tokens import TOKEN
from api.web.session import doors_of
from api.web.templating import page
from inventory.errors import RefusedRequest

router = APIRouter(route_class=FormRoute, include_in_schema=False)


@router.get("/account")
@needs(Role.VIEWER, TenantView.FILTERED)
def account(request: Request, caller: Caller) -> Response:
    """Name, role, tenant and how one came in."""
    return page(request, "account.html", who=caller, secret="", lends=caller.source != TOKEN)


@router.post("/account/token")
@needs(Role.VIEWER, TenantView.FILTERED)
def lend_token(request: Request, tokens: TokensOf, caller: Caller) -> Response:
    """Make a token with one's own rights that ends as a session would, and show it once."""
    settings: ApiSettings = request.app.state.settings
    if caller.source == TOKEN:
        raise RefusedRequest("you came with a token", fix="an administrator makes another one")
    hours = settings.break_glass_minutes / 60 if caller.source == BREAK_GLASS else settings.session_hours
    secret = tokens.lend(caller, hours)
    doors_of(request).log.record("token lent", caller.name, address_of(request), f"for {hours:g} hours")
    return page(request, "account.html", who=caller, secret=secret, lends=True)
