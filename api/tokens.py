"""Access tokens: random, shown once, kept as SHA-256 digests only, over at a date, worthless once revoked."""

import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.engine import Connection, Row

from api.last_use import LastUse
from api.recent import recent
from api.roles import Role
from api.tables import sessions, tokens
from inventory.errors import BadInput, RefusedRequest, UnknownObject, WrongUsage

DAY, HOUR = 86400.0, 3600.0
TOKEN = "token"
RESERVED = ("break-glass",)
NAME = re.compile(r"[^\x00-\x1f\x7f:/]{1,63}")
"""Names with a colon are those of people who log in elsewhere: ``ldap:dispatcher``."""


@dataclass(frozen=True)
class Principal:
    """Who is asking; ``site`` binds an agent to its own site, ``tenant`` anybody else to what belongs to a tenant."""

    name: str
    role: Role
    site: str | None = None
    tenant: str | None = None
    source: str = TOKEN


def digest(secret: str) -> str:
    """What the store keeps of a secret of full entropy."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenStore:
    """Tokens of people, programs and site agents; no token but an agent's lives longer than ``max_days``."""

    def __init__(self, engine: Engine, max_days: float | None = None) -> None:
        self._engine, self._max_days = engine, max_days
        self._recent, self.last_use = recent(engine), LastUse(engine)

    def create(
        self, name: str, role: Role, site: str | None = None, *, days: float | None = None, tenant: str | None = None
    ) -> str:
        """Make a token and return it; it cannot be read again. Refused when the name is taken."""
        if not NAME.fullmatch(name) or name in RESERVED:
            raise BadInput("is no name for a token", where=repr(name), fix="use at most 63 characters without : and /")
        if role is not Role.AGENT:
            days = self._lifetime(days)
        row = _row(name, role, site, tenant, days)
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.execute(select(tokens.c.id).where(tokens.c.name == name)).first():
                raise RefusedRequest("token exists", where=name, fix="revoke it first or choose another name")
            return _insert(connection, row)

    def renew(self, name: str, role: Role, site: str | None = None) -> str:
        """Make a token, in the place of one of the same name."""
        return self._renew(_row(name, role, site, None, None))

    def lend(self, principal: Principal, hours: float) -> str:
        """Make a token with the name and rights of somebody who logged in, in the place of an earlier one."""
        return self._renew(_row(principal.name, principal.role, principal.site, principal.tenant, hours * HOUR / DAY))

    def revoke(self, name: str) -> None:
        """Remove a token and every session opened with it."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if not name.isprintable() or not _remove(connection, name):
                raise UnknownObject("no such token", where=name, fix="`silesianet token list` names them")
        self._recent.forget()

    def all(self) -> Iterable[dict[str, Any]]:
        """Every token without its secret: name, role, site, tenant, created_at, expires_at, last_used_at."""
        names = ("name", "role", "site", "tenant", "created_at", "expires_at", "last_used_at")
        query = select(*(tokens.c[name] for name in names)).order_by(tokens.c.name)
        with self._engine.connect() as connection:
            return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]

    def known(self, secret: str) -> Principal | None:
        """Who holds a token that was looked up a moment ago; null says nothing. Waits for nothing."""
        return self._recent.get(digest(secret))

    def holder(self, secret: str) -> Principal | None:
        """Who holds a token; null when it is unknown, revoked or over."""
        return self.known(secret) or (found[1] if (found := self.identity(secret)) else None)

    def identity(self, secret: str) -> tuple[int, Principal, float | None] | None:
        """Number of a token, its holder and its end (epoch seconds), read from the database."""
        key, generation = digest(secret), self._recent.generation
        with self._engine.connect() as connection:
            row = connection.execute(select(tokens).where(tokens.c.digest == key)).first()
        if row is None or (row.expires_at is not None and row.expires_at < time.time()):
            return None
        principal = principal_of(row)
        self._recent.put(key, principal, row.expires_at, generation)
        self.last_use.note(row.id, row.last_used_at)
        return row.id, principal, row.expires_at

    def _renew(self, row: dict[str, Any]) -> str:
        with self._engine.execution_options(writes=True).begin() as connection:
            _remove(connection, row["name"])
            made = _insert(connection, row)
        self._recent.forget()
        return made

    def _lifetime(self, days: float | None) -> float | None:
        most = self._max_days
        if most is None or (days is not None and days <= most):
            return days
        if days is None:
            return most
        fix = "ask for fewer days or raise SILESIANET_TOKEN_MAX_DAYS"
        raise RefusedRequest(f"a token may live {most:g} days at most", fix=fix)


def principal_of(row: Row[Any], source: str = TOKEN) -> Principal:
    """Who is named by a row of tokens or sessions."""
    return Principal(row.name, Role(row.role), row.site, row.tenant, source)


def _row(name: str, role: Role, site: str | None, tenant: str | None, days: float | None) -> dict[str, Any]:
    if (role is Role.AGENT) != (site is not None):
        raise WrongUsage("a token of role agent, and no other, is bound to a site", fix="give --site with --role agent")
    if role is Role.AGENT and tenant is not None:
        raise WrongUsage("an agent is bound to its site, not to a tenant", fix="leave --tenant out")
    now = time.time()
    ends = None if days is None else now + days * DAY
    row = {"name": name, "role": role.value, "site": site, "tenant": tenant}
    return row | {"created_at": now, "expires_at": ends}


def _insert(connection: Connection, row: dict[str, Any]) -> str:
    secret = f"sn_{secrets.token_urlsafe(32)}"
    connection.execute(insert(tokens).values(row | {"digest": digest(secret)}))
    return secret


def _remove(connection: Connection, name: str) -> bool:
    found = connection.execute(select(tokens.c.id).where(tokens.c.name == name)).first()
    if found is None:
        return False
    connection.execute(delete(sessions).where(sessions.c.token_id == found.id))
    connection.execute(delete(tokens).where(tokens.c.id == found.id))
    return True
