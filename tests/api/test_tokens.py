"""Tokens: shown once, kept as digests, bound to a site for agents, worthless once revoked or over."""

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from api.cli.tokens import app
from api.roles import Role
from api.tables import sessions, tokens
from api.tokens import Principal, TokenStore
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage


def test_a_token_opens_for_its_holder_only(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.NOC)
    assert store.holder(secret) == Principal("ania", Role.NOC)
    assert store.holder(secret + "x") is None
    assert store.holder("") is None


def test_the_store_never_holds_a_secret(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.ADMIN)
    session = store.open_session(secret, 1.0)
    assert session is not None
    with engine.connect() as connection:
        kept = [*connection.execute(select(tokens)), *connection.execute(select(sessions))]
    assert secret not in str(kept)
    assert session not in str(kept)


def test_a_name_is_given_once_and_renewing_ends_the_old_token(engine: Engine) -> None:
    store = TokenStore(engine)
    old = store.create("admin", Role.ADMIN)
    with pytest.raises(RefusedRequest):
        store.create("admin", Role.ADMIN)
    new = store.renew("admin", Role.ADMIN)
    assert store.holder(old) is None
    assert store.holder(new) == Principal("admin", Role.ADMIN)


def test_agents_and_no_others_are_bound_to_a_site(engine: Engine) -> None:
    store = TokenStore(engine)
    assert store.holder(store.create("a", Role.AGENT, "rynek")) == Principal("a", Role.AGENT, "rynek")
    with pytest.raises(WrongUsage):
        store.create("b", Role.AGENT)
    with pytest.raises(WrongUsage):
        store.create("c", Role.VIEWER, "rynek")


def test_a_revoked_token_takes_its_sessions_along(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("ania", Role.VIEWER)
    session = store.open_session(secret, 1.0)
    assert session is not None
    assert store.session_holder(session) == Principal("ania", Role.VIEWER)
    store.revoke("ania")
    assert store.session_holder(session) is None
    assert store.holder(secret) is None
    with pytest.raises(UnknownObject):
        store.revoke("ania")


def test_tokens_and_sessions_end(engine: Engine) -> None:
    store = TokenStore(engine)
    secret = store.create("short", Role.VIEWER, days=-1)
    assert store.holder(secret) is None
    assert store.open_session(secret, 1.0) is None
    lasting = store.create("long", Role.VIEWER, days=1)
    over = store.open_session(lasting, -1.0)
    assert over is not None
    assert store.session_holder(over) is None


def test_the_command_line_prints_a_token_once(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path_factory.mktemp("home")))
    run = CliRunner()
    made = run.invoke(app, ["create", "ania", "--role", "operator"])
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("sn_")
    listed = run.invoke(app, ["list", "--json"])
    assert "ania" in listed.stdout
    assert secret not in listed.stdout
    assert isinstance(run.invoke(app, ["create", "x", "--role", "agent", "--site", "nowhere"]).exception, UnknownObject)
