"""Simulated devices served from a thread of this process, with the keys to log in: for tests and small uses."""

import asyncio
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lab.simulators.device import Faults, Simulated
from lab.simulators.keys import client_key
from lab.simulators.server import Credentials, Place, Server

WAIT_SECONDS = 10
USER, PASSWORD = "silesianet", "correct-horse"


class Served:
    """Running devices: where they listen and how to log in. Its methods may be called from any thread."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        self._server, self._loop = server, loop
        self.devices = server.devices
        self.key_file, self.known_hosts = folder / "key", folder / "known_hosts"
        self.user, self.password = USER, PASSWORD

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """Address and SSH port by device."""
        return {name: (place.address, place.port) for name, place in self._server.places.items()}

    def place(self, name: str) -> Place:
        """Address, SSH port and further ports of a device."""
        return self._server.places[name]

    def do[T](self, work: Callable[[], T]) -> T:
        """Something done in the devices' own loop, as everything that touches them has to be."""

        async def run() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(WAIT_SECONDS)

    def faults(self, name: str, **faults: Any) -> None:
        """Let a device misbehave; without faults it is well again."""

        def set_faults() -> None:
            self.devices[name].faults = Faults(**faults)

        self.do(set_faults)

    def running(self, name: str) -> str:
        """The running configuration of a device."""
        return self.do(self.devices[name].running)

    def reboot(self, name: str) -> None:
        """A power cut."""
        self.do(lambda: self._server.reboot(name))

    def hang_up(self, name: str) -> None:
        """End the sessions of a device."""
        self.do(lambda: self._server.hang_up(name))

    def change_key(self, name: str) -> None:
        """Another host key than the pinned one."""
        self.do(lambda: self._server.change_key(name))


@contextmanager
def served(devices: Iterable[Simulated]) -> Iterator[Served]:
    """Devices on ports of their own, until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulated devices", daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory() as folder:
        private, public = client_key()
        server = Server(Credentials((public,), USER, PASSWORD), os.urandom(32))
        running = Served(server, loop, Path(folder))

        async def listen() -> None:
            for device in devices:
                await server.listen(device)

        try:
            asyncio.run_coroutine_threadsafe(listen(), loop).result(WAIT_SECONDS)
            running.key_file.write_bytes(private)
            running.key_file.chmod(0o600)
            running.known_hosts.write_text(server.known_hosts())
            yield running
        finally:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(WAIT_SECONDS)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(WAIT_SECONDS)
            loop.close()
