"""Logging in with a real identity provider: the whole way there and back, and every lie on it noticed."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from api.app import create_app
from api.login.doors import Doors
from api.login.provider import Provider
from api.settings import LdapSettings, OidcSettings
from api.web.identity import BACK, START, WAITING
from inventory.errors import BadInput, WrongUsage
from tests.support.api import SETTINGS, TENANT, House
from tests.support.identity_provider import Running, running_provider

SECRET = "planted-client-secret"
ROLES = {"net-admin": "admin", "net-noc": "noc", "school-it": f"viewer@{TENANT}"}


@pytest.fixture(scope="module")
def idp() -> Iterator[Running]:
    """The provider."""
    with running_provider() as running:
        yield running


@pytest.fixture
def settings(idp: Running, tmp_path: Path) -> OidcSettings:
    """As an operator would write them."""
    idp.lie, idp.sign = None, None
    idp.asked.clear()
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    return OidcSettings(issuer=idp.issuer, client_id="silesianet", client_secret_file=file, roles=ROLES)


def _browser(house: House, settings: OidcSettings) -> TestClient:
    doors = Doors.of(house.context.engine, LdapSettings(), settings)
    app = create_app(house.context, SETTINGS, doors=doors)
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def browser(house: House, settings: OidcSettings) -> TestClient:
    """A browser at an application that knows the provider."""
    return _browser(house, settings)


def _begin(browser: TestClient, next: str = "/") -> str:
    answer = browser.get(START, params={"next": next})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _whole_way(browser: TestClient, idp: Running, who: str, next: str = "/") -> Any:
    return browser.get(idp.log_in(_begin(browser, next), who))


def test_somebody_with_a_group_of_ours_comes_in(browser: TestClient, idp: Running) -> None:
    assert START in browser.get("/login").text
    answer = _whole_way(browser, idp, "dispatcher", "/sites/rynek")
    assert answer.status_code == 200
    assert 'content="0;url=/sites/rynek"' in answer.text
    page = browser.get("/sites/rynek")
    assert page.status_code == 200
    assert "oidc:dispatcher.east" in page.text
    assert WAITING not in browser.cookies


def test_what_is_sent_there_is_bound_to_this_browser(browser: TestClient, idp: Running) -> None:
    """PKCE (RFC 7636): only who holds the verifier gets the tokens; state and nonce are random each time."""
    first, second = (parse_qs(urlsplit(_begin(browser)).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 32
    address = _begin(browser)
    browser.get(idp.log_in(address, "dispatcher"))
    (asked,) = idp.asked
    made = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert [made] == parse_qs(urlsplit(address).query)["code_challenge"]
    assert asked["authorization"].startswith("Basic ")
    assert "code_verifier" not in address and SECRET not in address


def test_the_tenant_of_a_group_binds(browser: TestClient, idp: Running) -> None:
    _whole_way(browser, idp, "planner")
    sites = browser.get("/api/v1/sites?limit=1000").json()["results"]
    assert {site["tenant"] for site in sites} == {TENANT}


def test_roles_may_be_inside_a_claim_and_told_only_when_asked(
    house: House, settings: OidcSettings, idp: Running
) -> None:
    browser = _browser(house, settings.model_copy(update={"roles_claim": "realm.roles"}))
    idp.lie = lambda claims: {name: value for name, value in claims.items() if name != "realm"}
    _whole_way(browser, idp, "ola")
    assert "oidc:ola" in browser.get("/").text
    assert browser.get("/api/v1/tokens").status_code == 200


def test_no_role_is_a_clear_page_and_no_session(browser: TestClient, idp: Running) -> None:
    callback = idp.log_in(_begin(browser), "clerk")
    answer = browser.get(callback, params=dict(parse_qs(urlsplit(callback).query)) | {"lang": "en"})
    assert answer.status_code == 403
    assert "none of your groups has a role here" in answer.text
    assert browser.get("/").status_code == 303


LIES: dict[str, Any] = {
    "another nonce": lambda c: c | {"nonce": "other"},
    "no nonce": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "another issuer": lambda c: c | {"iss": "http://localhost:1"},
    "for somebody else": lambda c: c | {"aud": "another-client"},
    "for others too, not by us": lambda c: c | {"aud": ["silesianet", "x"], "azp": "x"},
    "over": lambda c: c | {"exp": int(time.time()) - 120},
    "no end": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "not yet": lambda c: c | {"nbf": int(time.time()) + 600},
    "made in the future": lambda c: c | {"iat": int(time.time()) + 600},
    "another access token": lambda c: c | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("what", LIES)
def test_a_wrong_id_token_lets_nobody_in(browser: TestClient, idp: Running, what: str) -> None:
    idp.lie = LIES[what]
    assert _whole_way(browser, idp, "dispatcher").status_code == 401
    assert browser.get("/").status_code == 303


def test_clocks_may_be_a_little_apart(browser: TestClient, idp: Running) -> None:
    idp.lie = lambda c: c | {"iat": int(time.time()) + 30, "exp": int(time.time()) - 30}
    assert _whole_way(browser, idp, "dispatcher").status_code == 200


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _nobody(claims: dict[str, Any], _key: Any) -> str:
    return ".".join([*(_text(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)), ""])


def _shared(claims: dict[str, Any], secret: bytes) -> str:
    body = ".".join(_text(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
    return f"{body}.{_text(hmac.digest(secret, body.encode(), 'sha256'))}"


SIGNATURES: dict[str, Any] = {
    "no signature": _nobody,
    "another key": lambda c, _: jwt.encode({"alg": "RS256"}, c, RSAKey.generate_key(2048)),
    "the public key as a shared secret": lambda c, key: _shared(c, key.as_pem(private=False)),
    "the client secret": lambda c, _: _shared(c, SECRET.encode()),
    "nonsense": lambda c, _: "a.b.c",
    "nothing": lambda c, _: "",
}


@pytest.mark.parametrize("how", SIGNATURES)
@pytest.mark.filterwarnings("ignore")
def test_a_wrong_signature_lets_nobody_in(browser: TestClient, idp: Running, how: str) -> None:
    idp.sign = SIGNATURES[how]
    assert _whole_way(browser, idp, "dispatcher").status_code == 401
    assert browser.get("/").status_code == 303


def test_a_login_begun_in_another_browser_is_not_finished_here(
    house: House, settings: OidcSettings, idp: Running
) -> None:
    mine, theirs = _browser(house, settings), _browser(house, settings)
    callback = idp.log_in(_begin(theirs), "dispatcher")
    assert mine.get(callback).status_code == 401, "no login was begun here"
    _begin(mine)
    assert mine.get(callback).status_code == 401, "another one was"
    assert mine.get("/").status_code == 303
    assert idp.asked == [], "and the code was not spent"


def test_a_code_works_once(browser: TestClient, idp: Running) -> None:
    callback = idp.log_in(_begin(browser), "dispatcher")
    waiting = browser.cookies[WAITING]
    assert browser.get(callback).status_code == 200
    browser.cookies.set(WAITING, waiting, path=START, domain="testserver.local")
    assert browser.get(callback).status_code == 401


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"code": "x"}, {"state": "", "code": ""}, {"error": "no"}])
def test_nonsense_on_the_way_back_is_refused(browser: TestClient, query: dict[str, str]) -> None:
    _begin(browser)
    assert browser.get(BACK, params=query).status_code == 401
    browser.cookies.set(WAITING, "nonsense", path=START, domain="testserver.local")
    assert browser.get(BACK, params=query).status_code == 401


def test_another_provider_cannot_answer(browser: TestClient, idp: Running) -> None:
    """RFC 9207."""
    assert browser.get(idp.log_in(_begin(browser), "dispatcher") + "&iss=http://evil.example").status_code == 401


def test_who_changes_his_mind_is_asked_again(browser: TestClient, idp: Running) -> None:
    assert browser.get(idp.deny(_begin(browser))).status_code == 401


def test_nobody_is_sent_elsewhere_afterwards(browser: TestClient, idp: Running) -> None:
    answer = _whole_way(browser, idp, "dispatcher", "https://evil.example/")
    assert "evil" not in answer.text
    assert 'content="0;url=/"' in answer.text


def test_a_forged_cookie_sends_nobody_elsewhere(browser: TestClient, idp: Running) -> None:
    callback = idp.log_in(_begin(browser), "dispatcher")
    kept = json.loads(base64.urlsafe_b64decode(browser.cookies[WAITING]))
    forged = base64.urlsafe_b64encode(json.dumps(kept | {"next": "//evil.example"}).encode()).decode()
    browser.cookies.set(WAITING, forged, path=START, domain="testserver.local")
    answer = browser.get(callback)
    assert "evil" not in answer.text


def test_logging_out_here_is_logging_out_there(browser: TestClient, idp: Running) -> None:
    _whole_way(browser, idp, "dispatcher")
    answer = browser.post("/logout")
    assert answer.headers["location"].startswith(f"{idp.issuer}/oauth2/end_session?")
    assert parse_qs(urlsplit(answer.headers["location"]).query)["post_logout_redirect_uri"] == [
        "http://testserver/login"
    ]
    assert browser.get("/").status_code == 303


def test_a_provider_that_is_not_there_is_said_and_a_token_still_works(house: House, settings: OidcSettings) -> None:
    browser = _browser(house, settings.model_copy(update={"issuer": "http://localhost:1"}))
    answer = browser.get(START, params={"lang": "en"})
    assert answer.status_code == 502
    assert "identity provider does not answer" in answer.text
    assert browser.post("/login", data={"token": next(iter(house.tokens.values()))}).status_code == 303


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(
    house: House, settings: OidcSettings, idp: Running
) -> None:
    other = idp.issuer.replace("127.0.0.1", "localhost")
    assert _browser(house, settings.model_copy(update={"issuer": f"{other}/"})).get(START).status_code == 502


def test_no_secret_is_in_logs_or_in_the_store(
    browser: TestClient, idp: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        _whole_way(browser, idp, "dispatcher")
    (asked,) = idp.asked
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith(("werkzeug", "httpx", "httpcore")))
    for secret in (SECRET, asked["code_verifier"], asked["code"], browser.cookies["silesianet_session"]):
        assert secret not in ours


@pytest.mark.parametrize(
    "wrong", [{"issuer": "http://idp.example"}, {"client_id": ""}, {"roles": {"x": "boss"}}], ids=str
)
def test_settings_that_make_no_sense_are_refused(settings: OidcSettings, wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        Provider(settings.model_copy(update=wrong))


def test_a_secret_that_cannot_be_read_is_named(settings: OidcSettings, tmp_path: Path) -> None:
    lost = Provider(settings.model_copy(update={"client_secret_file": tmp_path / "gone"}))
    with pytest.raises(BadInput, match="SILESIANET_OIDC_CLIENT_SECRET_FILE"):
        lost._secret()
