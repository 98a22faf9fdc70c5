"""Pairs of failures equal brute force over two elements of the backbone; which twos differs from network to network."""

from itertools import combinations

import pytest

from inventory.model.network import Network
from monitoring.reachability import compute
from monitoring.reachability.pairs import Pair, pairs
from monitoring.reachability.pairs.infrastructure import infrastructure
from monitoring.reachability.sweep.sweeping import planned
from tests.support.random_network import random_network
from tests.support.small_network import DAY, link, village, wired

BATCH, BATCHES, SHARE = 75, 4, 9
"""Networks in a test, tests, and which share of the twos of a network are tried by brute force (one in so many)."""


type Told = tuple[frozenset[str], int, int, int, int]
"""A pair without an order of its two elements."""


def brute(network: Network, seed: int) -> tuple[set[frozenset[str]], set[Told]]:
    """Some twos of elements, and what those of them cost together that cost more than both alone."""
    ready = planned(network, DAY)
    names = [part.element for part in infrastructure(network, ready.graphs)]

    def lost(*elements: str) -> tuple[int, int, int]:
        mask = ready.counted & ~compute(network, DAY, elements).cells.mask
        sites = mask.any(axis=1)
        return int(mask.sum()), int(sites.sum()), int(ready.people[sites].sum())

    alone = {name: lost(name)[0] for name in names}
    twos = [*combinations(names, 2)][seed % SHARE :: SHARE]
    found = ((frozenset(two), *lost(*two), sum(alone[name] for name in two)) for two in twos)
    return {frozenset(two) for two in twos}, {pair for pair in found if pair[1] > pair[4]}


def told(pair: Pair) -> Told:
    """A pair as brute force tells it."""
    return frozenset((pair.one, pair.other)), pair.cells, pair.sites, pair.people, pair.alone


@pytest.mark.parametrize("batch", range(BATCHES))
def test_pairs_equal_brute_force(batch: int) -> None:
    counted = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        network = random_network(seed, refusing=False)
        tried, exact = brute(network, seed)
        found = {told(pair) for pair in pairs(network, DAY)}
        assert {pair for pair in found if pair[0] in tried} == exact, f"seed {seed}"
        counted += len(exact)
    assert counted > BATCH // 4


def test_the_two_ways_to_a_school_hide_each_other() -> None:
    kept = [line for line in village().links if line.slug != "pop-two"]
    found = pairs(wired(village(links=(*kept, link("core-pop-2", "core", "pop")))), DAY)
    assert [(pair.one, pair.other, pair.alone) for pair in found] == [("link:core-pop", "link:core-pop-2", 0)]
    assert found[0].cells == 5 and found[0].people == 150
