"""A TCP port that must accept a connection."""

import asyncio
import os
import socket
from errno import EINPROGRESS

from monitoring.probes import Target, Trail
from monitoring.probes.dns import resolve


class Line:
    """A connection. Streams and transports of asyncio would cost twice the CPU time."""

    __slots__ = ("_arrived", "_loop", "_watched", "channel")

    def __init__(self, channel: socket.socket) -> None:
        self._loop, self.channel = asyncio.get_running_loop(), channel
        self._arrived: asyncio.Future[None] | None = None
        self._watched = False

    async def connect(self, address: str, port: int) -> None:
        """Be accepted at an address."""
        failed = self.channel.connect_ex((address, port))
        if failed == EINPROGRESS:
            await self._writable()
            failed = self.channel.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))

    async def send(self, data: bytes) -> None:
        """Send everything."""
        while data:
            try:
                data = data[self.channel.send(data) :]
            except BlockingIOError:
                await self._writable()

    async def receive(self, most: int = 65536) -> bytes:
        """What comes next; nothing when the other side has hung up."""
        while True:
            try:
                return self.channel.recv(most)
            except BlockingIOError:
                await self._readable()

    def close(self) -> None:
        """Hang up without waiting for the farewell of the other side."""
        if self._watched:
            self._loop.remove_reader(self.channel.fileno())
            self._watched = False
        self.channel.close()

    async def _readable(self) -> None:
        self._arrived = self._loop.create_future()
        if not self._watched:  # once for all reads: to begin and end a watch costs more than the reads
            self._loop.add_reader(self.channel.fileno(), self._arrive)
            self._watched = True
        await self._arrived

    def _arrive(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    async def _writable(self) -> None:
        number, event = self.channel.fileno(), self._loop.create_future()
        self._loop.add_writer(number, _happened, event)
        try:
            await event
        finally:
            self._loop.remove_writer(number)


def _happened(event: asyncio.Future[None]) -> None:
    if not event.done():
        event.set_result(None)


async def run(target: Target, trail: Trail) -> str:
    """Connect and hang up."""
    line, address = await connect(target, trail)
    line.close()
    return f"connected to {address} port {target.port}"


async def connect(target: Target, trail: Trail) -> tuple[Line, str]:
    """Resolve the name and connect to the first address found, which is returned too."""
    address = (await resolve(target, trail))[0]
    trail.enter("tcp")
    channel = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    line = Line(channel)
    try:
        channel.setblocking(False)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await line.connect(address, target.port)
    except BaseException:
        line.close()
        raise
    return line, address
