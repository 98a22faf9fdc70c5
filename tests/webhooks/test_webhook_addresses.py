"""Where webhooks may lead, and the other small parts: backing off, the wire, what a difference means."""

import ipaddress

import pytest

from api.roles import Role
from api.webhooks.destination import Forbidden, blocks, check, resolve
from api.webhooks.event import Topic, signature
from api.webhooks.happenings import differences
from api.webhooks.office import opened
from api.webhooks.worker import Pace
from inventory.errors import BadInput
from tests.support.api import SETTINGS, House

CITY = blocks("10.20.0.0/16, fd00::/8")


@pytest.mark.parametrize(
    ("scheme", "address", "allowed", "fine"),
    [
        ("https", "203.0.113.9", (), True),
        ("https", "10.1.2.3", (), True),
        ("http", "127.0.0.1", (), True),
        ("http", "::1", (), True),
        ("http", "10.1.2.3", (), False),
        ("http", "203.0.113.9", (), False),
        ("https", "169.254.169.254", (), False),
        ("https", "::ffff:169.254.169.254", (), False),
        ("https", "fe80::1", (), False),
        ("https", "0.0.0.0", (), False),
        ("https", "224.0.0.1", (), False),
        ("http", "10.20.3.4", CITY, True),
        ("https", "fd00::5", CITY, True),
        ("http", "::ffff:10.20.3.4", CITY, True),
        ("http", "127.0.0.1", CITY, False),
        ("https", "203.0.113.9", CITY, False),
    ],
)
def test_where_webhooks_may_lead(scheme: str, address: str, allowed: tuple[object, ...], fine: bool) -> None:
    try:
        check(scheme, ipaddress.ip_address(address), allowed)  # type: ignore[arg-type]
    except Forbidden:
        assert not fine
    else:
        assert fine


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "http:///x",
        "127.0.0.1",
        "http://user:pw@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\n",
        "http://no-such-host.invalid/",
        "http://127.0.0.1/ż",
    ],
)
def test_what_is_no_address_is_refused(house: House, url: str) -> None:
    with pytest.raises(BadInput):
        resolve(url, ())
    answer = house.client(Role.ADMIN).post("/api/v1/webhooks", json={"url": url, "events": ["alert"]})
    assert answer.status_code == 422
    assert house.client(Role.ADMIN).get("/api/v1/webhooks").json()["count"] == 0


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    place = resolve("http://localhost:8080/hook?x=1#y", ())
    assert place.direct_url in ("http://127.0.0.1:8080/hook?x=1", "http://[::1]:8080/hook?x=1")


def test_a_setting_that_is_no_network_is_refused() -> None:
    with pytest.raises(BadInput, match="SILESIANET_WEBHOOK_NETWORKS"):
        blocks("10.0.0.0/33")


def test_waiting_doubles_up_to_a_limit_and_is_spread(house: House) -> None:
    office = opened(house.context, house.app.state.watch, SETTINGS, Pace(first=1.0, longest=60.0))
    waits = [office.worker.backoff(n, lambda low, high: 1.0) for n in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert 0.5 <= office.worker.backoff(1) <= 1.5
    assert office.worker.backoff(10**6) <= 90


def test_the_signature_is_the_documented_one() -> None:
    """What ``printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret`` prints."""
    wanted = "49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
    assert signature(b"secret", "1700000000", b'{"a":1}') == f"v1={wanted}"


def test_what_differences_mean() -> None:
    cell = {"site": "a", "service": "wbo", "verdict": "lost"}
    (lost,) = differences(Topic.MATRIX, {}, {"a/wbo": cell})
    assert (lost.data["lost"], lost.data["back"]) == ([cell], [])
    (back,) = differences(Topic.MATRIX, {"a/wbo": cell}, {})
    assert back.data["back"] == [{"site": "a", "service": "wbo"}]
    assert not list(differences(Topic.MATRIX, {"a/wbo": cell}, {"a/wbo": cell | {"since": "later"}}))
    (moved, begun) = differences(Topic.CHANGE, {"1": "applying"}, {"2": "planned", "1": "confirmed"})
    assert (moved.data, begun.data["state"]) == ({"change": "1", "state": "confirmed", "before": "applying"}, "planned")
    (over,) = differences(Topic.ALERT, {"f": {"status": "firing"}}, {})
    assert over.data == {"status": "resolved"}
