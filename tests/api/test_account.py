"""Whoever logged in may have a token with the same rights, for as long, under the same name."""

import re
import time

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.auth import COOKIE
from api.cli.access import app as commands
from api.roles import Role
from api.tokens import Principal
from inventory.errors import BadInput
from tests.support.api import SETTINGS, TENANT, House

DISPATCHER = Principal("ldap:dispatcher", Role.OPERATOR, source="ldap")
PLANNER = Principal("oidc:planner", Role.VIEWER, tenant=TENANT, source="oidc")
ADMIN = Principal("break-glass", Role.ADMIN, source="break-glass")


def _browser(house: House, who: Principal) -> TestClient:
    app = create_app(house.context, SETTINGS)
    browser = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    browser.cookies.set(COOKIE, app.state.sessions.open(who, 1.0))
    return browser


def _token(browser: TestClient) -> str:
    answer = browser.post("/account/token")
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    (found,) = re.findall(r'id="secret">(sn_[\w-]+)<', answer.text)
    return str(found)


@pytest.mark.parametrize("who", [DISPATCHER, PLANNER, ADMIN], ids=lambda who: who.name)
def test_the_token_has_the_rights_of_its_maker(house: House, who: Principal) -> None:
    browser = _browser(house, who)
    assert who.name in browser.get("/account").text
    secret = _token(browser)
    tokens = house.app.state.tokens
    assert tokens.holder(secret) == Principal(who.name, who.role, tenant=who.tenant)
    (row,) = [t for t in tokens.all() if t["name"] == who.name]
    hours = 1.0 if who is ADMIN else SETTINGS.session_hours
    assert row["expires_at"] - time.time() == pytest.approx(hours * 3600, abs=60)
    again = _token(browser)
    assert tokens.holder(secret) is None, "the one before is worthless"
    assert tokens.holder(again)
    assert secret not in browser.get("/account").text


def test_a_lent_token_writes_where_the_session_could_not(house: House) -> None:
    browser = _browser(house, DISPATCHER)
    wish = {"comment": "x", "scope": {"devices": ["no-such-device"]}}
    assert browser.post("/api/v1/changes", json=wish).status_code == 401
    headers = {"Authorization": f"Bearer {_token(browser)}"}
    assert browser.post("/api/v1/changes", json=wish, headers=headers).status_code not in (401, 403)


def test_who_came_with_a_token_gets_no_other(house: House) -> None:
    browser = TestClient(house.app, raise_server_exceptions=False, follow_redirects=False)
    browser.post("/login", data={"token": house.tokens[Role.ADMIN]})
    assert "/account/token" not in browser.get("/account").text
    assert browser.post("/account/token").status_code == 409


def test_a_stranger_and_another_site_get_none(house: House) -> None:
    stranger = TestClient(house.app, raise_server_exceptions=False, follow_redirects=False)
    assert stranger.post("/account/token").status_code == 303
    browser = _browser(house, DISPATCHER)
    assert browser.post("/account/token", headers={"Origin": "http://evil.example"}).status_code == 403


def test_the_emergency_token_cannot_acknowledge_its_own_alarm(house: House) -> None:
    headers = {"Authorization": f"Bearer {_token(_browser(house, ADMIN))}"}
    assert house.client(None).post("/access/1/acknowledge", headers=headers).status_code == 409
    with pytest.raises(BadInput):
        house.app.state.tokens.create("break-glass", Role.ADMIN)


def test_ending_somebody_ends_the_token_too(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_DATABASE_URL", own_house.context.engine.url.render_as_string(hide_password=False))
    browser = _browser(own_house, DISPATCHER)
    _token(browser)
    done = CliRunner().invoke(commands, ["end", DISPATCHER.name])
    assert done.exit_code == 0, done.output
    assert browser.get("/account").status_code == 303
    assert DISPATCHER.name not in [t["name"] for t in own_house.app.state.tokens.all()]
