"""Browser sessions: opened with a token, or by people whom a directory or an identity provider vouches for."""

import secrets
import time
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from api.tables import sessions
from api.tokens import Principal, TokenStore, digest, principal_of

HOUR = 3600.0


class SessionStore:
    """Sessions by the digest of their secret; those opened with a token end with it."""

    def __init__(self, engine: Engine, tokens: TokenStore) -> None:
        self._engine, self._tokens = engine, tokens

    def open(self, principal: Principal, hours: float) -> str:
        """Open a session for somebody and return its secret."""
        return self._open(principal, time.time() + hours * HOUR, None)

    def open_with_token(self, secret: str, hours: float) -> tuple[str, Principal] | None:
        """Open a session with a token; null when the token is not valid."""
        found = self._tokens.identity(secret)
        if found is None:
            return None
        token, principal, ends = found
        over = time.time() + hours * HOUR
        return self._open(principal, over if ends is None else min(over, ends), token), principal

    def holder(self, session: str) -> Principal | None:
        """Who opened a session that is not over."""
        query = select(sessions).where(sessions.c.digest == digest(session), sessions.c.expires_at > time.time())
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else principal_of(row, row.source)

    def close(self, session: str) -> None:
        """End a session."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest(session)))

    def close_all(self, name: str) -> int:
        """End every session of somebody; says how many there were."""
        with self._engine.execution_options(writes=True).begin() as connection:
            return connection.execute(delete(sessions).where(sessions.c.name == name)).rowcount

    def _open(self, principal: Principal, ends: float, token: int | None) -> str:
        secret = secrets.token_urlsafe(32)
        row: dict[str, Any] = {"digest": digest(secret), "token_id": token, "expires_at": ends}
        row |= {"name": principal.name, "role": principal.role.value, "source": principal.source}
        row |= {"site": principal.site, "tenant": principal.tenant}
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < time.time()))
            connection.execute(insert(sessions).values(row))
        return secret
