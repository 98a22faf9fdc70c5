"""Time as a change sees it, so that tests let hours pass in milliseconds and every run can be replayed."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def wall(self) -> float:
        """Epoch seconds, as probes are stamped."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class RealClock:
    """This machine's time."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


REAL = RealClock()
