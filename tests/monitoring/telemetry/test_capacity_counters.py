"""Volumes from counters: wraps, restarts and gaps never become traffic."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.capacity.counters import Counters, Volume, delta
from monitoring.capacity.slots import split
from monitoring.snmp.sample import InterfaceSample, Sample


def sample(at: float, octets: int | None, uptime: float, index: int = 1) -> Sample:
    interface = InterfaceSample(index, "eth1", None, "up", "up", 10**9, octets, octets)
    return Sample("d", at, 0, uptime, "d", (interface,), None, at)


@pytest.mark.parametrize(
    ("before", "now", "bits", "capacity", "expected"),
    [
        (100, 300, 64, None, 200),
        (300, 100, 64, None, None),
        (2**32 - 100, 100, 32, 10**6, 200),
        (2**31, 100, 32, 10**6, None),
        (2**32 - 100, 100, 32, None, None),
    ],
)
def test_steps(before: int, now: int, bits: int, capacity: float | None, expected: int | None) -> None:
    assert delta(before, now, 10, bits=bits, capacity_bps=capacity) == expected


def test_no_time_no_volume() -> None:
    assert delta(1, 2, 0) is None


def test_a_volume_needs_two_readings_of_the_same_life() -> None:
    counters = Counters()
    assert counters.take(sample(0, 1000, 50)) == ()
    (volume,) = counters.take(sample(10, 2000, 60))
    assert (volume.in_bps, volume.out_bps) == (800, 800)
    assert counters.take(sample(20, 5000, 3)) == (), "the device restarted in between"
    assert counters.take(sample(30, 6000, 13))[0].in_octets == 1000
    assert counters.take(sample(30, 6000, 13)) == (), "the same reading again"
    assert counters.take(sample(40, 100, 23)) == (), "a counter that was reset"
    assert counters.take(sample(50, 200, 33, index=7)) == (), "another interface under the same name"


def test_an_interface_without_64_bit_counters_has_no_volume() -> None:
    counters = Counters()
    assert not replace(sample(0, None, 1).interfaces[0]).usable_for_capacity
    assert counters.take(sample(0, None, 1)) == counters.take(sample(10, None, 11)) == ()


@given(
    start=st.floats(0, 1e6),
    seconds=st.floats(0.1, 5000),
    octets=st.integers(0, 10**12),
    length=st.sampled_from([10, 300]),
)
def test_slots_share_a_volume_without_loss(start: float, seconds: float, octets: int, length: int) -> None:
    parts = list(split(Volume("d", "i", start, start + seconds, octets, 0), length))
    assert sum(slot.in_bits for _, slot in parts) == pytest.approx(octets * 8)
    assert sum(slot.seconds for _, slot in parts) == pytest.approx(seconds, abs=1e-6)
    assert all(slot.seconds <= length + 1e-6 for _, slot in parts)
