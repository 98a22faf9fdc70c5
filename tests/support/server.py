"""A real server on loopback, in a thread of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from api.events import EventHub
from tests.support.api import House


class Agents:
    """The site agents of a house: they report again and again what is true according to the test."""

    def __init__(self, house: House, period: float = 1.0) -> None:
        self._house, self._period = house, period
        self._down: tuple[str, ...] = ()
        self._also: frozenset[tuple[str, str]] = frozenset()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._main, daemon=True)

    def see(self, down: tuple[str, ...] = (), also: frozenset[tuple[str, str]] = frozenset()) -> None:
        """From now on these elements are down, and these cells work regardless."""
        self._down, self._also = down, also
        self._house.observe(down, also)

    def start(self) -> None:
        """Start reporting."""
        self.see()
        self._thread.start()

    def stop(self) -> None:
        """Stop reporting."""
        self._stopping.set()
        self._thread.join(10)

    def _main(self) -> None:
        while not self._stopping.wait(self._period):
            self._house.observe(self._down, self._also)


@dataclass(frozen=True)
class Served:
    """A house at an address, with its agents."""

    house: House
    url: str
    agents: Agents


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        hub: EventHub = app.state.hub
        hub.stop()
        server.should_exit = True
        thread.join(10)
