"""A host that must answer an echo request."""

import asyncio
import os
import socket
import struct

from monitoring.probes import Target, Trail
from monitoring.probes.dns import resolve

ECHO = {"4": (8, 0), "6": (128, 129)}
"""Types of echo request and reply in each IP family."""


async def run(target: Target, trail: Trail) -> str:
    """Send one echo request and wait for its reply."""
    address = (await resolve(target, trail))[0]
    trail.enter("icmp")
    loop, token = asyncio.get_running_loop(), os.urandom(16)
    request, reply = ECHO[trail.family]
    with _channel(trail.family) as channel:
        channel.setblocking(False)
        channel.connect((address, 0))
        channel.send(_echo(request, token))
        while not _is_reply(await loop.sock_recv(channel, 2048), reply, token):
            continue
    return f"{address} answers"


def _channel(family: str) -> socket.socket:
    """An unprivileged ping socket where the kernel allows it, else a raw one."""
    six = family == "6"
    net, protocol = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if six else (socket.AF_INET, socket.IPPROTO_ICMP)
    try:
        return socket.socket(net, socket.SOCK_DGRAM, protocol)
    except PermissionError:
        return socket.socket(net, socket.SOCK_RAW, protocol)


def _echo(request: int, token: bytes) -> bytes:
    """An echo request; over IPv6 the kernel puts in the checksum, which covers the addresses too."""
    number = int.from_bytes(token[:2])
    head = struct.pack("!BBHHH", request, 0, 0, number, 1)
    return struct.pack("!BBHHH", request, 0, _checksum(head + token), number, 1) + token


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _is_reply(packet: bytes, reply: int, token: bytes) -> bool:
    """Whether a packet answers ours; raw IPv4 sockets deliver the IP header (20 octets at least) as well."""
    start = (packet[0] & 0xF) * 4 if packet[:1] and packet[0] >> 4 == 4 else 0
    return packet[start : start + 1] == bytes([reply]) and token in packet[start + 8 :]
