"""A real OpenID Connect provider on loopback, which a test may make lie about the people it vouches for."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import flask
import httpx
import oidc_provider_mock
from joserfc import jwt
from werkzeug.serving import make_server

PEOPLE: dict[str, dict[str, Any]] = {
    "dispatcher": {"preferred_username": "dispatcher.east", "groups": ["choir", "net-noc"]},
    "planner": {"preferred_username": "planner", "groups": ["school-it"]},
    "clerk": {"preferred_username": "clerk", "groups": ["choir"]},
    "ola": {"realm": {"roles": ["net-admin"]}},
}

STYLE = re.compile(r"<link[^>]*>")
"""Its pages want a style sheet from far away."""

type Lie = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Running:
    """Where it listens, what was asked of its token endpoint, and how it lies: about claims, or in whole answers."""

    issuer: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    lie: Lie | None = None
    sign: Callable[[dict[str, Any], Any], str] | None = None

    def log_in(self, address: str, who: str) -> str:
        """What the browser does there: opens the page, names itself; returns where it is sent back to."""
        with httpx.Client() as browser:
            assert browser.get(address).status_code == 200
            answer = browser.post(address, data={"sub": who})
            assert answer.status_code == 302, answer.text
            return str(answer.headers["location"])

    def deny(self, address: str) -> str:
        """Somebody changes his mind there."""
        answer = httpx.post(address, data={"action": "deny"})
        return urljoin(address, answer.headers["location"])


@contextmanager
def running_provider() -> Iterator[Running]:
    """Serve it in a thread until the end."""
    running = Running()
    users = [oidc_provider_mock.User(sub=name, claims=claims) for name, claims in PEOPLE.items()]
    app = oidc_provider_mock.app(user_claims=users, require_nonce=True)

    def note() -> None:
        if flask.request.path == "/oauth2/token":
            running.asked.append(
                {**flask.request.form, "authorization": flask.request.headers.get("authorization", "")}
            )

    def lie(answer: flask.Response) -> flask.Response:
        if answer.mimetype == "text/html":
            answer.set_data(STYLE.sub("", answer.get_data(as_text=True)))
        if flask.request.path == "/oauth2/token" and answer.status_code == 200:
            told = json.loads(answer.get_data())
            key = flask.g.oidc_provider_mock_storage.jwk
            claims = jwt.decode(told["id_token"], key).claims
            if running.lie is not None:
                claims = running.lie(dict(claims))
            if running.lie is not None or running.sign is not None:
                sign = running.sign or _sign
                answer.set_data(json.dumps(told | {"id_token": sign(claims, key)}))
        return answer

    app.before_request(note)
    app.after_request(lie)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _sign(claims: dict[str, Any], key: Any) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid} if key.kid else {"alg": "RS256"}, claims, key)
