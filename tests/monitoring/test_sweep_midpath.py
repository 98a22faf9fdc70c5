"""With routers that refuse something on the way, the sweep still equals one whole computation per element."""

import sys
from itertools import combinations
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from inventory.generator import region
from inventory.model.device import INFRASTRUCTURE
from inventory.model.network import Network
from inventory.model.site import SiteClass
from monitoring.reachability import loss
from monitoring.reachability.compute import compute
from monitoring.reachability.down import Down
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.sweep import Atlas, Toll, kernel
from monitoring.reachability.sweep.crossings import Crossings, Question
from monitoring.reachability.sweep.detours import detours
from monitoring.reachability.sweep.graph import graphs
from monitoring.reachability.sweep.sweeping import designed_plan, swept
from tests.support.random_network import random_network
from tests.support.research_network import research_network
from tests.support.ruled_network import ruled_network
from tests.support.small_network import DAY

KINDS = (SiteClass.SCHOOL, SiteClass.LIBRARY, SiteClass.HOTSPOT)


def alone(network: Network, element: str) -> Toll:
    """What an element costs by taking it out and computing everything again."""
    lost = loss(network, element, DAY)
    return Toll(element, len(lost.cells), len(lost.sites), lost.people, len(lost.services))


def compared(network: Network, every: int = 1) -> int:
    """Compare all elements that move a path, and every so manieth of the others; tells how many move one."""
    plan = designed_plan(network, DAY)
    moving, tolls = set(plan.midway.moving), swept(plan).tolls
    names = plan.elements.names
    told = {toll.element: toll for toll in tolls}
    for number, name in enumerate(names):
        if number in moving or number % every == 0:
            assert told[name] == alone(network, name)
    return len(moving)


def refusing(network: Network, rules: list[dict[str, Any]], costs: list[int]) -> Network:
    """A network with rules on its routers, and costs of its links in turn."""
    routers = [d.slug for d in network.devices if d.role in INFRASTRUCTURE]
    made = [
        {"slug": f"mid-{n}", "order": n, "comment": "c", "routers": [routers[k % len(routers)] for k in rule["at"]],
         **{key: value for key, value in rule.items() if key != "at"}}
        for n, rule in enumerate(rules)
    ]  # fmt: skip
    links = [x.model_copy(update={"ospf_cost": costs[n % len(costs)]}) for n, x in enumerate(network.links)]
    facts = {noun: getattr(network, noun) for noun in Network.model_fields} | {"links": links, "rules": made}
    return Network.model_validate(facts)


RULES = st.fixed_dictionaries({
    "action": st.sampled_from(("deny", "deny", "deny", "permit")),
    "ports": st.sampled_from(([], [443], [80])),
    "classes": st.sampled_from(([], [], [SiteClass.SCHOOL], [SiteClass.HOTSPOT])),
    "destinations": st.sampled_from(([], ["10.50.0.0/24"], ["10.50.0.11/32"], ["fd00:50::/64"])),
    "at": st.lists(st.integers(0, 6), min_size=1, max_size=2),
})  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000), st.lists(RULES, min_size=1, max_size=4), st.lists(st.integers(1, 3), min_size=1))
def test_every_element_with_rules_on_any_router(seed: int, rules: list[dict[str, Any]], costs: list[int]) -> None:
    compared(refusing(random_network(seed, refusing=False), rules, costs), every=4)


def test_rules_of_all_kinds_and_both_families() -> None:
    networks = [ruled_network(seed)[0] for seed in range(120)]
    ruled = [network for network in networks if compute(network, DAY).access.midpath.rules]
    assert sum(compared(network, every=9) for network in ruled) >= 3, "some elements must move a path"


@pytest.mark.parametrize("name", ["sndlib/polska", "topozoo/PionierL3"])
def test_research_networks(name: str) -> None:
    assert compared(research_network(name), every=5) > 5


def some_region() -> Network:
    """A region where one core router refuses schools the web, another one libraries, and a PoP everybody."""
    network = region(80, seed=3)
    routers = [d.slug for d in network.devices if d.role in INFRASTRUCTURE]
    whom: list[dict[str, Any]] = [{"classes": [SiteClass.SCHOOL]}, {"classes": [SiteClass.LIBRARY]}, {}]
    return refusing(network, [
        {"action": "deny", "ports": [443], "destinations": [], "at": [routers.index(name)], **of}
        for name, of in zip(("core1", "core2", "pop-bytom-1"), whom, strict=True)
    ], [10, 10, 20])  # fmt: skip


def test_a_region_compiled_plain_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    network = some_region()
    monkeypatch.setattr(kernel, "WORTH_COMPILING", 0)
    assert kernel.fitting(detours, 1) is not detours, "numba is not installed"
    fast = swept(designed_plan(network, DAY))
    monkeypatch.setitem(sys.modules, "numba", None)
    kernel.compiled.cache_clear()
    plan = designed_plan(network, DAY)
    slow: Atlas = swept(plan)
    kernel.compiled.cache_clear()
    assert fast.tolls == slow.tolls
    told = {toll.element: toll for toll in slow.tolls}
    moving = [plan.elements.names[number] for number in plan.midway.moving]
    assert moving
    for name in (*moving[:: max(len(moving) // 20, 1)], *plan.elements.names[::60]):
        assert told[name] == alone(network, name)


@pytest.mark.parametrize("seed", range(40))
def test_detours_equal_paths_computed_anew(seed: int) -> None:
    network = random_network(seed, refusing=False)
    access = compute(refusing(network, [], [1, 2, 1, 3, 1]), DAY).access
    nodes, routers = access.fabric.number, [d for d, of in access.fabric.edges.items() if len(of) > 1][:3]
    every = np.arange(len(nodes))
    for family in FAMILIES:
        graph = graphs(access.fabrics)
        asked = [Question(family, end, frozenset({r}), every) for end in ("gw-dc", "border") for r in routers]
        crossings = Crossings(access, graph.links, asked)
        cases: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((nodes[d],), ()) for d in nodes]
        cases += [((), (graph.links[x],)) for x in graph.links]
        cases += [((), tuple(some)) for some in combinations(graph.links.values(), 2)][:20]
        names, links = list(nodes), list(graph.links)
        for off, cut in cases:
            down = Down(frozenset(links[x] for x in cut), frozenset(names[d] for d in off))
            told = crossings.after(np.array(off, np.int64), np.array(cut, np.int64)) or crossings.designed
            for number, question in enumerate(asked):
                routes = access.fabrics[family].routes(question.end, down)
                crossing = routes.crossing(question.routers)
                found = crossings.answer(number, told, every)
                assert all(found[nodes[d]] == (d in crossing) for d in routes.cost), (down, question)


def test_nothing_is_judged_whole_for_rules_that_concern_nobody() -> None:
    network = refusing(region(40, seed=1), [{"action": "deny", "ports": [9], "at": [0, 1]}], [10])
    assert compute(network, DAY).access.midpath.rules
    assert not designed_plan(network, DAY).midway.moving
