"""Time of simulated devices: real in the lab, virtual where tests let hours pass in milliseconds."""

import asyncio
import heapq
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable


class Timer(ABC):
    """Something that will happen unless it is cancelled."""

    @abstractmethod
    def cancel(self) -> None:
        """It will not happen."""


class Clock(ABC):
    """Seconds that pass, and things that happen when they have."""

    @abstractmethod
    def now(self) -> float:
        """Monotonic seconds."""

    @abstractmethod
    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Do something after so many seconds."""


class _Handle(Timer):
    def __init__(self, handle: asyncio.TimerHandle) -> None:
        self._handle = handle

    def cancel(self) -> None:
        self._handle.cancel()


class RealClock(Clock):
    """The running event loop's time; ``speedup`` lets timers end so many times sooner."""

    def __init__(self, speedup: float = 1.0) -> None:
        self._speedup = speedup

    def now(self) -> float:
        return time.monotonic()

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        return _Handle(asyncio.get_running_loop().call_later(seconds / self._speedup, action))


class _Event(Timer):
    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None


class VirtualClock(Clock):
    """Time that passes only when it is told to; things happen in order of their time, then of their making."""

    def __init__(self) -> None:
        self._now = 0.0
        self._queue: list[tuple[float, int, _Event]] = []
        self._count = itertools.count()

    def now(self) -> float:
        return self._now

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        event = _Event(action)
        heapq.heappush(self._queue, (self._now + max(0.0, seconds), next(self._count), event))
        return event

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due happens at its own moment."""
        until = self._now + seconds
        while self._queue and self._queue[0][0] <= until:
            self._now, _, event = heapq.heappop(self._queue)
            if event.action is not None:
                event.action()
        self._now = until
