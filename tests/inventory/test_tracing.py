"""A trace goes through panels to the other end, from both ends, and stops where nothing is plugged in."""

import pytest

from inventory.errors import UnknownObject
from inventory.model.network import Network
from inventory.tracing import far_end, trace
from tests.support.facts import edit, remove


def test_a_trace_passes_panels_both_ways(city: Network) -> None:
    there = trace(city, "core1:eth5")
    assert [hop.cable for hop in there] == ["patch-core1-eth5", "fibre-srodmiescie-dc-1", "patch-gw-dc-eth1"]
    back = trace(city, "gw-dc:eth1")
    assert [(hop.far, hop.near) for hop in reversed(back)] == [(hop.near, hop.far) for hop in there]
    assert (far_end(city, "core1:eth5"), far_end(city, "gw-dc:eth1")) == ("gw-dc:eth1", "core1:eth5")


def test_a_trace_stops_where_a_cable_is_missing(city: Network) -> None:
    open_end = remove(city, "cables", "patch-gw-dc-eth1")
    assert far_end(open_end, "core1:eth5") == "odf-dc:r1"
    assert trace(city, "core1:eth6") == ()


def test_a_ring_of_cables_ends(city: Network) -> None:
    ring = edit(remove(city, "cables", "patch-gw-dc-eth1"), "cables", "patch-core1-eth5", a="odf-dc:f1")
    assert [hop.cable for hop in trace(ring, "odf-dc:f1")] == ["patch-core1-eth5", "fibre-srodmiescie-dc-1"]


def test_an_unknown_port_is_named(city: Network) -> None:
    with pytest.raises(UnknownObject, match="there is no port core1:eth99"):
        trace(city, "core1:eth99")
