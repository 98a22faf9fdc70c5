"""A host that must answer an echo request."""

import asyncio
import os
import socket
import struct

from monitoring.probes import Target, Trail
from monitoring.probes.dns import resolve

ECHO_REQUEST, ECHO_REPLY = 8, 0


async def run(target: Target, trail: Trail) -> str:
    """Send one echo request and wait for its reply (IPv4)."""
    address = (await resolve(target, trail))[0]
    trail.enter("icmp")
    loop, token = asyncio.get_running_loop(), os.urandom(16)
    with _channel() as channel:
        channel.setblocking(False)
        channel.connect((address, 0))
        await loop.sock_sendall(channel, _echo(token))
        while not _is_reply(await loop.sock_recv(channel, 2048), token):
            continue
    return f"{address} answers"


def _channel() -> socket.socket:
    """An unprivileged ping socket where the kernel allows it, else a raw one."""
    try:
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    except PermissionError:
        return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def _echo(token: bytes) -> bytes:
    number = int.from_bytes(token[:2])
    head = struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, number, 1)
    return struct.pack("!BBHHH", ECHO_REQUEST, 0, _checksum(head + token), number, 1) + token


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _is_reply(packet: bytes, token: bytes) -> bool:
    """Whether a packet answers ours; raw sockets deliver the IP header (20 octets at least) as well."""
    start = (packet[0] & 0xF) * 4 if packet[:1] and packet[0] >> 4 == 4 else 0
    return packet[start : start + 1] == bytes([ECHO_REPLY]) and token in packet[start + 8 :]
