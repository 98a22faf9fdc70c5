"""A clock that moves only when somebody sleeps on it."""

from dataclasses import dataclass


@dataclass
class ManualClock:
    """See `automation.clock.Clock`; both hands start at the same moment."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
