"""Loads after every single failure, beside a full Dijkstra per failure with rustworkx, igraph and scipy.

    python -m bench.reroute [--sites 10000] [--output docs/evidence/reroute.md]

The region is invented and seeded, with twelve roots that traffic runs to and from; every link, device and risk group
fails once. Ours gives the loads of all links with ties split, what is above its capacity and what is lost; the peers
only distances, timed on a sample of the failures and scaled. On the sample our answers are held against distances of
the peers (what is lost) and against our own loads worked out from nothing (what is full).
"""

import argparse
import importlib
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.evidence import publish
from inventory.day import day_at
from inventory.generator import region
from monitoring.reachability.compute import compute
from monitoring.reachability.down import Down
from monitoring.reachability.loads.arrays import FAR, Dead, Floats, Ints, bundle_room, heap_room
from monitoring.reachability.loads.carry import carry
from monitoring.reachability.loads.compiled import fitting
from monitoring.reachability.loads.demand import Demand, demand
from monitoring.reachability.loads.paths import CALLED, routes
from monitoring.reachability.loads.reroute import EXACT
from monitoring.reachability.loads.rerouting import Rerouting
from monitoring.reachability.loads.topology import Topology, topology
from monitoring.reachability.loads.usage import usage
from monitoring.settings import PlanningSettings

ROOTS, SAMPLE, ROUNDS, LIGHTER = 12, 16, 5, 8
"""Demand is made lighter so that little is full with everything up."""


class Bench:
    """A region, its demand to and from every root, its failures, and the directed graph the peers walk on."""

    def __init__(self, sites: int) -> None:
        network = region(sites, 1)
        reach = compute(network, day_at())
        self.place: Topology = topology(network, reach.access.fabric)
        found = demand(network, usage(reach), self.place.nodes, {}, PlanningSettings())
        chance = np.random.default_rng(1)
        inner = [name for name in self.place.nodes if name.startswith(("core", "pop"))]
        names = (*found.roots, *map(str, chance.choice(inner, ROOTS - len(found.roots), replace=False)))
        rates = np.repeat(found.rates.sum(axis=0)[None], ROOTS, axis=0) / ROOTS / LIGHTER
        self.wanted = Demand(names, rates)
        self.roots = np.array([self.place.nodes[name] for name in names], np.int64)
        self.failures = [f for f in self.place.failures() if not f[0].startswith("site:")]
        graph = self.place.graph
        owner = np.repeat(np.arange(len(graph.first) - 1), np.diff(graph.first))
        forwards = graph.through[owner]
        self.arcs = np.stack([owner, graph.to, graph.via, graph.cost[graph.via]])[:, forwards]

    def left(self, down: Down) -> Ints:
        """The arcs that work, (4, arcs): from, to, link, cost."""
        nodes, links = self.dead(down)
        a, b, link, _ = self.arcs
        found: Ints = self.arcs[:, ~(nodes[a] | nodes[b] | links[link])]
        return found

    def dead(self, down: Down) -> Dead:
        """What does not work, by number."""
        dead = Dead(np.zeros(len(self.place.nodes), np.bool_), np.zeros(len(self.place.links), np.bool_))
        dead.nodes[[self.place.nodes[d] for d in down.devices]] = True
        dead.links[[self.place.links[x] for x in down.links]] = True
        return dead

    def lost(self, down: Down, distance: Floats) -> float:
        """Demand without a way, from distances (roots, nodes)."""
        dead = self.dead(down).nodes
        gone = ~np.isfinite(distance) | dead[None, :] | dead[self.roots][:, None]
        return float((self.wanted.rates.sum(axis=1) * gone).sum())

    def full(self, down: Down, base: Floats) -> set[int]:
        """Directions above their capacity that carry more than before, worked out from nothing."""
        load = self.loads(down)
        limit = self.place.capacity
        return set(np.flatnonzero((load > limit * (1 + EXACT)) & (load - base > limit * EXACT)).tolist())

    def loads(self, down: Down) -> Floats:
        """Loads of all directions, from nothing."""
        size = len(self.place.nodes), len(self.place.links)
        alive = [n for n, root in enumerate(self.roots) if not self.dead(down).nodes[root]]
        found = fitting(routes, size[0], CALLED)(
            self.place.graph, self.dead(down), self.roots[alive], heap_room(*size), bundle_room(*size)
        )
        rates = self.wanted.rates[alive] * (found.distance < FAR)[:, None, :]
        return fitting(carry, size[0])(found, rates, size[1])[1]


def rustworkx(bench: Bench, sample: list[Down]) -> Iterator[Floats]:
    """Distances from every root without each failure."""
    peer: Any = importlib.import_module("rustworkx")
    nodes = len(bench.place.nodes)
    for down in sample:
        graph = peer.PyDiGraph()
        graph.add_nodes_from(range(nodes))
        a, b, _, cost = bench.left(down).tolist()
        graph.add_edges_from(list(zip(a, b, map(float, cost), strict=True)))
        distance = np.full((ROOTS, nodes), np.inf)
        for r, root in enumerate(bench.roots.tolist()):
            found = peer.dijkstra_shortest_path_lengths(graph, root, float)
            distance[r, list(found.keys())], distance[r, root] = list(found.values()), 0.0
        yield distance


def igraph(bench: Bench, sample: list[Down]) -> Iterator[Floats]:
    """Distances from every root without each failure."""
    peer: Any = importlib.import_module("igraph")
    for down in sample:
        a, b, _, cost = bench.left(down)
        graph = peer.Graph(len(bench.place.nodes), np.stack([a, b], axis=1).tolist(), directed=True)
        yield np.array(graph.distances(source=bench.roots.tolist(), weights=cost.tolist()), np.float64)


def scipy(bench: Bench, sample: list[Down]) -> Iterator[Floats]:
    """Distances from every root without each failure."""
    sparse: Any = importlib.import_module("scipy.sparse")
    graphs: Any = importlib.import_module("scipy.sparse.csgraph")
    nodes = len(bench.place.nodes)
    for down in sample:
        a, b, _, cost = bench.left(down)
        matrix = sparse.coo_matrix((cost.astype(float), (a, b)), shape=(nodes, nodes)).tocsr()
        yield graphs.dijkstra(matrix, directed=True, indices=bench.roots)


PEERS: tuple[Callable[[Bench, list[Down]], Iterator[Floats]], ...] = (rustworkx, igraph, scipy)


def ours(bench: Bench) -> tuple[float, float, Rerouting, tuple[Ints, Floats, Floats]]:
    """Median seconds, and of CPU, of a warm run over every failure; the base and the answer."""
    work = Rerouting(bench.place, bench.wanted, bench.failures)
    answer, wall, cpu = work.run(), list[float](), list[float]()
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        answer = work.run()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
    return statistics.median(wall), statistics.median(cpu), work, answer


def report(sites: int) -> Iterator[str]:
    """The table."""
    bench = Bench(sites)
    wall, cpu, work, (over, _, lost) = ours(bench)
    place, many = bench.place, len(bench.failures)
    yield f"{sites:,} sites, {len(place.nodes):,} routers and hotspots, {len(place.links):,} links, {ROOTS} roots,"
    yield f"{many:,} failures (every link, device and risk group), ties split at every hop."
    filled, silent = len(set(over[:, 0].tolist())), int((lost.sum(axis=1) < 1).sum())
    yield f"{filled:,} of them fill a link above its capacity, {many - silent:,} leave traffic without a way."
    yield from ("", "| method | every failure | CPU | times ours, CPU | equal on the sample |", "|---|---|---|---|---|")
    chosen = np.linspace(0, many - 1, SAMPLE).astype(int).tolist()
    sample = [bench.failures[f][1] for f in chosen]
    told = [set(over[over[:, 0] == f, 1].tolist()) for f in chosen]
    same = all(bench.full(down, work.load) == full for down, full in zip(sample, told, strict=True))
    yield f"| ours: loads, full links, lost traffic | {wall:.2f} s | {cpu:.2f} s | 1 | {same} |"
    for peer in PEERS:
        began, spent = time.perf_counter(), time.process_time()
        distances = list(peer(bench, sample))
        seconds, used = time.perf_counter() - began, time.process_time() - spent
        scale = many / SAMPLE
        equal = all(
            abs(bench.lost(down, distance) - lost[f].sum()) < 1
            for f, down, distance in zip(chosen, sample, distances, strict=True)
        )
        said = f"{seconds * scale:,.0f} s | {used * scale:,.0f} s | {used * scale / cpu:,.0f} | {equal}"
        yield f"| {peer.__name__}: distances alone, from {SAMPLE} failures | {said} |"


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    publish("Loads after every single failure", "reroute", list(report(given.sites)), given.output)


if __name__ == "__main__":
    main()
