"""The stand-in answers as the inventory promises."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from lab import stand_in

WBO: dict[str, Any] = {
    "slug": "wbo", "name": "wbo.example", "addresses": ["10.0.0.1", "fd00::1"], "port": 443, "tls": True,
    "path": "/status", "status": 203, "text": "Zażółć",
}  # fmt: skip
MSIP = WBO | {"slug": "msip", "name": "msip.example"}


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"GET /status HTTP/1.1\r\nHost: wbo.example\r\n\r\n", b"203"),
        (b"GET /status?x=1 HTTP/1.1\r\nHost: wbo.example:443\r\n\r\n", b"203"),
        (b"GET / HTTP/1.1\r\nHost: wbo.example\r\n\r\n", b"404"),
        (b"GET /status HTTP/1.1\r\nHost: other.example\r\n\r\n", b"421"),
        (b"nonsense\r\n\r\n", b"421"),
    ],
)
def test_answers(request_head: bytes, status: bytes) -> None:
    answer = stand_in.answer(request_head, {"wbo.example": WBO, "msip.example": MSIP})
    assert answer.startswith(b"HTTP/1.1 " + status)
    if status == b"203":
        assert "Zażółć".encode() in answer
        head, _, body = answer.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head


def test_a_stopped_service_leaves_its_port_only_to_others() -> None:
    both = stand_in.places([WBO, MSIP], set())
    assert set(both) == {("10.0.0.1", 443, True), ("fd00::1", 443, True)}
    assert set(stand_in.places([WBO, MSIP], {"wbo"})[("10.0.0.1", 443, True)]) == {"msip.example"}
    assert stand_in.places([WBO], {"wbo"}) == {}


def case(slug: str, port: int, *needs: dict[str, Any]) -> dict[str, Any]:
    """A service in the clear on this machine."""
    place = {"slug": slug, "name": f"{slug}.example", "addresses": ["127.0.0.1"], "port": port, "tls": False}
    return {**place, "path": "/", "status": 200, "text": slug, "needs": list(needs)}


def statuses(services: list[dict[str, Any]], asked: int, stops: set[str], folder: Path) -> tuple[int, int]:
    """Status of a service with everything running, and once some have stopped."""

    async def status() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", asked)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        words = (await reader.readline()).split()
        writer.close()
        return int(words[1])

    async def both() -> tuple[int, int]:
        site = stand_in.StandIn({"services": services, "stopped": str(folder / "stopped")})
        await site.apply(set())
        before = await status()
        await site.apply(stops)
        await asyncio.sleep(stand_in.REMEMBERED_SECONDS)
        after = await status()
        await site.apply({s["slug"] for s in services})
        return before, after

    return asyncio.run(both())


def ports(count: int) -> list[int]:
    """Ports nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


def test_a_service_that_lacks_what_it_needs_says_so(tmp_path: Path) -> None:
    """Over the network, also for what is needed by what it needs."""
    first, second, third = ports(3)
    records = case("records", third)
    bus = case("bus", second, records)
    services = [case("status", first, bus), bus, records]
    assert statuses(services, first, {"records"}, tmp_path) == (200, 503)
    assert statuses(services, second, {"status"}, tmp_path) == (200, 200)


def test_services_that_need_each_other_end_the_circle(tmp_path: Path) -> None:
    one, other = ports(2)
    egg, hen = case("egg", one), case("hen", other)
    services = [egg | {"needs": [hen]}, hen | {"needs": [egg]}]
    assert statuses(services, one, {"hen"}, tmp_path) == (200, 503)
