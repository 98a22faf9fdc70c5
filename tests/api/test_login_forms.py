"""Login forms: no sending elsewhere, no forms of other sites, no guessing, cookies as closed as they can be."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app, guarded
from api.auth import FormRoute
from api.login.attempts import (
    MOST_BY_ADDRESS,
    MOST_BY_NAME,
    REMEMBERED,
    WINDOW_SECONDS,
    Attempts,
    TooManyAttempts,
)
from api.roles import Role
from api.web.session import local
from tests.support.api import SETTINGS, House


def _browser(house: House, address: str = "http://testserver") -> TestClient:
    app = create_app(house.context, SETTINGS)
    return TestClient(app, address, raise_server_exceptions=False, follow_redirects=False)


@given(st.text())
@example("//evil.example")
@example("/\\evil.example")
@example("/a\\b")
@example("\\\\evil.example")
@example("/\t/evil.example")
@example("/\n/evil.example")
@example("https://evil.example")
@example("javascript:alert(1)")
@example("/fine?lang=en")
def test_a_way_back_is_a_path_of_ours(address: str) -> None:
    """Browsers take a backslash for a slash and leave out tabs and line ends."""
    found = local(address)
    seen = "".join(c for c in found if c not in "\t\r\n").replace("\\", "/")
    assert seen.startswith("/") and not seen.startswith("//")
    assert found in (address, "/")


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(house: House, way: str) -> None:
    browser = _browser(house)
    answer = browser.post("/login", data={"token": house.tokens[Role.VIEWER], "next": way})
    assert answer.headers["location"] == "/"
    assert "evil" not in browser.get("/login", params={"next": way}).text


FORMS = [path for path, route in guarded() if isinstance(route, FormRoute) and "POST" in (route.methods or ())]


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://testserver"}, True),
        ({}, True),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_site_is_refused(house: House, path: str, headers: dict[str, str], let_in: bool) -> None:
    browser = _browser(house)
    assert browser.post("/login", data={"token": house.tokens[Role.ADMIN]}).status_code == 303
    answer = browser.post(path.replace("{number}", "77"), headers=headers)
    assert (answer.status_code != 403) == let_in, answer.text


def test_every_form_is_of_that_kind() -> None:
    """What a browser may send with its cookie alone is a form of ours; everything else asks for a token."""
    assert set(FORMS) >= {"/login", "/login/password", "/logout"}
    posts = {p: r for p, r in guarded() if not p.startswith(("/api/", "/netbox")) and {"GET"} != (r.methods or set())}
    assert {p for p, r in posts.items() if not isinstance(r, FormRoute)} == set()


@pytest.mark.parametrize(("address", "secure"), [("http://testserver", False), ("https://testserver", True)])
def test_cookies_are_closed(house: House, address: str, secure: bool) -> None:
    browser = _browser(house, address)
    cookie = browser.post("/login", data={"token": house.tokens[Role.VIEWER]}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert ("secure" in cookie) == secure


def test_tokens_cannot_be_guessed_and_are_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    browser = _browser(house)
    with caplog.at_level("DEBUG"):
        tries = [browser.post("/login", data={"token": f"planted-{n}"}).status_code for n in range(MOST_BY_ADDRESS)]
        assert tries == [401] * MOST_BY_ADDRESS
        assert browser.post("/login", data={"token": house.tokens[Role.VIEWER]}).status_code == 429
        browser.get("/api/v1/sites", headers={"Authorization": "Bearer planted-bearer"})
        assert house.client().get("/api/v1/sites").status_code == 200, "tokens of programs are not held up"
    assert "planted" not in caplog.text
    assert house.tokens[Role.VIEWER] not in caplog.text


class Clock:
    """A clock the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_attempts_are_counted_by_name_and_by_address() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for number in range(MOST_BY_NAME):
        attempts.take(f"192.0.2.{number}", "Dispatcher")
    with pytest.raises(TooManyAttempts) as blocked:
        attempts.take("192.0.2.200", "dispatcher")
    assert blocked.value.wait == pytest.approx(WINDOW_SECONDS)
    attempts.take("192.0.2.200", "planner")
    clock.now += WINDOW_SECONDS + 1
    attempts.take("192.0.2.200", "dispatcher")
    for number in range(MOST_BY_ADDRESS):
        attempts.take("198.51.100.1", f"name {number}")
    with pytest.raises(TooManyAttempts):
        attempts.take("198.51.100.1", "another name")


def test_one_line_of_many_addresses_counts_as_one() -> None:
    attempts = Attempts(Clock())
    for number in range(MOST_BY_ADDRESS):
        attempts.take(f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooManyAttempts):
        attempts.take("2001:db8:1:2:ffff::1")
    attempts.take("2001:db8:1:3::1")


def test_success_is_not_held_against_anybody() -> None:
    attempts = Attempts(Clock())
    for _ in range(10 * MOST_BY_ADDRESS):
        attempts.take("192.0.2.1", "dispatcher")
        attempts.succeeded("192.0.2.1", "dispatcher")
    for _ in range(MOST_BY_ADDRESS - 1):
        attempts.take("192.0.2.1")
    attempts.take("192.0.2.1", "planner")
    attempts.succeeded("192.0.2.1", "planner")
    attempts.take("192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempts.take("192.0.2.1")


def test_memory_is_bounded() -> None:
    attempts = Attempts(Clock())
    for number in range(2 * REMEMBERED):
        attempts.take(f"address {number}", f"name {number}")
    assert len(attempts._failed) <= REMEMBERED
