"""The stand-in answers as the inventory promises."""

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
