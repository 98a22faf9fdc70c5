"""Logging in with a browser: an access token becomes a session cookie that scripts cannot read."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.auth import COOKIE, GuardedRoute
from api.roles import open_to_all
from api.sessions import SessionStore
from api.settings import ApiSettings
from api.web.templating import page

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/login")
@open_to_all
def login_page(request: Request, next: str = "/") -> Response:
    """Ask for a token."""
    return page(request, "login.html", next=local(next), wrong=False)


@router.post("/login")
@open_to_all
def login(request: Request, token: Annotated[str, Form()], next: Annotated[str, Form()] = "/") -> Response:
    """Open a session and go where the reader wanted to be."""
    settings: ApiSettings = request.app.state.settings
    sessions: SessionStore = request.app.state.sessions
    opened = sessions.open_with_token(token.strip(), settings.session_hours)
    if opened is None:
        return page(request, "login.html", 401, next=local(next), wrong=True)
    session, _ = opened
    answer = RedirectResponse(local(next), 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, session, max_age=int(settings.session_hours * 3600), httponly=True, secure=secure, samesite="strict"
    )
    return answer


@router.post("/logout")
@open_to_all
def logout(request: Request) -> Response:
    """End the session; another site cannot do this, for the cookie does not travel from there."""
    sessions: SessionStore = request.app.state.sessions
    sessions.close(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


def local(address: str) -> str:
    """The address if it is a path of this server, else the overview."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"
