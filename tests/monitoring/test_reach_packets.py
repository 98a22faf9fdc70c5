"""The engine against packets walked one by one: random networks with all there is, and two Polish research networks."""

from typing import Any

import pytest

from inventory.model.network import Network
from monitoring.reachability import compute, explain
from tests.support.packet_walk import PacketWalk
from tests.support.research_network import elements, research_network
from tests.support.ruled_network import ruled_network
from tests.support.small_network import DAY, village

BATCH, BATCHES = 250, 4
EXPLAINED = 13
"""Every so many-th cell is explained too."""


def differences(network: Network, down: frozenset[str]) -> tuple[list[Any], int]:
    """Cells about which engine and oracle disagree, and how many work."""
    reach, walk = compute(network, DAY, down), PacketWalk(network, DAY, down)
    found, working = list[Any](), 0
    for number, cell in enumerate((s.slug, v.slug) for s in network.sites for v in network.services):
        expected = walk.works(*cell)
        works, told = True in expected.values(), {int(family): ok for family, ok in reach.families(*cell).items()}
        working += works
        same = told == expected and (cell in reach.cells) == works == (reach.blocker(*cell) is None)
        if not same or (number % EXPLAINED == 0 and explain(reach, *cell).path[-1].ok != works):
            found.append((cell, told, expected))
    return found, working


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_cell_is_as_packets_find_it(batch: int) -> None:
    """Policy, NAT, both families, dependencies, rules in mid-path, dates and failures, all at random."""
    working = stopped = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        network, down = ruled_network(seed)
        found, works = differences(network, down)
        assert not found, (seed, sorted(down), found)
        working += works
        stopped += bool(compute(network, DAY).access.midpath.rules)
    assert working > 4 * BATCH and stopped > BATCH // 5, "the networks must be worth asking"


@pytest.mark.parametrize("name", ["sndlib/polska", "topozoo/PionierL3"])
def test_research_networks_without_each_of_their_elements(name: str) -> None:
    network = research_network(name)
    lost = 0
    for element in (None, *elements(network)):
        down = frozenset({element} if element is not None else ())
        found, works = differences(network, down)
        assert not found, (element, found)
        lost += works < 2 * (len(network.sites) - 1)
    assert lost > len(network.sites), "failures and the rule in mid-path take something away"


def test_the_walk_finds_what_is_wrong() -> None:
    network = village()
    assert not differences(network, frozenset())[0]
    other = PacketWalk(network, DAY, frozenset({"link:pop-one"}))
    assert other.works("one", "wbo") == {4: False, 6: None} and other.works("two", "wbo")[4]
