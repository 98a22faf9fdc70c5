"""Time of day that never jumps while results are being dated, corrected by what the server says."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

TOLERANCE = 2.0
"""Seconds of disagreement that are not worth a correction; the header has a resolution of one second."""


class Clock:
    """Monotonic time with an anchor: small machines have no battery clock, and a step must not reorder results."""

    def __init__(self, wall: Callable[[], float] = time.time, ticks: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._ticks = wall, ticks
        self._anchor = wall() - ticks()

    def now(self) -> float:
        """Epoch seconds."""
        return self._ticks() + self._anchor

    @property
    def offset(self) -> float:
        """Seconds by which this machine's own clock is ahead of the time results are dated with."""
        return self._wall() - self.now()

    def agree(self, date: str | None, waited: float = 0.0) -> None:
        """Follow the ``Date`` header of an answer that took so many seconds, if it lies outside of them by more than
        the tolerance: an answer stuck on a broken line was dated long before it came."""
        try:
            server = parsedate_to_datetime(date or "").timestamp() + 0.5
        except ValueError:
            return
        now = self.now()
        if server > now + TOLERANCE:
            self._anchor += server - now
        elif server < now - waited - TOLERANCE:
            self._anchor -= now - waited - server
