"""Who came in and who handed out keys; emergency access stays on every page until somebody acknowledges it."""

import logging
import time
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from api.tables import access_log
from inventory.errors import UnknownObject

COMMAND_LINE = "command line"
BREAK_GLASS = "break-glass"
KEPT = 10_000
"""Entries kept; emergency access that nobody has acknowledged is kept beyond that."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """``at`` is epoch seconds; ``address`` is where it came from, empty for the command line."""

    id: int
    at: float
    kind: str
    who: str
    address: str
    detail: str
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None


class AccessLog:
    """Entries in the order they were made. No entry holds a secret."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, kind: str, who: str, address: str = "", detail: str = "") -> None:
        """Write an entry, and a line in the log of the process."""
        urgent = kind == BREAK_GLASS
        log.log(logging.WARNING if urgent else logging.INFO, "%s: %s from %s %s", kind, who, address or "here", detail)
        row = {"at": time.time(), "kind": kind, "who": who, "address": address, "detail": detail}
        with self._engine.execution_options(writes=True).begin() as connection:
            number = connection.execute(insert(access_log).values(row)).inserted_primary_key
            assert number is not None
            done = (access_log.c.kind != BREAK_GLASS) | access_log.c.acknowledged_at.is_not(None)
            connection.execute(delete(access_log).where(access_log.c.id <= number[0] - KEPT, done))

    def refused(self, door: str, address: str) -> None:
        """Note a failed login in the log of the process: without the name, for people type passwords into it."""
        log.warning("login refused: %s from %s", door, address)

    def newest(self, most: int = 100) -> list[Entry]:
        """The last entries, newest first."""
        query = select(access_log).order_by(access_log.c.id.desc()).limit(most)
        with self._engine.connect() as connection:
            return [Entry(*row) for row in connection.execute(query)]

    def alarms(self) -> list[Entry]:
        """Emergency access that nobody has acknowledged, oldest first."""
        open_ones = (access_log.c.kind == BREAK_GLASS) & access_log.c.acknowledged_at.is_(None)
        with self._engine.connect() as connection:
            return [Entry(*row) for row in connection.execute(select(access_log).where(open_ones).order_by("id"))]

    def acknowledge(self, number: int, who: str) -> None:
        """Somebody knows of an emergency access; UnknownObject when there is none of that number to acknowledge."""
        this = (access_log.c.id == number) & (access_log.c.kind == BREAK_GLASS) & access_log.c.acknowledged_at.is_(None)
        values = {"acknowledged_at": time.time(), "acknowledged_by": who}
        with self._engine.execution_options(writes=True).begin() as connection:
            if not connection.execute(update(access_log).where(this).values(values)).rowcount:
                raise UnknownObject(
                    "no emergency access to acknowledge", where=str(number), fix="see silesianet access log"
                )
