"""The equal-access index of this process: worked out once a minute and shared by metrics, pages and REST."""

import threading
import time

from api.context import Context
from inventory.database.revision import When
from inventory.model.network import Network
from monitoring.equality import Equality, read

FRESH_SECONDS = 60.0


class EqualAccess:
    """Reads the stores; safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context, self._lock = context, threading.Lock()
        self._kept: tuple[float, Network, Equality] | None = None

    def at(self, when: When | None = None) -> Equality:
        """The index of a moment of the past, or that of now, at most a minute old."""
        if when is not None:
            return read(
                self._context.engine, self._context.inventory.network(when), self._context.inventory.instant(when)
            )
        network = self._context.inventory.network()
        with self._lock:
            moment, kept = time.monotonic(), self._kept
            if kept is None or kept[1] is not network or moment - kept[0] > FRESH_SECONDS:
                kept = self._kept = (moment, network, read(self._context.engine, network, time.time()))
            return kept[2]
