"""Tokens: shown once, kept as digests, bound to a site or a tenant, worthless once revoked or over."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from typer.testing import CliRunner

from api import recent
from api.cli.tokens import app
from api.roles import Role
from api.sessions import SessionStore
from api.tables import sessions, tokens
from api.tokens import Principal, TokenStore
from inventory.database.engine import connect
from inventory.errors import BadInput, RefusedRequest, UnknownObject, WrongUsage


def test_a_token_opens_for_its_holder_only(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.NOC)
    assert store.holder(secret) == Principal("ania", Role.NOC)
    assert store.holder(secret + "x") is None
    assert store.holder("") is None


def test_the_store_never_holds_a_secret(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.ADMIN)
    opened = SessionStore(engine, store).open_with_token(secret, 1.0)
    assert opened is not None
    with engine.connect() as connection:
        kept = [*connection.execute(select(tokens)), *connection.execute(select(sessions))]
    assert secret not in str(kept)
    assert opened[0] not in str(kept)
    assert secret not in str(recent.recent(engine)._found)


def test_a_name_is_given_once_and_renewing_ends_the_old_token(engine: Engine) -> None:
    store = TokenStore(engine)
    old = store.create("admin", Role.ADMIN)
    assert store.holder(old)
    with pytest.raises(RefusedRequest):
        store.create("admin", Role.ADMIN)
    new = store.renew("admin", Role.ADMIN)
    assert store.holder(old) is None
    assert store.holder(new) == Principal("admin", Role.ADMIN)


@pytest.mark.parametrize("name", ["", "x" * 64, "ldap:dispatcher", "a/b", "a\nb", "a\x00b"])
def test_a_name_that_could_be_mistaken_is_refused(engine: Engine, name: str) -> None:
    store = TokenStore(engine)
    with pytest.raises(BadInput):
        store.create(name, Role.VIEWER)
    with pytest.raises(UnknownObject):
        store.revoke(name)


def test_agents_and_no_others_are_bound_to_a_site(engine: Engine) -> None:
    store = TokenStore(engine)
    assert store.holder(store.create("a", Role.AGENT, "rynek")) == Principal("a", Role.AGENT, "rynek")
    with pytest.raises(WrongUsage):
        store.create("b", Role.AGENT)
    with pytest.raises(WrongUsage):
        store.create("c", Role.VIEWER, "rynek")
    with pytest.raises(WrongUsage):
        store.create("d", Role.AGENT, "rynek", tenant="kultura")


def test_a_token_may_be_bound_to_a_tenant(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("school", Role.VIEWER, tenant="oswiata")
    assert store.holder(secret) == Principal("school", Role.VIEWER, tenant="oswiata")
    opened = SessionStore(engine, store).open_with_token(secret, 1.0)
    assert opened is not None
    assert SessionStore(engine, store).holder(opened[0]) == Principal("school", Role.VIEWER, tenant="oswiata")


def test_a_revoked_token_takes_its_sessions_along(engine: Engine) -> None:
    store = TokenStore(engine)
    open_sessions = SessionStore(engine, store)
    secret = store.create("ania", Role.VIEWER)
    opened = open_sessions.open_with_token(secret, 1.0)
    assert opened is not None
    assert open_sessions.holder(opened[0]) == opened[1] == Principal("ania", Role.VIEWER)
    store.revoke("ania")
    assert open_sessions.holder(opened[0]) is None
    assert store.holder(secret) is None
    with pytest.raises(UnknownObject):
        store.revoke("ania")


def test_tokens_and_sessions_end(engine: Engine) -> None:
    store = TokenStore(engine)
    open_sessions = SessionStore(engine, store)
    secret = store.create("short", Role.VIEWER, days=-1)
    assert store.holder(secret) is None
    assert open_sessions.open_with_token(secret, 1.0) is None
    soon = store.create("soon", Role.VIEWER, days=0.15 / 86400)
    opened = open_sessions.open_with_token(soon, 1.0)
    assert opened and store.holder(soon)
    time.sleep(0.2)
    assert store.holder(soon) is None, "what is remembered ends with the token"
    assert open_sessions.holder(opened[0]) is None, "so does the session"
    over = open_sessions.open(Principal("ldap:ania", Role.NOC, source="ldap"), -1.0)
    assert open_sessions.holder(over) is None


def test_sessions_of_people_without_a_token_are_theirs(engine: Engine) -> None:
    open_sessions = SessionStore(engine, TokenStore(engine))
    ania = Principal("ldap:ania", Role.NOC, tenant="kultura", source="ldap")
    session = open_sessions.open(ania, 1.0)
    assert open_sessions.holder(session) == ania
    assert open_sessions.close_all("ldap:planner") == 0
    assert open_sessions.close_all("ldap:ania") == 1
    assert open_sessions.holder(session) is None


def test_no_token_outlives_the_longest_life(engine: Engine) -> None:
    store = TokenStore(engine, max_days=30)
    with pytest.raises(RefusedRequest, match="30 days"):
        store.create("long", Role.VIEWER, days=31)
    store.create("short", Role.VIEWER, days=7)
    store.create("default", Role.VIEWER)
    store.create("agent", Role.AGENT, "rynek")
    days = {t["name"]: t["expires_at"] and round((t["expires_at"] - t["created_at"]) / 86400) for t in store.all()}
    assert days == {"short": 7, "default": 30, "agent": None}


def test_a_revocation_holds_at_once_here_and_soon_elsewhere(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "FRESH_SECONDS", 0.3)
    elsewhere = connect(engine.url.render_as_string(hide_password=False))
    here, there = TokenStore(engine), TokenStore(elsewhere)
    secret = here.create("ania", Role.VIEWER)
    assert here.holder(secret) and there.holder(secret)
    TokenStore(engine).revoke("ania")
    assert here.holder(secret) is None
    deadline = time.monotonic() + 0.5
    while there.holder(secret) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    elsewhere.dispose()


def test_a_look_up_that_began_before_a_revocation_is_not_remembered(engine: Engine) -> None:
    kept = recent.Recent()
    generation = kept.generation
    kept.forget()
    kept.put("d", Principal("ania", Role.VIEWER), None, generation)
    assert kept.get("d") is None


def test_what_is_remembered_is_bounded() -> None:
    kept = recent.Recent()
    for number in range(recent.MOST + 10):
        kept.put(str(number), Principal("ania", Role.VIEWER), None, 0)
    assert len(kept._found) == recent.MOST
    assert kept.get("0") is None


def test_the_last_use_is_known_to_the_hour_and_written_once(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.VIEWER)
    assert [t["last_used_at"] for t in store.all()] == [None]
    assert store.identity(secret)
    store.last_use.settle()
    (used,) = [t["last_used_at"] for t in store.all()]
    assert used % 3600 == 0 and 0 <= time.time() - used < 3700
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(tokens).values(last_used_at=used + 1))
    assert store.identity(secret)
    store.last_use.settle()
    assert [t["last_used_at"] for t in store.all()] == [used + 1], "not written again within the hour"


def test_the_command_line_prints_a_token_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    run = CliRunner()
    made = run.invoke(app, ["create", "ania", "--role", "operator"])
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("sn_")
    listed = run.invoke(app, ["list", "--json"])
    assert "ania" in listed.stdout
    assert secret not in listed.stdout
    for option in ("--site", "--tenant"):
        role = "agent" if option == "--site" else "viewer"
        refused = run.invoke(app, ["create", "x", "--role", role, option, "nowhere"])
        assert isinstance(refused.exception, UnknownObject)
