"""Tells open pages what changed: one look a second shared by all, bounded queues, ``resync`` where one may have missed.

A page is drawn before it listens. What changed in between no event would tell, so every stream begins with ``resync``,
sent once there is a state to compare with.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool

log = logging.getLogger(__name__)

QUEUE_LENGTH = 16
HEARTBEAT_SECONDS = 15.0
RESYNC = b"event: resync\ndata: {}\n\n"

type Snapshot = Mapping[str, Any]
"""State of each topic, comparable: ``{"matrix": …, "change": …, "alert": …}``."""

type Look = Callable[[], Snapshot]
type Difference = Callable[[str, Any, Any], Any]


@dataclass(eq=False)
class Subscriber:
    """One open page."""

    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))

    def offer(self, message: bytes) -> None:
        """Hand over a message; a page that does not keep up loses its backlog and is told to start afresh."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            message = RESYNC
        self.queue.put_nowait(message)


class EventHub:
    """Looks at the state once per period while anybody listens, and publishes what differs."""

    def __init__(self, look: Look, difference: Difference, period: float = 1.0) -> None:
        self._look, self._difference, self._period = look, difference, period
        self._subscribers: set[Subscriber] = set()
        self._wanted = asyncio.Event()
        self._stopping = asyncio.Event()
        self._last: Snapshot | None = None

    async def run(self) -> None:
        """Publish until stopped."""
        while not self._stopping.is_set():
            await self._wanted.wait()
            if self._stopping.is_set():
                return
            try:
                await self._step()
            except Exception:  # a busy database must not end the stream; the next look tells what was missed
                log.exception("looking for changes failed")
            try:
                await asyncio.wait_for(self._stopping.wait(), self._period)
            except TimeoutError:
                continue

    async def _step(self) -> None:
        now = await run_in_threadpool(self._look)
        before, self._last = self._last, now
        if before is None:
            self._tell(RESYNC)
            return
        for topic, state in now.items():
            if state != before.get(topic):
                self.publish(topic, self._difference(topic, before.get(topic), state))

    def publish(self, topic: str, content: Any) -> None:
        """Send one event to everybody."""
        self._tell(b"event: %s\ndata: %s\n\n" % (topic.encode(), orjson.dumps(content)))

    def _tell(self, message: bytes) -> None:
        for subscriber in self._subscribers:
            subscriber.offer(message)

    def stop(self) -> None:
        """End the loop and every open stream."""
        self._stopping.set()
        self._wanted.set()

    @asynccontextmanager
    async def subscription(self) -> AsyncIterator[Subscriber]:
        """Register a page while it is open; the last one to leave stops the looking."""
        subscriber = Subscriber()
        if self._last is not None:
            subscriber.offer(RESYNC)
        self._subscribers.add(subscriber)
        self._wanted.set()
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)
            if not self._subscribers and not self._stopping.is_set():
                self._wanted.clear()
                self._last = None

    async def stream(self, *, contents: bool = True) -> AsyncGenerator[bytes]:
        """The events of one page as ``text/event-stream``; without contents each only says that something changed."""
        async with self.subscription() as subscriber:
            yield b"retry: 2000\n\n"
            while not self._stopping.is_set():
                try:
                    message = await asyncio.wait_for(self._next(subscriber), HEARTBEAT_SECONDS)
                    yield message if contents or not message.startswith(b"event:") else RESYNC
                except TimeoutError:
                    yield b": still here\n\n"

    async def _next(self, subscriber: Subscriber) -> bytes:
        getting = asyncio.ensure_future(subscriber.queue.get())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({getting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else b": closing\n\n"
        finally:
            getting.cancel()
            stopping.cancel()
