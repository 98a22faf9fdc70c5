"""Probing: every cell once in a period, spread over it, so that a small machine has an even load."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from monitoring.agent.clock import Clock
from monitoring.probes import Result, Target, probe

type Deliver = Callable[[dict[str, Any]], None]
LATE = 0.5
"""Seconds after its time at which a probe counts as late."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a list wants its cells probed; times are seconds.

    A result unlike the one before is checked again after ``recheck``.
    """

    period: float
    recheck: float

    @classmethod
    def parse(cls, document: dict[str, Any]) -> "Pace":
        """Read a probe list; lists of an older platform say less."""
        period = float(document.get("period") or 2.0)
        return cls(period, float(document.get("recheck") or period))


class Rounds:
    """Runs the probes of one list until it is given another."""

    def __init__(self, clock: Clock, deliver: Deliver, ca_file: str | None) -> None:
        self._clock, self._deliver, self._ca_file = clock, deliver, ca_file
        self._tasks: list[asyncio.Task[None]] = []
        self.late = 0

    def follow(self, document: dict[str, Any]) -> None:
        """Probe by this list from now on."""
        pace = Pace.parse(document)
        names = "resolver", "resolvers", "families", "certificate_days"
        common = {name: document[name] for name in names if document.get(name) is not None}
        common |= {"ca_file": self._ca_file, "timeout": min(float(document.get("timeout") or 1.5), pace.period)}
        common["patience"] = float(document.get("patience") or 0.0)
        targets = [Target.parse(entry, **common) for entry in document["probes"]]
        self.stop()
        for place, target in enumerate(targets):
            self._tasks.append(asyncio.create_task(self._repeat(target, pace, place, place / len(targets))))

    def stop(self) -> None:
        """Stop probing."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    async def _repeat(self, target: Target, pace: Pace, turn: int, phase: float) -> None:
        """Probe one cell for ever. ``turn`` is the round it begins with, so that not all begin with the same family."""
        period, before = target.period or pace.period, None
        due = time.monotonic() + period * phase
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.late += time.monotonic() - due > LATE
            at = self._clock.now()
            result = await probe(target, turn)
            self._deliver(told(target.service, at, result))
            turn += 1
            if before is not None and before != result.ok:
                due = time.monotonic() + min(period, pace.recheck)
            else:
                due += period * max(1.0, (time.monotonic() - due) // period)
            before = result.ok


def told(service: str, at: float, result: Result) -> dict[str, Any]:
    """A result as the platform is told it; words only of what fails."""
    words = "" if result.ok else result.text
    seen = {"ok": result.ok, "stage": result.stage, "ms": result.ms, "text": words}
    detail = {"families": dict(result.families), "stages": dict(result.stages), "days_left": result.days_left}
    return {"service": service, "at": round(at, 3), **seen, **{name: said for name, said in detail.items() if said}}
