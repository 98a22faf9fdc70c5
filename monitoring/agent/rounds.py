"""Probing: every cell once in a period, spread over it, so that a small machine has an even load."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from monitoring.agent.clock import Clock
from monitoring.probes import Target, probe

type Deliver = Callable[[dict[str, Any]], None]


class Rounds:
    """Runs the probes of one list until it is given another."""

    def __init__(self, clock: Clock, deliver: Deliver, ca_file: str | None) -> None:
        self._clock, self._deliver, self._ca_file = clock, deliver, ca_file
        self._tasks: list[asyncio.Task[None]] = []

    def follow(self, document: dict[str, Any]) -> None:
        """Probe by this list from now on."""
        self.stop()
        period = float(document.get("period") or 2.0)
        timeout = min(float(document.get("timeout") or 1.5), period)
        common = {"resolver": document.get("resolver"), "ca_file": self._ca_file, "timeout": timeout}
        common["patience"] = float(document.get("patience") or 0.0)
        targets = [Target.parse(entry, **common) for entry in document["probes"]]
        for place, target in enumerate(targets):
            phase = period * place / len(targets)
            self._tasks.append(asyncio.create_task(self._repeat(target, period, phase)))

    def stop(self) -> None:
        """Stop probing."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    async def _repeat(self, target: Target, period: float, phase: float) -> None:
        due = time.monotonic() + phase
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            at = self._clock.now()
            result = await probe(target)
            words = "" if result.ok else result.text
            seen = {"ok": result.ok, "stage": result.stage, "ms": result.ms, "text": words}
            self._deliver({"service": target.service, "at": round(at, 3), **seen})
            due += period * max(1.0, (time.monotonic() - due) // period)
