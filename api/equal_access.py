"""The equal-access index of this process: worked out once a minute and shared by metrics, pages and REST."""

import threading
import time

from api.context import Context
from api.watch import Now, Watch
from inventory.database.revision import When
from inventory.model.network import Network
from monitoring.equality import Equality, read

FRESH_SECONDS = 60.0


class EqualAccess:
    """Reads the stores; safe to share between threads."""

    def __init__(self, context: Context, watch: Watch) -> None:
        self._context, self._watch, self._lock = context, watch, threading.Lock()
        self._kept: tuple[float, Network, Equality] | None = None

    def at(self, when: When | None = None) -> Equality:
        """The index of a moment of the past, or that of now, at most a minute old."""
        if when is not None:
            return self._read(self._watch.at(when))
        with self._lock:
            moment, kept, now = time.monotonic(), self._kept, self._watch.now()
            if kept is None or kept[1] is not now.network or moment - kept[0] > FRESH_SECONDS:
                kept = self._kept = (moment, now.network, self._read(now))
            return kept[2]

    def _read(self, now: Now) -> Equality:
        return read(self._context.engine, now.network, now.matrix)
