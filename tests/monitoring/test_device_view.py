"""Probes on devices: the very command line run here against loopback, what is read from it, and where it is kept."""

import socket
import subprocess
from ipaddress import IPv4Address, IPv6Address

import pytest
from sqlalchemy import Engine

from inventory.errors import RefusedRequest
from inventory.model.device import Device, Role
from inventory.model.service import Protocol, Service
from monitoring.device_view import answer, question
from monitoring.observation import Observation
from monitoring.observations import ObservationStore
from monitoring.views import Vantage, ViewStore
from tests.support.small_network import lan, router, service

ROUTER = router("gw", Role.SITE, "one", lan("lan0", "127.0.0.1/8"))


def asked(device: Device, wanted: Service) -> Observation:
    """What comes out when the command line is run on this machine."""
    done = subprocess.run(
        ["bash", "-c", question(device, wanted)], capture_output=True, text=True, check=False, timeout=20
    )
    return answer(wanted, done.stdout + done.stderr, 5.0)


def test_a_port_that_accepts_and_one_that_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen = asked(ROUTER, service("wbo", "srv", "127.0.0.1", port=listener.getsockname()[1]))
        assert (seen.ok, seen.stage, seen.families, seen.text) == (True, None, {"4": "ok"}, "")
        assert seen.ms is not None
    seen = asked(ROUTER, service("wbo", "srv", "127.0.0.1", port=1))
    assert (seen.ok, seen.stage, seen.families) == (False, "tcp", {"4": "tcp"})


def test_a_host_that_answers_echo_requests() -> None:
    seen = asked(ROUTER, service("dns", "srv", "127.0.0.2", protocol=Protocol.DNS))
    assert (seen.ok, seen.families) == (True, {"4": "ok"})


def test_both_families_are_tried_where_there_is_no_lan() -> None:
    both = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
    plain = service("wbo", "srv", "127.0.0.1", port=1)
    wanted = plain.model_copy(update={"endpoint": plain.endpoint.model_copy(update={"addresses": both})})
    assert asked(router("core", Role.CORE, "hub"), wanted).families == {"4": "tcp", "6": "tcp"}


def test_a_device_without_an_address_of_the_family_is_refused() -> None:
    six = service("wbo", "srv", "127.0.0.1")
    six = six.model_copy(update={"endpoint": six.endpoint.model_copy(update={"addresses": (IPv6Address("::1"),)})})
    with pytest.raises(RefusedRequest, match="no address to probe from"):
        question(ROUTER, six)


def test_words_of_an_unwilling_device_are_a_fault_of_the_probe() -> None:
    seen = answer(service("wbo", "srv", "127.0.0.1"), "% Unknown command: echo", 5.0)
    assert (seen.ok, seen.stage) == (False, None)
    assert "Unknown command" in seen.text


def test_views_are_kept_apart_from_what_sites_see(engine: Engine) -> None:
    views, observations = ViewStore(engine), ObservationStore(engine)
    views.add(Vantage.POP, "noc", [Observation("wbo", 1.0, False, "tcp"), Observation("wbo", 2.0, True)])
    views.add(Vantage.DEVICE, "gw-one", [Observation("wbo", 3.0, False, "tcp", None, "no answer", {"4": "tcp"})])
    found = [view.document() for view in views.all()]
    assert [(v["kind"], v["vantage"], v["ok"], v["families"]) for v in found] == [
        ("device", "gw-one", False, {"4": "tcp"}),
        ("pop", "noc", True, {}),
    ]
    assert observations.latest() == {} and observations.heartbeats() == {}, "a view never confirms a site"
    with pytest.raises(ValueError, match="observations"):
        views.add(Vantage.SITE, "one", [])
