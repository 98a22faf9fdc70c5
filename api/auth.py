"""The guard in front of every route: who asks, with which role, before the body is read. Deny by default."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.problems import problem
from api.roles import TenantView, needed_by, shown_to_tenants
from api.sessions import SessionStore
from api.settings import ApiSettings
from api.tokens import Principal, TokenStore

COOKIE = "silesianet_session"
SAFE = frozenset({"GET", "HEAD"})

type Handler = Callable[[Request], Awaitable[Response]]


class GuardedRoute(APIRoute):
    """A route that cannot be built without saying whom it needs, and lets nobody else through."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.needs, self.tenants = needed_by(endpoint), shown_to_tenants(endpoint)
        described: dict[str, Any] = {"x-role": self.needs, "security": [] if self.needs is None else [{"bearer": []}]}
        described["x-tenants"] = self.tenants.name.lower()
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), **described}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The route's own handler behind the guard."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            principal = known(request) or await run_in_threadpool(self.identify, request)
            request.state.principal = principal
            settings: ApiSettings = request.app.state.settings
            if self.lets_in(principal) or self.open_here(settings):
                check_size(request, settings.request_max_kb)
                answer: Response = await inner(request)
                return answer
            return self.turn_away(request, principal)

        return guarded

    def identify(self, request: Request) -> Principal | None:
        """Who asks."""
        return identify(request)

    def lets_in(self, principal: Principal | None) -> bool:
        """Whether a caller holds the role, and is bound to no tenant or to one the route can answer for."""
        if principal is None or self.needs is None or not principal.role.includes(self.needs):
            return False
        return principal.tenant is None or self.tenants is not TenantView.REFUSED

    def open_here(self, settings: ApiSettings) -> bool:  # noqa: ARG002  other routes look at the settings
        """Whether no token is needed."""
        return self.needs is None

    def turn_away(self, request: Request, principal: Principal | None) -> Response:
        """401 for the unknown, 403 for those whose role is not enough."""
        if principal is None:
            given = "authorization" in request.headers
            challenge = 'Bearer realm="silesianet"' + (', error="invalid_token"' if given else "")
            detail = "the token is not valid" if given else "send a token: Authorization: Bearer …"
            return problem(request, 401, "unauthorized", detail, headers={"WWW-Authenticate": challenge})
        if principal.tenant is not None and self.needs is not None and principal.role.includes(self.needs):
            detail = f"this is about the whole network; a caller bound to tenant {principal.tenant} does not see it"
            return problem(request, 403, "forbidden", detail, tenant=principal.tenant)
        detail = f"role {principal.role} is not enough here; {self.needs} is needed"
        return problem(request, 403, "forbidden", detail, needs=self.needs)


class ScrapeRoute(GuardedRoute):
    """A route for Prometheus: open when the operator says so."""

    def open_here(self, settings: ApiSettings) -> bool:
        """Open with ``SILESIANET_METRICS_PUBLIC=1``."""
        return settings.metrics_public


class OpenDataRoute(GuardedRoute):
    """A route for the public: open when the operator says so."""

    def open_here(self, settings: ApiSettings) -> bool:
        """Open with ``SILESIANET_OPEN_DATA_PUBLIC=1``."""
        return settings.open_data_public


class PageRoute(GuardedRoute):
    """A web page: who is not logged in is sent to the login page."""

    def turn_away(self, request: Request, principal: Principal | None) -> Response:
        """To the login page, and back afterwards."""
        if principal is not None:
            return super().turn_away(request, principal)
        back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse(f"/login?next={back}", 303)


class CitizenRoute(OpenDataRoute, PageRoute):
    """A web page for the public, for all others as for other pages."""


class FormRoute(PageRoute):
    """A form of our own pages: the session cookie is enough to send it, but only from a page of this server."""

    def identify(self, request: Request) -> Principal | None:
        """Who asks; 403 when the form stands on somebody else's page."""
        if request.method not in SAFE and not from_our_page(request):
            raise HTTPException(403, "this form was sent from another site")
        return super().identify(request) or in_session(request)


def from_our_page(request: Request) -> bool:
    """Whether a browser sends this from a page of ours; programs, which send no origin, carry no cookies of people."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def check_size(request: Request, most_kb: int) -> None:
    """Refuse a body that is too large, or does not say how large it is, before any of it is read."""
    if "transfer-encoding" in request.headers:
        raise HTTPException(411, "send the length of the body: Content-Length")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most_kb * 1024:
        raise HTTPException(413, f"the body is larger than {most_kb} KiB (SILESIANET_REQUEST_MAX_KB)")


def known(request: Request) -> Principal | None:
    """Who asks, if the token was looked up a moment ago; waits for nothing."""
    tokens: TokenStore = request.app.state.tokens
    secret = bearer(request)
    return tokens.known(secret) if secret else None


def identify(request: Request) -> Principal | None:
    """Who asks: by bearer token, or, for reading only, by the session cookie of a browser."""
    tokens: TokenStore = request.app.state.tokens
    secret = bearer(request)
    if secret is not None:
        return tokens.holder(secret)
    return in_session(request) if request.method in SAFE else None


def bearer(request: Request) -> str | None:
    """The token of the request; empty when it is sent in a way we do not know, null when nothing is sent."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def in_session(request: Request) -> Principal | None:
    """Whose browser session the request belongs to."""
    sessions: SessionStore = request.app.state.sessions
    session = request.cookies.get(COOKIE)
    return sessions.holder(session) if session else None


def address_of(request: Request) -> str:
    """Where a request comes from, as far as the server knows."""
    return request.client.host[:64] if request.client else ""
