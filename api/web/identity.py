"""To the identity provider and back: what is needed to recognise the browser waits in a cookie of its own."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.auth import PageRoute, address_of
from api.login.doors import NoRole
from api.login.pending import LoginRefused, Pending
from api.roles import open_to_all
from api.settings import ApiSettings
from api.web.session import asking, doors_of, local, opened, ours
from api.web.templating import page
from inventory.errors import UnknownObject, Unreachable

WAITING = "silesianet_login"
WAIT_SECONDS = 600
START, BACK = "/login/oidc", "/login/oidc/callback"

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get(START)
@open_to_all
def to_provider(request: Request, next: str = "/") -> Response:
    """Send the browser to the identity provider."""
    provider = doors_of(request).provider
    if provider is None:
        raise UnknownObject("no identity provider is set", fix="see SILESIANET_OIDC_ISSUER")
    try:
        address, pending = provider.begin(ours(request, BACK))
    except Unreachable:
        return asking(request, 502, "provider", next)
    answer = RedirectResponse(address, 303)
    kept = urlsafe_b64encode(orjson.dumps(pending.document() | {"next": local(next)})).decode()
    secure = request.url.scheme == "https"
    # lax, not strict: the browser comes back from another site
    answer.set_cookie(WAITING, kept, WAIT_SECONDS, path=START, httponly=True, secure=secure, samesite="lax")
    return answer


@router.get(BACK)
@open_to_all
def from_provider(request: Request) -> Response:
    """Receive the browser back, and open a session if everything fits."""
    settings: ApiSettings = request.app.state.settings
    pending, next = _waiting(request)
    if pending is None or doors_of(request).provider is None:
        return _done(asking(request, 401, "refused", next))
    came = dict(request.query_params)
    try:
        principal = doors_of(request).from_provider(pending, ours(request, BACK), came, address_of(request))
    except NoRole:
        return _done(asking(request, 403, "norole", next))
    except LoginRefused as error:
        doors_of(request).log.refused(f"oidc ({error.message})", address_of(request))
        return _done(asking(request, 401, "refused", next))
    except Unreachable:
        return _done(asking(request, 502, "provider", next))
    # a page, not a redirect: a strict cookie is not sent on a way that began at another site
    return _done(opened(request, principal, page(request, "entered.html", next=next), settings.session_hours))


def _waiting(request: Request) -> tuple[Pending | None, str]:
    """The login this browser began, and where it wanted to go."""
    try:
        kept = orjson.loads(urlsafe_b64decode(request.cookies.get(WAITING, "")))
        return Pending(str(kept["state"]), str(kept["nonce"]), str(kept["verifier"])), local(str(kept["next"]))
    except (ValueError, KeyError, TypeError):
        return None, "/"


def _done(answer: Response) -> Response:
    """A login is begun once and ended once."""
    answer.delete_cookie(WAITING, path=START)
    return answer
