"""Name resolution: an A or AAAA query over UDP to the resolver, by our own stub so that failures are told apart."""

import asyncio
import secrets
import socket
import struct
from ipaddress import IPv6Address

from monitoring.probes import Target, Trail, WrongAnswer

CODES = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
TYPES, CLASS_IN = {"4": (1, 4), "6": (28, 16)}, 1
"""Of each IP family the type of its record (A, AAAA) and the octets of an address."""
RETRY_SECONDS = 0.5
ELSEWHERE = "resolves to"
"""In the words of a failure: the name works, and leads to another address than the inventory says."""


async def run(target: Target, trail: Trail) -> str:
    """Resolve the name; one of the expected addresses must be in the answer."""
    addresses = await resolve(target, trail)
    return f"{target.name} is {', '.join(addresses)}"


async def resolve(target: Target, trail: Trail) -> list[str]:
    """Addresses of the target's name in the family tried; without a resolver those of the probe list are taken."""
    trail.enter("dns")
    expected = target.at(trail.family)
    if not target.name_servers:
        if not expected:
            raise WrongAnswer("the probe list gives neither a resolver nor an address")
        return expected
    found = await _ask(target, trail.family)
    if expected and set(expected).isdisjoint(found):
        raise WrongAnswer(f"{target.name} {ELSEWHERE} {', '.join(found)} instead of {', '.join(sorted(expected))}")
    return found


async def _ask(target: Target, family: str) -> list[str]:
    """Ask one address of the resolver after the other, and again; the caller's timeout ends it."""
    number = secrets.randbelow(65536)
    question, servers, refused = query(number, target.name, family), target.name_servers, 0
    while True:
        for server in servers:
            try:
                async with asyncio.timeout(RETRY_SECONDS):
                    return answers(await _reply(server, target.resolver_port, question), target.name, family)
            except TimeoutError:
                refused = 0
            except OSError:
                refused += 1
                if refused == len(servers):
                    raise


async def _reply(server: str, port: int, question: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        channel.connect((server, port))
        channel.send(question)
        while (reply := await loop.sock_recv(channel, 4096))[:2] != question[:2]:
            continue
        return reply


def query(number: int, name: str, family: str = "4") -> bytes:
    """A DNS message that asks for the addresses of a name in one IP family."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.rstrip(".").split("."))
    kind, _ = TYPES[family]
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, CLASS_IN)


def answers(reply: bytes, name: str, family: str = "4") -> list[str]:
    """The addresses in a DNS reply; WrongAnswer when it holds none."""
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
            if cls == CLASS_IN and (kind, length) == TYPES[family]:
                found.append(_text(reply[at : at + length]))
            at += length
    except (struct.error, IndexError, ValueError):
        raise WrongAnswer(f"resolver sends a malformed answer for {name}") from None
    if not found:
        raise WrongAnswer(f"resolver knows no address of {name} in IPv{family}")
    return found


def _text(octets: bytes) -> str:
    return str(IPv6Address(octets)) if len(octets) == 16 else socket.inet_ntop(socket.AF_INET, octets)


def _after_name(message: bytes, at: int) -> int:
    while (length := message[at]) != 0:
        if length >= 0xC0:
            return at + 2
        at += length + 1
    return at + 1
