"""Access tokens and browser sessions: random, shown once, kept as SHA-256 digests only."""

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.engine import Connection, Row

from api.roles import Role
from api.tables import sessions, tokens
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage


@dataclass(frozen=True)
class Principal:
    """Who is asking; ``site`` binds an agent to its own site, ``tenant`` anybody else to what belongs to a tenant."""

    name: str
    role: Role
    site: str | None = None
    tenant: str | None = None


def digest(secret: str) -> str:
    """What the store keeps of a secret of full entropy."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenStore:
    """Tokens and the browser sessions opened with them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, role: Role, site: str | None = None, *, days: float | None = None) -> str:
        """Make a token and return it; it cannot be read again. Refused when the name is taken."""
        _check_binding(role, site)
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.execute(select(tokens.c.id).where(tokens.c.name == name)).first():
                raise RefusedRequest("token exists", where=name, fix="revoke it first or choose another name")
            return _insert(connection, name, role, site, days)

    def renew(self, name: str, role: Role, site: str | None = None) -> str:
        """Make a token, in the place of one of the same name."""
        _check_binding(role, site)
        with self._engine.execution_options(writes=True).begin() as connection:
            _remove(connection, name)
            return _insert(connection, name, role, site, None)

    def revoke(self, name: str) -> None:
        """Remove a token and every session opened with it."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if not _remove(connection, name):
                raise UnknownObject("no such token", where=name, fix="`silesianet token list` names them")

    def all(self) -> Iterable[dict[str, object]]:
        """Every token without its secret: name, role, site, created_at, expires_at."""
        names = ("name", "role", "site", "created_at", "expires_at")
        query = select(*(tokens.c[name] for name in names)).order_by(tokens.c.name)
        with self._engine.connect() as connection:
            return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]

    def holder(self, secret: str) -> Principal | None:
        """Who holds a token; null when it is unknown, revoked or over."""
        query = select(tokens).where(tokens.c.digest == digest(secret))
        with self._engine.connect() as connection:
            return _principal(connection.execute(query).first())

    def open_session(self, secret: str, hours: float) -> str | None:
        """Open a browser session with a token and return the session secret; null when the token is not valid."""
        now, session = time.time(), secrets.token_urlsafe(32)
        with self._engine.execution_options(writes=True).begin() as connection:
            token = connection.execute(select(tokens).where(tokens.c.digest == digest(secret))).first()
            if token is None or _principal(token) is None:
                return None
            connection.execute(delete(sessions).where(sessions.c.expires_at < now))
            row = {"digest": digest(session), "token_id": token.id, "expires_at": now + hours * 3600}
            connection.execute(insert(sessions).values(row))
        return session

    def session_holder(self, session: str) -> Principal | None:
        """Who opened a browser session that is not over."""
        query = (
            select(tokens)
            .join(sessions, sessions.c.token_id == tokens.c.id)
            .where(sessions.c.digest == digest(session), sessions.c.expires_at > time.time())
        )
        with self._engine.connect() as connection:
            return _principal(connection.execute(query).first())

    def close_session(self, session: str) -> None:
        """End a browser session."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(session)))


def _check_binding(role: Role, site: str | None) -> None:
    if (role is Role.AGENT) != (site is not None):
        raise WrongUsage("a token of role agent, and no other, is bound to a site", fix="give --site with --role agent")


def _insert(connection: Connection, name: str, role: Role, site: str | None, days: float | None) -> str:
    secret, now = f"sn_{secrets.token_urlsafe(32)}", time.time()
    row = {"name": name, "role": role.value, "site": site, "digest": digest(secret), "created_at": now}
    connection.execute(insert(tokens).values(row | {"expires_at": None if days is None else now + days * 86400}))
    return secret


def _remove(connection: Connection, name: str) -> bool:
    found = connection.execute(select(tokens.c.id).where(tokens.c.name == name)).first()
    if found is None:
        return False
    connection.execute(delete(sessions).where(sessions.c.token_id == found.id))
    connection.execute(delete(tokens).where(tokens.c.id == found.id))
    return True


def _principal(row: Row[tuple[object, ...]] | None) -> Principal | None:
    if row is None or (row.expires_at is not None and row.expires_at < time.time()):
        return None
    return Principal(row.name, Role(row.role), row.site)
