"""The sweep of whole regions with 200 e-services, from inventory to the toll of every element."""

import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from inventory.day import day_at
from inventory.generator import region
from inventory.model.network import Network
from inventory.model.rule import Action, ZoneRule
from monitoring.reachability.pairs import pairs
from monitoring.reachability.sweep.kernel import WORTH_COMPILING, fitting, walk
from monitoring.reachability.sweep.plan import Plan
from monitoring.reachability.sweep.sweeping import designed_plan, links_and_nodes, swept

SERVICES, ROUNDS, WITH_PAIRS, WITH_MIDPATH = 200, 11, 10_000, 10_000
"""E-services of a region; rounds of which the median is told; sites up to which pairs, and mid-path, are timed."""


def rows(regions: Sequence[int]) -> Iterator[str]:
    """The table."""
    yield "| region | what | wall, median | CPU, least |"
    yield "|---|---|---|---|"
    for sites in regions:
        yield from _region(sites)


def _region(sites: int) -> Iterator[str]:
    network = widened(region(sites, 1), SERVICES)
    day = day_at()
    swept(designed_plan(network, day))  # compiled or loaded by now
    began, cpu = time.perf_counter(), time.process_time()
    ready = designed_plan(network, day)
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    cells = int(ready.counted.sum())
    graph = ready.graphs
    size = f"{sites:,} sites x {SERVICES} e-services, {len(graph.nodes):,} nodes, {len(graph.links):,} links"
    yield f"| {size}; {cells:,} cells | prepared once | {wall:.2f} s | {spent:.2f} s |"
    yield _row("links and nodes, exact cells, sites, people, e-services", lambda: links_and_nodes(ready))
    yield _row("the walk of it", lambda: fitting(walk, WORTH_COMPILING)(*graph.graphs[0].arrays))
    more = f"all {len(ready.elements.names):,} elements ({len(ready.elements.nodes[0]) - 1:,} of several links)"
    yield _row(more, lambda: swept(ready))
    yield f"| | memory of the process, at most | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB | |"
    if sites <= WITH_PAIRS:
        found = len(pairs(network, day))
        yield _row(f"pairs that cost more than their parts ({found:,})", lambda: pairs(network, day), 1)
    if sites <= WITH_MIDPATH:
        yield _midway(network, ready)


def _midway(network: Network, ready: Plan) -> str:
    """With a rule on a router in mid-path; failures that move a path it can stop are judged from the whole network."""
    router = next(device.slug for device in network.devices if device.slug.startswith("core"))
    ports = (network.services[0].endpoint.port,)
    rule = ZoneRule(slug="bench", order=1, routers=(router,), action=Action.DENY, ports=ports, comment="bench")
    refusing = network.model_copy(update={"rules": (*network.rules, rule)})
    midway = designed_plan(refusing, ready.designed.access.day)
    return _row(f"with a router that refuses on the way ({len(midway.midway.moving):,} elements judged whole)",
                lambda: swept(midway), 1)  # fmt: skip


def _row(what: str, work: Callable[[], object], rounds: int = ROUNDS) -> str:
    walls, spent = [], []
    for _ in range(rounds):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    return f"| | {what} | {statistics.median(walls) * 1e3:,.1f} ms | {min(spent) * 1e3:,.1f} ms |"


def widened(network: Network, services: int) -> Network:
    """The network with copies of its e-services, entitled alike, until there are so many."""
    held, rights = list(network.services), list(network.entitlements)
    given = {s.slug: [e for e in network.entitlements if e.service == s.slug] for s in network.services}
    for number in range(services - len(held)):
        first = network.services[number % len(network.services)]
        slug = f"{first.slug}-{number}"
        held.append(first.model_copy(update={"slug": slug}))
        rights += [e.model_copy(update={"slug": f"{e.slug}-{number}", "service": slug}) for e in given[first.slug]]
    return network.model_copy(update={"services": tuple(held), "entitlements": tuple(rights)})
