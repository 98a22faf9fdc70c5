"""Name resolution: an A query over UDP to the configured resolver, by our own stub so that failures are told apart."""

import asyncio
import secrets
import socket
import struct
from ipaddress import IPv4Address

from monitoring.probes import Target, Trail, WrongAnswer

CODES = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
TYPE_A, CLASS_IN = 1, 1
RETRY_SECONDS = 0.5


async def run(target: Target, trail: Trail) -> str:
    """Resolve the name; one of the expected addresses must be in the answer."""
    addresses = await resolve(target, trail)
    return f"{target.name} is {', '.join(addresses)}"


async def resolve(target: Target, trail: Trail) -> list[str]:
    """Addresses of the target's name; without a resolver the addresses of the probe list are taken."""
    trail.enter("dns")
    if target.resolver is None:
        if not target.addresses:
            raise WrongAnswer("the probe list gives neither a resolver nor an address")
        return list(target.addresses)
    found = await _ask(target.resolver, target.resolver_port, target.name)
    expected = {a for a in target.addresses if ":" not in a}
    if expected and expected.isdisjoint(found):
        raise WrongAnswer(f"{target.name} resolves to {', '.join(found)} instead of {', '.join(sorted(expected))}")
    return found


async def _ask(resolver: str, port: int, name: str) -> list[str]:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        channel.connect((resolver, port))
        number = secrets.randbelow(65536)
        while True:  # the caller's timeout ends it
            await loop.sock_sendall(channel, query(number, name))
            try:
                async with asyncio.timeout(RETRY_SECONDS):
                    while (reply := await loop.sock_recv(channel, 4096))[:2] != number.to_bytes(2):
                        continue
            except TimeoutError:
                continue
            return answers(reply, name)


def query(number: int, name: str) -> bytes:
    """A DNS message that asks for the A records of a name."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.rstrip(".").split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", TYPE_A, CLASS_IN)


def answers(reply: bytes, name: str) -> list[str]:
    """The A records of a DNS reply; WrongAnswer when it holds none."""
    try:
        _, flags, questions, records, _, _ = struct.unpack_from("!6H", reply)
        if code := flags & 0xF:
            raise WrongAnswer(f"resolver answers {CODES.get(code, f'code {code}')} for {name}")
        found, at = [], 12
        for _ in range(questions):
            at = _after_name(reply, at) + 4
        for _ in range(records):
            at = _after_name(reply, at)
            kind, cls, _, length = struct.unpack_from("!HHIH", reply, at)
            at += 10
            if (kind, cls, length) == (TYPE_A, CLASS_IN, 4):
                found.append(str(IPv4Address(reply[at : at + 4])))
            at += length
    except (struct.error, IndexError, ValueError):
        raise WrongAnswer(f"resolver sends a malformed answer for {name}") from None
    if not found:
        raise WrongAnswer(f"resolver knows no address of {name}")
    return found


def _after_name(message: bytes, at: int) -> int:
    while (length := message[at]) != 0:
        if length >= 0xC0:
            return at + 2
        at += length + 1
    return at + 1
