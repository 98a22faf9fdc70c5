"""The sealed local admin: one password, from this machine, slowly guessed, and seen by everybody when it is used."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.access_log import BREAK_GLASS, KEPT, AccessLog
from api.app import create_app
from api.cli.access import app as commands
from api.login.sealed import NAME, BreakGlass
from api.roles import Role
from api.settings import ApiSettings
from api.tables import break_glass
from inventory.errors import RefusedRequest, UnknownObject
from tests.support.api import SETTINGS, House

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.0.2.7", 50000)


@pytest.fixture(scope="module")
def password(house: House) -> str:
    """What is in the envelope."""
    return BreakGlass(house.context.engine).seal()


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    """Every test ends without an alarm."""
    yield
    log = AccessLog(house.context.engine)
    for alarm in log.alarms():
        log.acknowledge(alarm.id, "the test")


def _browser(house: House, client: tuple[str, int] = HERE, settings: ApiSettings = SETTINGS) -> TestClient:
    app = create_app(house.context, settings)
    return TestClient(app, client=client, raise_server_exceptions=False, follow_redirects=False)


def _try(browser: TestClient, password: str, **headers: str) -> int:
    form = {"username": NAME, "password": password}
    return browser.post("/login/password", data=form, headers=headers).status_code


def test_the_password_is_kept_as_a_slow_digest(engine: Engine) -> None:
    sealed = BreakGlass(engine)
    assert sealed.sealed_at() is None
    assert not sealed.fits("")
    first = sealed.seal()
    assert len(first.replace("-", "")) == 30
    with engine.connect() as connection:
        (kept,) = connection.execute(select(break_glass.c.seal)).scalars()
    assert kept.startswith("scrypt$")
    assert first not in kept
    assert sealed.fits(first)
    assert not sealed.fits(first + "x") and not sealed.fits("")
    second = sealed.seal()
    assert sealed.fits(second) and not sealed.fits(first)
    sealed.remove()
    assert not sealed.fits(second) and sealed.sealed_at() is None
    with pytest.raises(RefusedRequest):
        sealed.remove()


def test_it_opens_from_this_machine_and_everybody_sees_it(house: House, password: str) -> None:
    browser = _browser(house)
    assert _try(browser, password) == 303
    assert browser.get("/api/v1/tokens").status_code == 200
    own = browser.get("/?lang=en").text
    assert "Emergency access" in own
    assert "/acknowledge" not in own, "not by the one who used it"
    viewer = house.client(Role.VIEWER)
    seen = viewer.get("/?lang=en").text
    assert "Emergency access" in seen and "127.0.0.1" in seen
    assert "/acknowledge" not in seen
    assert "Emergency access" not in house.bound().get("/?lang=en").text
    (alarm,) = AccessLog(house.context.engine).alarms()
    assert (alarm.kind, alarm.who, alarm.address) == (BREAK_GLASS, NAME, "127.0.0.1")
    admin = _browser(house)
    admin.post("/login", data={"token": house.tokens[Role.ADMIN]})
    (form,) = re.findall(r'action="(/access/\d+/acknowledge)"', admin.get("/").text)
    assert browser.post(form).status_code == 409
    assert house.client(Role.OPERATOR).post(form).status_code == 403
    assert admin.post(form, headers={"Origin": "http://evil.example"}).status_code == 403
    assert admin.post(form).status_code == 303
    assert "Emergency access" not in viewer.get("/?lang=en").text
    assert admin.post(form).status_code == 404


def test_each_use_is_one_alarm_and_one_warning(house: House, password: str, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        assert _try(_browser(house), password) == 303
    assert len(AccessLog(house.context.engine).alarms()) == 2
    warnings = [r for r in caplog.records if r.levelname == "WARNING" and BREAK_GLASS in r.getMessage()]
    assert len(warnings) == 2
    assert password not in caplog.text


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (ELSEWHERE, {}),
        (HERE, {"X-Forwarded-For": "192.0.2.7"}),
        (HERE, {"X-Forwarded-For": "127.0.0.1"}),
        (HERE, {"Forwarded": "for=127.0.0.1"}),
        (HERE, {"Via": "1.1 proxy"}),
        (("not an address", 1), {}),
    ],
    ids=str,
)
def test_nobody_else_may_try(house: House, password: str, client: tuple[str, int], headers: dict[str, str]) -> None:
    browser = _browser(house, client)
    assert _try(browser, password, **headers) == 401
    assert NAME not in browser.get("/login", headers=headers).text
    assert AccessLog(house.context.engine).alarms() == []


@pytest.mark.parametrize(("where", "status"), [("off", 401), ("anywhere", 303)])
def test_the_operator_decides_from_where(house: House, password: str, where: str, status: int) -> None:
    settings = SETTINGS.model_copy(update={"break_glass": where})
    assert _try(_browser(house, HERE, settings), password) == status
    assert _try(_browser(house, ELSEWHERE, settings), password) == status


def test_it_cannot_be_guessed(house: House, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BreakGlass, "fits", lambda self, text: text == password)
    browser = _browser(house)
    assert [_try(browser, "wrong") for _ in range(10)] == [401] * 10
    blocked = browser.post("/login/password?lang=en", data={"username": NAME, "password": password})
    assert blocked.status_code == 429, "also the right one has to wait"
    assert int(blocked.headers["retry-after"]) > 600
    assert "Too many failed logins" in blocked.text


def test_its_session_is_short(house: House, password: str) -> None:
    browser = _browser(house, settings=SETTINGS.model_copy(update={"break_glass_minutes": 5.0}))
    answer = browser.post("/login/password", data={"username": NAME, "password": password})
    assert "Max-Age=300" in answer.headers["set-cookie"]


def test_the_log_is_bounded_but_keeps_alarms(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.access_log.KEPT", 3)
    log = AccessLog(engine)
    log.record(BREAK_GLASS, NAME)
    for number in range(6):
        log.record("login", f"ldap:{number}")
    assert [e.who for e in log.newest()] == ["ldap:5", "ldap:4", "ldap:3", NAME]
    assert [e.who for e in log.alarms()] == [NAME]
    with pytest.raises(UnknownObject):
        log.acknowledge(log.newest()[0].id, "x")
    assert KEPT > 1000


def test_the_command_line_seals_and_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    run = CliRunner()
    made = run.invoke(commands, ["seal"])
    assert made.exit_code == 0
    secret = made.stdout.strip()
    told = run.invoke(commands, ["log", "--json"])
    assert '"kind": "sealed"' in told.stdout
    assert secret not in told.stdout
    assert run.invoke(commands, ["end", "ldap:dispatcher"]).exit_code == 0
    assert isinstance(run.invoke(commands, ["acknowledge", "77"]).exception, UnknownObject)
    assert run.invoke(commands, ["unseal"]).exit_code == 0
