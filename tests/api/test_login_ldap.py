"""Logging in with the password of a real directory: found, bound, its groups read; no way around the password."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.login.directory import Directory
from api.login.doors import Doors
from api.settings import LdapSettings, OidcSettings
from inventory.errors import BadInput, Unreachable, WrongUsage
from tests.support.api import SETTINGS, TENANT, House
from tests.support.directory import SERVICE, SERVICE_PASSWORD, SUFFIX, RunningDirectory

ROLES = {f"CN=net noc, ou=groups,{SUFFIX}": "noc", "school-it": f"viewer@{TENANT}"}
PEOPLE = f"ou=people,{SUFFIX}"


@pytest.fixture(scope="module")
def searching(directory: RunningDirectory, tmp_path_factory: pytest.TempPathFactory) -> LdapSettings:
    """People are searched for by a service account, over STARTTLS; groups as well."""
    password = tmp_path_factory.mktemp("ldap") / "password"
    password.write_text(SERVICE_PASSWORD + "\n")
    return LdapSettings(
        url=f"ldap://localhost:{directory.plain}",
        ca_file=directory.folder / "localhost.pem",
        search_base=PEOPLE,
        service_dn=SERVICE,
        service_password_file=password,
        group_base=f"ou=groups,{SUFFIX}",
        roles=ROLES,
        timeout_seconds=2,
    )


@pytest.fixture(scope="module")
def binding(directory: RunningDirectory) -> LdapSettings:
    """People bind by their own name over LDAPS; their groups are what ``memberOf`` says."""
    return LdapSettings(
        url=f"ldaps://localhost:{directory.secure}",
        ca_file=directory.folder / "localhost.pem",
        bind_dn=f"uid={{name}},{PEOPLE}",
        roles=ROLES,
        timeout_seconds=2,
    )


@pytest.fixture(params=["searching", "binding"])
def settings(request: pytest.FixtureRequest) -> LdapSettings:
    """Both ways to find somebody."""
    found: LdapSettings = request.getfixturevalue(request.param)
    return found


def _door(house: House, settings: LdapSettings) -> Iterator[TestClient]:
    doors = Doors.of(house.context.engine, settings, OidcSettings())
    app = create_app(house.context, SETTINGS, doors=doors)
    yield TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def client(house: House, settings: LdapSettings) -> Iterator[TestClient]:
    """A browser at an application that knows the directory."""
    yield from _door(house, settings)


def _log_in(client: TestClient, name: str, password: str, next: str = "/") -> int:
    form = {"username": name, "password": password, "next": next}
    return client.post("/login/password", data=form).status_code


def test_somebody_with_a_group_of_ours_gets_its_role(settings: LdapSettings) -> None:
    person = Directory(settings).person("dispatcher", "zażółć")
    assert person is not None
    assert (person.name, person.source) == ("dispatcher", "ldap")
    assert f"cn=net noc,ou=groups,{SUFFIX}" in person.groups
    assert "net noc" in person.groups


def test_the_name_is_the_one_of_the_directory(settings: LdapSettings) -> None:
    person = Directory(settings).person("  DISPATCHER ", "zażółć")
    assert person is not None and person.name == "dispatcher"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("dispatcher", "wrong"),
        ("dispatcher", "planner's own"),
        ("nobody", "zażółć"),
        ("", "zażółć"),
        ("dispatcher\x00", "zażółć"),
        ("*", "zażółć"),
        ("d*", "zażółć"),
        ("dispatcher)(uid=*", "zażółć"),
        ("*)(uid=dispatcher", "zażółć"),
        ("dispatcher,ou=people", "zażółć"),
        (f"dispatcher,{PEOPLE}\x00", "zażółć"),
        ("dispatcher+cn=Dispatcher East", "zażółć"),
        ("x" * 57, "zażółć"),
    ],
)
def test_nobody_else_gets_in(settings: LdapSettings, name: str, password: str) -> None:
    assert Directory(settings).person(name, password) is None


@pytest.mark.parametrize("name", ["dispatcher", "nobody", "clerk"])
def test_an_empty_password_is_never_asked_about(settings: LdapSettings, name: str, client: TestClient) -> None:
    """slapd says yes to a name without a password: it takes it as nobody in particular."""
    assert Directory(settings).person(name, "") is None
    assert _log_in(client, name, "") in (401, 422)
    assert client.get("/").status_code == 303


def test_a_filter_that_finds_several_finds_nobody(searching: LdapSettings) -> None:
    loose = searching.model_copy(update={"search_filter": "(|(uid={name})(objectClass=inetOrgPerson))"})
    assert Directory(loose).person("dispatcher", "zażółć") is None


def test_the_browser_is_let_in_with_the_role_and_the_tenant(client: TestClient) -> None:
    assert _log_in(client, "dispatcher", "zażółć", "/sites/rynek") == 303
    assert client.get("/sites/rynek").status_code == 200
    cookie = next(c for c in client.cookies.jar if c.name == "silesianet_session")
    assert (cookie.has_nonstandard_attr("HttpOnly"), cookie.get_nonstandard_attr("SameSite")) == (True, "strict")
    client.post("/logout")
    assert client.get("/").status_code == 303
    assert _log_in(client, "planner", "planner's own") == 303
    sites = client.get("/api/v1/sites?limit=1000").json()["results"]
    assert {site["tenant"] for site in sites} == {TENANT}
    assert client.get("/metrics").status_code == 403


def test_who_has_no_role_is_told_so_and_stays_outside(client: TestClient) -> None:
    form = {"username": "clerk", "password": "clerk's own"}
    answer = client.post("/login/password?lang=en", data=form)
    assert answer.status_code == 403
    assert "none of your groups has a role here" in answer.text
    assert "silesianet_session" not in client.cookies
    assert client.get("/").status_code == 303


def test_a_silent_directory_is_said_and_a_token_still_works(
    house: House, directory: RunningDirectory, binding: LdapSettings
) -> None:
    (client,) = _door(house, binding.model_copy(update={"timeout_seconds": 1}))
    directory.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        answer = client.post("/login/password?lang=en", data={"username": "dispatcher", "password": "zażółć"})
    finally:
        directory.process.send_signal(signal.SIGCONT)
    assert time.monotonic() - began < 5
    assert answer.status_code == 502
    assert "The directory does not answer" in answer.text
    token = next(iter(house.tokens.values()))
    assert client.post("/login", data={"token": token}).status_code == 303


def test_a_directory_that_is_not_there_is_said(binding: LdapSettings) -> None:
    nowhere = binding.model_copy(update={"url": "ldaps://localhost:1"})
    with pytest.raises(Unreachable, match="log in with a token"):
        Directory(nowhere).person("dispatcher", "zażółć")


def test_a_stranger_with_another_certificate_gets_no_password(binding: LdapSettings) -> None:
    with pytest.raises(Unreachable):
        Directory(binding.model_copy(update={"ca_file": None})).person("dispatcher", "zażółć")


def test_a_service_account_that_is_not_let_in_is_trouble_not_a_wrong_password(
    searching: LdapSettings, tmp_path: Path
) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("wrong")
    with pytest.raises(Unreachable):
        Directory(searching.model_copy(update={"service_password_file": wrong})).person("dispatcher", "zażółć")
    gone = searching.model_copy(update={"service_password_file": tmp_path / "gone"})
    with pytest.raises(BadInput, match="SILESIANET_LDAP_SERVICE_PASSWORD_FILE"):
        Directory(gone).person("dispatcher", "zażółć")


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://directory"},
        {"url": "ldap://directory.example", "starttls": False},
        {"bind_dn": ""},
        {"roles": {"x": "king"}},
        {"roles": {"x": "agent"}},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(binding: LdapSettings, wrong: dict[str, object]) -> None:
    with pytest.raises(WrongUsage):
        Directory(binding.model_copy(update=wrong))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_LDAP_ROLES", json.dumps({"a": "noc", "b": "viewer@oswiata"}))
    monkeypatch.setenv("SILESIANET_LDAP_URL", "ldaps://x")
    assert list(LdapSettings().roles) == ["a", "b"]


def test_passwords_are_in_no_log(client: TestClient, caplog: pytest.LogCaptureFixture, house: House) -> None:
    with caplog.at_level("DEBUG"):
        _log_in(client, "dispatcher", "planted-secret-1")
        _log_in(client, "planted-secret-2", "zażółć")
        _log_in(client, "dispatcher", "zażółć")
    assert "planted-secret" not in caplog.text
    assert "zażółć" not in caplog.text
    assert "planted-secret" not in str(house.app.state.doors.log.newest())
