"""A change in NetBox is here within five seconds; a webhook that was lost only makes it later."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from api.netbox_feed import follow_until
from inventory.database.revision import Asked
from inventory.day import day_at
from inventory.errors import Unreachable
from inventory.settings import NetboxSettings
from inventory.sources.netbox.following import Following
from inventory.sources.netbox.models import MODELS
from tests.support.netbox_side import Side
from tests.support.process import served_apart

pytestmark = pytest.mark.netbox
SECRET = "a secret of both sides"
SOON, READY = 5.0, 60.0
"""Seconds a change may take, and until both sides are at work."""


def serial_of(side: Side, device: str) -> str | None:
    return side.context.inventory.network().device[device].serial


def within(seconds: float, condition: Callable[[], bool]) -> float:
    """Wait until something holds; returns how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.fixture
def address(side: Side) -> Iterator[str]:
    """Our server, which follows NetBox and looks by itself only once an hour."""
    called = {"SILESIANET_NETBOX_WEBHOOK_SECRET": SECRET, "SILESIANET_NETBOX_POLL_SECONDS": "3600"}
    with served_apart(side.home, {**side.settings, **called}) as url:
        yield url


def hook(side: Side, url: str, secret: str = SECRET) -> Any:
    """Have NetBox call us when a device changes, as its administrator would."""
    theirs = side.theirs
    webhook = theirs.extras.webhooks.create(
        name=f"SilesiaNet {secret}", payload_url=f"{url}/api/v1/netbox/webhook", http_method="POST", secret=secret
    )
    return theirs.extras.event_rules.create(
        name=f"SilesiaNet {secret}", object_types=["dcim.device", "dcim.site"], enabled=True,
        event_types=["object_created", "object_updated", "object_deleted"],
        action_type="webhook", action_object_type="extras.webhook", action_object_id=webhook.id,
    )  # fmt: skip


def until_followed(side: Side) -> None:
    """Wait until our server has read everything once: what follows is changes."""
    side.theirs.dcim.devices.get(name="core1").update({"serial": "FIRST"})
    within(READY, lambda: serial_of(side, "core1") == "FIRST")


def test_a_change_is_here_within_five_seconds(side: Side, address: str) -> None:
    rule = hook(side, address)
    core = side.theirs.dcim.devices.get(name="core1")
    until_followed(side)
    for serial in ("HOOK-1", "HOOK-2"):
        core.update({"serial": serial})
        within(SOON, lambda expected=serial: serial_of(side, "core1") == expected)  # type: ignore[misc]
    entry = side.context.inventory.history(Asked("devices", "core1"), 1)[0]
    assert entry.revision.who == "netbox" and entry.revision.why.startswith("change log of NetBox up to ")
    rule.update({"enabled": False})
    core.update({"serial": "NOBODY-CALLED"})
    time.sleep(1)
    assert serial_of(side, "core1") == "HOOK-2"
    rule.update({"enabled": True})
    side.theirs.dcim.sites.get(slug="dc").update({"facility": "calls"})
    within(SOON, lambda: serial_of(side, "core1") == "NOBODY-CALLED")


@pytest.fixture
def following(side: Side) -> Iterator[list[str]]:
    """Somebody who follows without any webhook, looking every second; gives what he says."""
    said, stopping = list[str](), threading.Event()
    given = {"url": side.netbox.url, "token": side.netbox.token, "poll_seconds": 1}
    settings = NetboxSettings.model_validate(given)
    thread = threading.Thread(target=lambda: follow_until(side.context, settings, stopping, said.append), daemon=True)
    thread.start()
    yield said
    stopping.set()
    thread.join(20)
    assert not thread.is_alive()


def test_the_change_log_is_enough(side: Side, following: list[str]) -> None:
    """No webhook at all; what we write ourselves does not come back."""
    theirs = side.theirs
    theirs.dcim.devices.get(name="core1").update({"serial": "FEED-1"})
    within(SOON, lambda: serial_of(side, "core1") == "FEED-1")
    theirs.dcim.cables.get(label="P-002").delete()
    within(SOON, lambda: any("cable:patch-gw-dc-eth1 is gone from NetBox and kept here" in line for line in following))
    revision = side.context.inventory.revision()
    exchange = side.exchange()
    exchange.push(exchange.preview_push())
    time.sleep(2)
    assert side.context.inventory.revision() == revision


def test_our_own_writes_are_known_by_their_requests(side: Side) -> None:
    exchange = side.exchange()
    assert exchange.expected() is None
    assert exchange.expected(full=True) == sum(1 for path in MODELS for _ in side.mirror.rows(path))
    exchange.read()
    network = side.context.inventory.network()
    changed = network.site["dc"].model_copy(update={"people_served": 3})
    others = tuple(changed if s.slug == "dc" else s for s in network.sites)
    side.context.inventory.write(network.model_copy(update={"sites": others}), "tests", "a count")
    exchange.push(exchange.preview_push())
    side.theirs.dcim.devices.get(name="core1").update({"serial": "FOREIGN"})
    assert exchange.read_changes() == 1


def test_a_look_that_failed_is_made_again_soon(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call that asked for it was heard and does not come twice."""
    exchange, said = side.exchange(), list[str]()
    settings = NetboxSettings.model_validate({"url": side.netbox.url, "token": side.netbox.token, "poll_seconds": 3600})
    following = Following(exchange, side.mirror, settings, day_at, said.append)
    assert following.look() and not following.is_time()
    side.mirror.wake()
    with monkeypatch.context() as broken:
        broken.setattr(exchange, "read_changes", Mock(side_effect=Unreachable("NetBox does not answer")))
        assert following.is_time() and not following.look() and not following.is_time()
    within(SOON, following.is_time)
    assert following.look() and said == ["NetBox does not answer"]


def test_a_netbox_that_comes_up_later_is_waited_for(side: Side) -> None:
    said, stopping = list[str](), threading.Event()
    nowhere = NetboxSettings.model_validate({"url": "http://127.0.0.1:9", "token": "t", "poll_seconds": 0.1})
    thread = threading.Thread(target=lambda: follow_until(side.context, nowhere, stopping, said.append), daemon=True)
    thread.start()
    within(SOON, lambda: len(said) == 1)
    time.sleep(0.5)
    stopping.set()
    thread.join(10)
    assert not thread.is_alive() and len(said) == 1 and "NetBox does not answer" in said[0]
