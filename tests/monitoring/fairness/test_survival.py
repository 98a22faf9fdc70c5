"""Two separate ways, found by one walk, are what asking for every single failure one by one says."""

import pytest
from hypothesis import HealthCheck, given, settings

from inventory.model.link import Link
from inventory.model.network import Network
from monitoring.equality.survival import surviving
from monitoring.reachability import compute
from monitoring.reachability.compute import Reach
from tests.monitoring.test_reach_oracle import networks
from tests.support.random_network import random_network
from tests.support.small_network import DAY, link, village


def ends(reach: Reach, site: str, service: str) -> set[str]:
    """Devices at the ends of a cell: the gateway, the servers behind the service, the name server, their routers."""
    access = reach.access
    servers = {service, *(need.asked for need in access.dependencies.get(service, ()))}
    targets = [access.targets[name] for name in servers if name in access.targets] + [access.resolver]
    origin = access.origins[site]
    found = {origin.gateway} if origin is not None else set()
    return found | {device for t in targets if t is not None for device in (t.host, t.gateway)}


def one_by_one(network: Network, reach: Reach) -> set[tuple[str, str]]:
    elements = [f"link:{x.slug}" for x in network.links] + [f"device:{x.slug}" for x in network.devices]
    elements += [f"srg:{x.slug}" for x in network.srgs]
    without = {element: compute(network, DAY, {element}).cells for element in elements}
    return {
        cell
        for cell in reach.cells
        if all(
            cell in left
            for element, left in without.items()
            if element.partition(":")[2] not in ends(reach, *cell) or not element.startswith("device:")
        )
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks())
def test_surviving_cells_are_those_no_single_failure_takes(network: Network) -> None:
    reach = compute(network, DAY)
    assert set(type(reach.cells)(reach.access.axes, surviving(reach))) == one_by_one(network, reach)


def apart() -> tuple[Link, ...]:
    """The links of the village, each in a duct of its own."""
    return tuple(x.model_copy(update={"srgs": ()}) for x in village().links)


def test_two_ways_through_one_duct_are_not_separate() -> None:
    more = link("pop-dc", "pop", "gw-dc")
    for links, expected in ((apart(), [True, True, False]), (village().links, [False] * 3)):
        reach = compute(village(links=(*links, more)), DAY)
        assert surviving(reach)[reach.access.axes.site_at["two"]].tolist() == expected


def test_a_second_way_counts_only_when_it_is_separate() -> None:
    """School two hangs on core and PoP; with a second link to the data centre's router all but the border survives."""
    links = apart()
    once, twice = (compute(village(links=x), DAY) for x in (links, (*links, link("pop-dc", "pop", "gw-dc"))))
    found = [dict(zip(r.access.axes.sites, surviving(r).tolist(), strict=True)) for r in (once, twice)]
    assert [per["two"] for per in found] == [[False, False, False], [True, True, False]]
    assert [per["one"] for per in found] == [[False, False, False]] * 2


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_called_safe_that_a_single_failure_takes(seed: int) -> None:
    """Both IP families, hotspots on several lines, dependencies, rules in mid-path: never more than one by one."""
    network = random_network(seed)
    reach = compute(network, DAY)
    assert set(type(reach.cells)(reach.access.axes, surviving(reach))) <= one_by_one(network, reach)


def test_a_router_that_may_refuse_makes_nothing_safe() -> None:
    told = {"slug": "mid", "order": 1, "action": "deny", "comment": "c", "destinations": ["10.50.0.12/32"]}
    rule = {**told, "routers": ["pop"], "sites": ["two"]}
    network = village(
        links=(*apart(), link("pop-dc", "pop", "gw-dc")),
        rules=(rule,),
    )
    reach = compute(network, DAY)
    row = reach.access.axes.site_at["two"]
    assert reach.cells.mask[row].all()
    assert surviving(reach)[row].tolist() == [True, False, False], "after a failure its path may lead by the PoP"
