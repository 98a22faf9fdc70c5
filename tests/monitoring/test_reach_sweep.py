"""The sweep of all elements equals asking for each of them alone, compiled or not, and finds what the city fears."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from inventory.model.network import Network
from monitoring.reachability import loss
from monitoring.reachability.sweep import kernel, sweep
from tests.monitoring.test_reach_oracle import networks
from tests.support.small_network import DAY


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_the_sweep_equals_one_question_per_element(network: Network) -> None:
    for toll in sweep(network, DAY).tolls:
        alone = loss(network, toll.element, DAY)
        assert (toll.cells, toll.sites, toll.people) == (len(alone.cells), len(alone.sites), alone.people), toll.element


def test_every_element_of_the_city(city: Network) -> None:
    atlas = sweep(city, DAY)
    for toll in atlas.tolls:
        alone = loss(city, toll.element, DAY)
        assert (toll.cells, toll.sites, toll.people) == (len(alone.cells), len(alone.sites), alone.people), toll.element
    assert atlas.worst[0].people >= atlas.worst[-1].people
    assert atlas.toll["link:pop-sosnica-1--gw-biblioteka-sosnica"].cells == 8


@pytest.mark.parametrize("seed", range(5))
def test_compiled_and_plain_agree(seed: int) -> None:
    chance = np.random.default_rng(seed)
    nodes, links, columns = 40, 50, 4
    ends = chance.integers(0, nodes, (links, 2))
    near = sorted((int(v), int(u), i) for i, (a, b) in enumerate(ends) for v, u in ((a, b), (b, a)))
    first = np.searchsorted([v for v, _, _ in near], np.arange(nodes + 1)).astype(np.int64)
    to, via = (np.array([row[k] for row in near], np.int64) for k in (1, 2))
    weight = chance.integers(0, 9, (columns, nodes))
    needed = (chance.random((columns, nodes)) < 0.05).astype(np.int64)
    walk = kernel.fitting(kernel.walk, kernel.WORTH_COMPILING)
    failures = kernel.fitting(kernel.failures, kernel.WORTH_COMPILING)
    assert walk is not kernel.walk, "numba is not installed"
    slow, fast = kernel.walk(first, to, via), walk(first, to, via)
    assert all(np.array_equal(a, b) for a, b in zip(slow, fast, strict=True))
    plain, quick = kernel.failures(slow, weight, needed, links), failures(fast, weight, needed, links)
    assert all(np.array_equal(a, b) for a, b in zip(plain, quick, strict=True))
