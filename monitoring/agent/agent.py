"""The agent's life: fetch the list, probe, push what was seen, keep what could not be pushed."""

import asyncio
import json
import logging
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitoring.agent.clock import Clock
from monitoring.agent.door import Answer, Door
from monitoring.agent.rounds import Rounds
from monitoring.agent.spool import Spool

PROBES, RESULTS = "/api/v1/agent/probes", "/api/v1/agent/results"
BATCH = 1000
BATCHES_AT_ONCE = 3
SPOILT = frozenset({400, 413, 422})
"""Statuses that will be the same next time: such a batch is dropped, all others are kept."""

PAUSE_MOST = 600.0
"""Longest pause in seconds between two pushes or two looks at the list that a probe list may ask for."""

log = logging.getLogger("silesianet.agent")


@dataclass(frozen=True, slots=True)
class Orders:
    """What the agent was started with; times are seconds."""

    url: str
    token_file: Path
    spool: Path
    ca_file: Path | None = None
    refresh: float = 15.0
    push: float = 1.0
    patience: float = 1.0
    """Longest pause between two attempts to reach the platform."""

    def at_pace(self, document: dict[str, Any]) -> tuple[float, float]:
        """Pauses between pushes and between looks at the list: longer ones where the list asks for them."""
        wanted = (min(float(document.get(name) or 0.0), PAUSE_MOST) for name in ("push", "refresh"))
        push, refresh = wanted
        return max(self.push, push), max(self.refresh, refresh)


class Agent:
    """One agent for one site; which site is said by its token."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._clock = Clock()
        self._door = Door(orders.url, orders.token_file, orders.ca_file)
        self._spool = Spool(orders.spool)
        self._saved = orders.spool / "probes.json"
        ca_file = str(orders.ca_file) if orders.ca_file is not None else None
        self._pending: list[dict[str, Any]] = []
        self._rounds = Rounds(self._clock, self._take, ca_file)
        self._last: dict[str, bool] = {}
        self._news = asyncio.Event()
        self._pauses = orders.push, orders.refresh
        self._dropped, self._pushed = 0, 0.0
        self._following: dict[str, Any] | None = None
        self._etag: str | None = None
        self._connected: bool | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        if self._saved.exists():
            self._follow(self._saved.read_bytes())
        try:
            await self._exchange()
        finally:
            self._rounds.stop()
            if self._connected:
                await self._push()
            self._keep(self._pending)
            self._door.close()
            self._spool.close()

    def _stop(self) -> None:
        self._stopping.set()
        self._news.set()

    def _take(self, result: dict[str, Any]) -> None:
        """Keep a result until the next push; one unlike the one before is news, and not made to wait."""
        self._pending.append(result)
        if self._last.get(result["service"]) != result["ok"]:
            self._last[result["service"]] = result["ok"]
            self._news.set()

    async def _exchange(self) -> None:
        """Push and fetch in turn, over the one connection; after a failure with growing pauses."""
        failures, fetched = 0, -self._orders.refresh
        while not self._stopping.is_set():
            reached = await self._push()
            push, refresh = self._pauses
            if reached and time.monotonic() - fetched >= refresh and await self._fetch():
                fetched = time.monotonic()
            failures = 0 if reached else failures + 1
            growing = min(self._orders.patience, 0.125 * 2 ** min(failures, 10))
            await self._rest(self._orders.push if reached else growing, self._stopping)
            if reached and push > self._orders.push and not self._stopping.is_set():
                await self._rest(push - self._orders.push, self._news)

    async def _rest(self, seconds: float, until: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(seconds):
                await until.wait()
        except TimeoutError:
            return

    async def _fetch(self) -> bool:
        answer = await self._call("GET", PROBES, etag=self._etag)
        if answer is not None and answer.status == 200 and self._follow(answer.body):
            self._etag = answer.etag
            part = self._saved.with_suffix(".part")
            part.write_bytes(answer.body)
            part.replace(self._saved)
        return answer is not None and answer.status in (200, 304)

    def _follow(self, body: bytes) -> bool:
        """Take up a probe list; one that makes no sense changes nothing."""
        try:
            document = json.loads(body)
            if document != self._following:
                self._pauses = self._orders.at_pace(document)
                self._rounds.follow(document)
            self._following = document
        except (ValueError, KeyError, TypeError) as reason:
            log.warning("the probe list makes no sense: %s", reason)
            return False
        return True

    async def _push(self) -> bool:
        """Send what is new first, so that the platform is up to date at once, then some of what is old."""
        fresh, self._pending[:] = list(self._pending), []
        self._news.clear()
        if not await self._send(fresh):
            self._keep(fresh)
            return False
        for _ in range(BATCHES_AT_ONCE):
            if not self._spool.count or self._stopping.is_set():
                break
            mark, old = self._spool.oldest(BATCH)
            if not await self._send(old):
                return False
            self._spool.forget(mark)
        return True

    def _keep(self, results: list[dict[str, Any]]) -> None:
        try:
            if results:
                self._spool.add(results)
        except sqlite3.Error as reason:
            log.warning("%d results could not be kept: %s", len(results), reason)

    async def _send(self, results: list[dict[str, Any]]) -> bool:
        """Post results, none of them as a sign of life; true when they need not be kept."""
        document = {"results": results, "health": self._health()}
        body = json.dumps(document, separators=(",", ":")).encode()
        answer = await self._call("POST", RESULTS, body)
        if answer is not None and answer.status in SPOILT:
            log.warning("%d results were refused with status %d and are dropped", len(results), answer.status)
            self._dropped += len(results)
        elif answer is not None and answer.status < 300:
            self._pushed = self._clock.now()
        return answer is not None and (answer.status < 300 or answer.status in SPOILT)

    def _health(self) -> dict[str, Any]:
        """What the platform is told about this agent with every push; counts are since its start."""
        return {
            "version": _version(),
            "clock_offset": round(self._clock.offset, 3),
            "queue": self._spool.count + len(self._pending),
            "dropped": self._dropped + self._spool.dropped,
            "late": self._rounds.late,
            "last_push": round(self._pushed, 3) or None,
        }

    async def _call(self, method: str, path: str, body: bytes | None = None, etag: str | None = None) -> Answer | None:
        asked = time.monotonic()
        try:
            answer = await asyncio.to_thread(self._door.call, method, path, body, etag)
        except OSError as reason:
            self._tell(False, f"the platform cannot be reached: {reason}")
            return None
        self._clock.agree(answer.date, time.monotonic() - asked)
        self._tell(answer.status < 400, f"the platform answers with status {answer.status}")
        return answer

    def _tell(self, connected: bool, words: str) -> None:
        """Log when things change, not every second."""
        if connected != self._connected:
            self._connected = connected
            log.log(logging.INFO if connected else logging.WARNING, words)


def run(orders: Orders) -> None:
    """Run an agent to its end. OSError or ValueError when it cannot even start."""
    agent = Agent(orders)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(agent.run())


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop where it is installed: it takes less of a small machine."""
    if find_spec("uvloop") is None:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    return made


@cache
def _version() -> str:
    try:
        return version("silesianet")
    except PackageNotFoundError:
        return "unknown"
