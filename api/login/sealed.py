"""The local admin for the day nothing else works: a random password in a sealed envelope, its scrypt digest here."""

import hashlib
import hmac
import secrets
import time
from base64 import b64decode, b64encode
from ipaddress import ip_address

from fastapi import Request
from sqlalchemy import Engine, delete, insert, select

from api.roles import Role
from api.settings import ApiSettings
from api.tables import break_glass
from api.tokens import Principal
from inventory.errors import RefusedRequest

NAME = "break-glass"
COST, BLOCK, PARALLEL = 2**15, 8, 1
MEMORY = 64 * 1024 * 1024
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

ADMIN = Principal(NAME, Role.ADMIN, source=NAME)


class BreakGlass:
    """One password for the whole installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seal(self) -> str:
        """Make a new password and return it, once; the one before is worthless."""
        password = "-".join(secrets.token_hex(3) for _ in range(5))
        row = {"id": 1, "seal": _digest(password, secrets.token_bytes(16)), "sealed_at": time.time()}
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(break_glass))
            connection.execute(insert(break_glass).values(row))
        return password

    def remove(self) -> None:
        """Remove the local admin."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if not connection.execute(delete(break_glass)).rowcount:
                raise RefusedRequest("there is no sealed password", fix="make one with `silesianet access seal`")

    def sealed_at(self) -> float | None:
        """When the password was made (epoch seconds); null when there is none."""
        with self._engine.connect() as connection:
            return connection.execute(select(break_glass.c.sealed_at)).scalar()

    def fits(self, password: str) -> bool:
        """Whether this is the password; takes as long when there is none."""
        with self._engine.connect() as connection:
            seal: str = connection.execute(select(break_glass.c.seal)).scalar() or _digest("", b"nothing")
            there = connection.execute(select(break_glass.c.id)).first() is not None
        salt = b64decode(seal.split("$")[1])
        return hmac.compare_digest(_digest(password, salt), seal) and there


def allowed_from(request: Request, settings: ApiSettings) -> bool:
    """Whether the local admin may log in from where the request comes."""
    if settings.break_glass != "loopback":
        return settings.break_glass == "anywhere"
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _digest(password: str, salt: bytes) -> str:
    made = hashlib.scrypt(password.encode()[:1024], salt=salt, n=COST, r=BLOCK, p=PARALLEL, maxmem=MEMORY)
    return f"scrypt${b64encode(salt).decode()}${b64encode(made).decode()}"
