"""When a token was last used, to the hour: one write an hour and token, and no request waits for it."""

import logging
import threading
import time

from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from api.tables import tokens

HOUR = 3600.0

log = logging.getLogger(__name__)


class LastUse:
    """Notes uses and writes them in the background; what cannot be written is noted again with the next look-up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}
        self._writer: threading.Thread | None = None

    def note(self, token: int, written: float | None) -> None:
        """A token is in use; ``written`` is the hour the database has of it (epoch seconds)."""
        hour = time.time() // HOUR * HOUR
        if written is not None and written >= hour:
            return
        with self._lock:
            self._due[token] = hour
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="last use of tokens", daemon=True)
                self._writer.start()

    def settle(self) -> None:
        """Wait until everything noted is written or given up."""
        writer = self._writer
        if writer is not None:
            writer.join()

    def _write(self) -> None:
        while True:
            with self._lock:
                due, self._due = self._due, {}
                if not due:
                    self._writer = None
                    return
            try:
                with self._engine.execution_options(writes=True).begin() as connection:
                    for token, hour in due.items():
                        connection.execute(update(tokens).where(tokens.c.id == token).values(last_used_at=hour))
            except SQLAlchemyError:
                log.info("the last use of %d tokens was not written", len(due), exc_info=True)
