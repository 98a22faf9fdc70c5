"""The sweep of all elements equals asking for each of them alone, compiled or not, and finds what the city fears."""

import sys
from typing import Any

import numpy as np
import pytest

from inventory.model.network import Network
from monitoring.reachability import loss
from monitoring.reachability.sweep import Toll, kernel, pieces, sweep, unions
from tests.support.random_network import random_network
from tests.support.small_network import DAY

BATCH, BATCHES = 100, 10
ASKED = 4
"""Elements of each random network that are asked for alone; which ones differs from network to network."""


def alone(network: Network, element: str) -> Toll:
    """What an element costs by taking it out and computing everything again."""
    lost = loss(network, element, DAY)
    return Toll(element, len(lost.cells), len(lost.sites), lost.people, len(lost.services))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_sweep_equals_one_question_per_element(batch: int) -> None:
    counted = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        network = random_network(seed)
        tolls = sweep(network, DAY).tolls
        counted += sum(toll.cells > 0 for toll in tolls)
        step = max(len(tolls) // ASKED, 1)
        for toll in tolls[seed % step :: step]:
            assert toll == alone(network, toll.element), f"seed {seed}"
    assert counted > BATCH


def test_every_element_of_the_city(city: Network) -> None:
    atlas = sweep(city, DAY)
    for toll in atlas.tolls:
        assert toll == alone(city, toll.element)
    assert atlas.worst[0].people >= atlas.worst[-1].people
    assert atlas.toll["link:pop-sosnica-1--gw-biblioteka-sosnica"].cells == 8


def some_graph(seed: int) -> tuple[Any, Any, Any]:
    """Ends of links; neighbours of nodes; weights, e-services and needs of columns."""
    chance, nodes, links, columns = np.random.default_rng(seed), 40, 50, 4
    ends = chance.integers(0, nodes, (links, 2))
    near = sorted((int(v), int(u), i) for i, (a, b) in enumerate(ends) for v, u in ((a, b), (b, a)))
    first = np.searchsorted([v for v, _, _ in near], np.arange(nodes + 1)).astype(np.int64)
    to, via = (np.array([row[k] for row in near], np.int64) for k in (1, 2))
    weight = chance.integers(0, 9, (columns, nodes, 3))
    carried = chance.integers(0, 9, (columns, nodes, 2)).astype(np.uint64)
    return ends, (first, to, via), (weight, carried, (chance.random((columns, nodes)) < 0.05).astype(np.int64))


@pytest.mark.parametrize("seed", range(5))
def test_compiled_and_plain_agree(seed: int) -> None:
    ends, graph, (weight, carried, needed) = some_graph(seed)
    lists = np.array([0, 2, 3, 3]), np.array([1, 5, 7])
    found = []
    for nodes in (0, kernel.WORTH_COMPILING):
        walked = kernel.fitting(kernel.walk, nodes)(*graph)
        sums = kernel.fitting(kernel.failures, nodes)(walked, weight, needed, len(ends))
        joined = kernel.fitting(unions.unions, nodes)(walked, carried, needed, len(ends))
        apart = kernel.fitting(pieces.apart, nodes)(graph, ends, lists, lists)
        tolls = kernel.fitting(pieces.tolls, nodes)(apart, lists, weight, carried, needed)
        found.append([*walked, *sums, *joined, *apart, *tolls])
    assert kernel.fitting(kernel.walk, kernel.WORTH_COMPILING) is not kernel.walk, "numba is not installed"
    assert all(np.array_equal(slow, fast) for slow, fast in zip(*found, strict=True))


def test_without_numba_the_losses_are_the_same(monkeypatch: pytest.MonkeyPatch, city: Network) -> None:
    monkeypatch.setattr(kernel, "WORTH_COMPILING", 0)
    fast = sweep(city.model_copy(), DAY)
    assert kernel.fitting(kernel.walk, 1) is not kernel.walk
    monkeypatch.setitem(sys.modules, "numba", None)
    kernel.compiled.cache_clear()
    slow = sweep(city.model_copy(), DAY)
    assert kernel.fitting(kernel.walk, 1) is kernel.walk
    kernel.compiled.cache_clear()
    assert fast.tolls == slow.tolls
