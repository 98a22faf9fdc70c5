"""Who was logged in before an upgrade still is afterwards, and after going back as well."""

import time

from sqlalchemy import Engine, text

from api.roles import Role
from api.sessions import SessionStore
from api.tokens import Principal, TokenStore, digest
from inventory.database.engine import migrate

BEFORE, AFTER = "0006", "0007"


def _rows(engine: Engine) -> None:
    later = time.time() + 3600
    token = "INSERT INTO tokens (id, name, role, digest, created_at) VALUES (7, 'ania', 'noc', :d, 1.5)"
    session = "INSERT INTO sessions (digest, token_id, expires_at) VALUES (:d, 7, :e)"
    with engine.begin() as connection:
        connection.execute(text(token), {"d": digest("sn_secret")})
        connection.execute(text(session), {"d": digest("open"), "e": later})


def test_open_sessions_stay_open(engine: Engine) -> None:
    migrate(engine, BEFORE)
    _rows(engine)
    migrate(engine, "head")
    tokens = TokenStore(engine)
    sessions = SessionStore(engine, tokens)
    assert tokens.holder("sn_secret") == sessions.holder("open") == Principal("ania", Role.NOC)
    theirs = sessions.open(Principal("ldap:planner", Role.VIEWER, tenant="kultura", source="ldap"), 1.0)
    migrate(engine, BEFORE)
    migrate(engine, AFTER)
    migrate(engine, "head")
    assert sessions.holder("open") == Principal("ania", Role.NOC)
    assert sessions.holder(theirs) is None, "an older version would not know what they may do"
    tokens.revoke("ania")
    assert sessions.holder("open") is None
