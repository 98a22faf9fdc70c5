"""A TCP port that must accept a connection."""

import asyncio
import socket

from monitoring.probes import Target, Trail
from monitoring.probes.dns import resolve


async def run(target: Target, trail: Trail) -> str:
    """Connect and hang up."""
    with await connect(target, trail) as channel:
        return f"connected to {channel.getpeername()[0]} port {target.port}"


async def connect(target: Target, trail: Trail) -> socket.socket:
    """Resolve the name and connect to the first address found."""
    address = (await resolve(target, trail))[0]
    trail.enter("tcp")
    channel = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        channel.setblocking(False)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(channel, (address, target.port))
    except BaseException:
        channel.close()
        raise
    return channel
