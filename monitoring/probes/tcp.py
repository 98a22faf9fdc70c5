"""A TCP port that must accept a connection."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from errno import EINPROGRESS

from monitoring.probes import Target, Trail
from monitoring.probes.dns import resolve


class Line:
    """A connected socket, in the clear or secured. Streams and transports of asyncio would cost twice the CPU time."""

    __slots__ = ("_loop", "channel")

    def __init__(self, channel: socket.socket) -> None:
        self._loop, self.channel = asyncio.get_running_loop(), channel

    async def send(self, data: bytes) -> None:
        """Send everything."""
        while data:
            data = data[await self.patiently(self.channel.send, data, writing=True) :]

    async def receive(self, most: int = 16384) -> bytes:
        """What comes next; nothing when the other side has hung up."""
        return await self.patiently(self.channel.recv, most)

    async def patiently[*Ts, T](self, act: Callable[[*Ts], T], *given: *Ts, writing: bool = False) -> T:
        """Do something with the socket, again and again until it need not wait for the other side."""
        while True:
            try:
                return act(*given)
            except (BlockingIOError, ssl.SSLWantReadError):
                await self.ready(writing)
            except ssl.SSLWantWriteError:
                await self.ready(writing=True)

    async def ready(self, writing: bool) -> None:
        """Wait until the socket can be read or written."""
        number, event = self.channel.fileno(), self._loop.create_future()
        add, remove = (
            (self._loop.add_writer, self._loop.remove_writer)
            if writing
            else (self._loop.add_reader, self._loop.remove_reader)
        )
        add(number, _happened, event)
        try:
            await event
        finally:
            remove(number)


def _happened(event: asyncio.Future[None]) -> None:
    if not event.done():
        event.set_result(None)


async def run(target: Target, trail: Trail) -> str:
    """Connect and hang up."""
    line, address = await connect(target, trail)
    line.channel.close()
    return f"connected to {address} port {target.port}"


async def connect(target: Target, trail: Trail) -> tuple[Line, str]:
    """Resolve the name and connect to the first address found, which is returned too."""
    address = (await resolve(target, trail))[0]
    trail.enter("tcp")
    channel = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        channel.setblocking(False)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(channel)
        failed = channel.connect_ex((address, target.port))
        if failed == EINPROGRESS:
            await line.ready(writing=True)
            failed = channel.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))
    except BaseException:
        channel.close()
        raise
    return line, address
