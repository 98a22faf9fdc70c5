"""Logging in and out with a browser: what proves who somebody is becomes a session cookie that scripts cannot read."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.auth import COOKIE, FormRoute, address_of, in_session
from api.login import sealed
from api.login.attempts import TooManyAttempts
from api.login.doors import Doors, NoRole
from api.login.pending import OIDC
from api.login.sealed import allowed_from
from api.roles import open_to_all
from api.sessions import SessionStore
from api.settings import ApiSettings
from api.tokens import Principal
from api.web.templating import page
from inventory.errors import Unreachable

router = APIRouter(route_class=FormRoute, include_in_schema=False)

type Text = Annotated[str, Form(max_length=1024)]


def doors_of(request: Request) -> Doors:
    """The ways to log in."""
    found: Doors = request.app.state.doors
    return found


def asking(request: Request, status: int = 200, trouble: str = "", next: str = "/", wait: float = 0) -> Response:
    """The login page, with what went wrong; ``trouble`` is one of the words its template knows."""
    doors, settings = doors_of(request), request.app.state.settings
    emergency = doors.sealed.sealed_at() is not None and allowed_from(request, settings)
    offers = {"ldap": doors.directory is not None, "oidc": doors.provider is not None, "emergency": emergency}
    answer = page(request, "login.html", status, next=local(next), trouble=trouble, **offers)
    if wait:
        answer.headers["Retry-After"] = str(max(1, round(wait)))
    return answer


def enter(request: Request, answer: Response, session: str, hours: float) -> Response:
    """Give the browser its session."""
    secure = request.url.scheme == "https"
    seconds = int(hours * 3600)
    answer.set_cookie(COOKIE, session, max_age=seconds, httponly=True, secure=secure, samesite="strict")
    return answer


@router.get("/login")
@open_to_all
def login_page(request: Request, next: str = "/") -> Response:
    """Offer every way to log in."""
    return asking(request, next=next)


@router.post("/login")
@open_to_all
def login(request: Request, token: Text, next: Text = "/") -> Response:
    """Open a session with an access token and go where the reader wanted to be."""
    settings: ApiSettings = request.app.state.settings
    sessions: SessionStore = request.app.state.sessions
    doors, address = doors_of(request), address_of(request)
    try:
        doors.attempts.take(address)
    except TooManyAttempts as error:
        return asking(request, 429, "often", next, error.wait)
    opened = sessions.open_with_token(token.strip(), settings.session_hours)
    if opened is None:
        doors.log.refused("token", address)
        return asking(request, 401, "token", next)
    doors.attempts.succeeded(address)
    return enter(request, RedirectResponse(local(next), 303), opened[0], settings.session_hours)


@router.post("/login/password")
@open_to_all
def login_with_password(request: Request, username: Text, password: Text, next: Text = "/") -> Response:
    """Open a session for whom the directory knows, or for the sealed local admin."""
    settings: ApiSettings = request.app.state.settings
    try:
        principal, hours = _by_password(request, username, password, settings)
    except TooManyAttempts as error:
        return asking(request, 429, "often", next, error.wait)
    except NoRole:
        return asking(request, 403, "norole", next)
    except Unreachable:
        return asking(request, 502, "silent", next)
    if principal is None:
        return asking(request, 401, "password", next)
    return opened(request, principal, RedirectResponse(local(next), 303), hours)


def opened(request: Request, principal: Principal, answer: Response, hours: float) -> Response:
    """Open a session for somebody."""
    sessions: SessionStore = request.app.state.sessions
    return enter(request, answer, sessions.open(principal, hours), hours)


@router.post("/logout")
@open_to_all
def logout(request: Request) -> Response:
    """End the session; whom an identity provider sent is logged out there as well."""
    sessions: SessionStore = request.app.state.sessions
    door, principal = doors_of(request).provider, in_session(request)
    sessions.close(request.cookies.get(COOKIE, ""))
    away = "/login"
    if door is not None and principal is not None and principal.source == OIDC:
        away = door.farewell(ours(request, "/login")) or away
    answer = RedirectResponse(away, 303)
    answer.delete_cookie(COOKIE)
    return answer


def ours(request: Request, path: str) -> str:
    """A full address of this server."""
    settings: ApiSettings = request.app.state.settings
    return (settings.public_url or str(request.base_url)).rstrip("/") + path


def local(address: str) -> str:
    """The address if it is a path of this server, else the overview."""
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"


def _by_password(request: Request, name: str, password: str, settings: ApiSettings) -> tuple[Principal | None, float]:
    """Who has this name and password, and for how many hours."""
    doors, address = doors_of(request), address_of(request)
    if name.strip() != sealed.NAME:
        return doors.with_password(name, password, address), settings.session_hours
    if not allowed_from(request, settings):
        doors.log.refused("break-glass, not from this machine", address)
        return None, 0
    return doors.with_seal(password, address), settings.break_glass_minutes / 60
