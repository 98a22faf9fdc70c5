"""Losses of every link and node at once, beside one component search per failure with rustworkx, igraph and scipy.

    python -m bench.sweep [--regions 1000 10000] [--output docs/evidence/sweep.md]

The first table is the kernel beside its peers. Graphs are seeded: a ring of core routers with chords, access trees
below it, spare links across. Ours gives exact losses for every link and node; the peers only the components of each
failure, timed on a sample of the failures and scaled. Their answers are compared with ours on that sample. Needs the
peers: `pip install rustworkx igraph scipy`.

The second table is the whole of it on invented regions with 200 e-services: entitlements, both IP families, names,
hotspots on two lines, risk groups, sites. What depends on the network only is prepared once.
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
from bench.sweep_region import rows
from monitoring.reachability.sweep.kernel import WORTH_COMPILING, Ints, failures, fitting, walk

COLUMNS, SAMPLE, ROUNDS = 12, 40, 7
SIZES = ((300, 400, 480), (10_000, 12_000, 15_000), (100_000, 112_000, 140_000))


class Region:
    """A seeded graph of sites, nodes and links, with weights and needs."""

    def __init__(self, sites: int, nodes: int, links: int, seed: int = 1) -> None:
        chance, core = np.random.default_rng(seed), nodes - sites
        ring = [(v, (v + 1) % core) for v in range(core)]
        chords = [tuple(map(int, chance.integers(0, core, 2))) for _ in range(core // 2)]
        tree = [(int(chance.integers(0, max(core, v // 2))), v) for v in range(core, nodes)]
        spare = [
            tuple(map(int, chance.integers(0, nodes, 2))) for _ in range(links - len(ring) - len(chords) - len(tree))
        ]
        self.ends = np.array([*ring, *chords, *tree, *spare], np.int64)
        self.nodes, self.size = nodes, f"{sites:,} sites, {nodes:,} nodes, {len(self.ends):,} links"
        self.weight = np.zeros((COLUMNS, nodes), np.int64)
        self.weight[:, core:] = chance.integers(0, 20, (COLUMNS, sites))
        self.needed = np.zeros_like(self.weight)
        self.homes = chance.integers(0, core, COLUMNS)
        self.needed[np.arange(COLUMNS), self.homes] = 1

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """Neighbours as the kernel wants them."""
        near = np.concatenate([self.ends, self.ends[:, ::-1]])
        via = np.concatenate([np.arange(len(self.ends))] * 2)
        order = np.argsort(near[:, 0], kind="stable")
        first = np.searchsorted(near[order, 0], np.arange(self.nodes + 1)).astype(np.int64)
        return first, np.ascontiguousarray(near[order, 1]), via[order]

    def lost(self, component: Ints) -> int:
        """Weight outside the component of what its column needs, all columns together."""
        apart = component[None, :] != component[self.homes][:, None]
        return (self.weight * apart).sum()  # type: ignore[no-any-return]


def ours(region: Region) -> tuple[float, Ints]:
    """Median seconds of a warm sweep, and the losses of every link."""
    arrays, took, found = region.arrays(), [], None
    weight = region.weight[:, :, None]
    around, sums = fitting(walk, WORTH_COMPILING), fitting(failures, WORTH_COMPILING)
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        found = sums(around(*arrays), weight, region.needed, len(region.ends))
        took.append(time.perf_counter() - began)
    assert found is not None
    return statistics.median(took[1:]), found[1][:, 0]


def rustworkx(region: Region, links: Ints) -> Iterator[Ints]:
    """Components without each link."""
    peer: Any = importlib.import_module("rustworkx")
    graph = peer.PyGraph()
    graph.add_nodes_from(range(region.nodes))
    numbers = graph.add_edges_from([(int(a), int(b), None) for a, b in region.ends])
    for link in links:
        a, b = map(int, region.ends[link])
        graph.remove_edge_from_index(numbers[link])
        component = np.empty(region.nodes, np.int64)
        for number, part in enumerate(peer.connected_components(graph)):
            component[list(part)] = number
        numbers = list(numbers)
        numbers[link] = graph.add_edge(a, b, None)
        yield component


def igraph(region: Region, links: Ints) -> Iterator[Ints]:
    """Components without each link."""
    peer: Any = importlib.import_module("igraph")
    graph = peer.Graph(region.nodes, region.ends.tolist())
    for link in links:
        less = graph.copy()
        less.delete_edges([int(link)])
        yield np.array(less.connected_components().membership, np.int64)


def scipy(region: Region, links: Ints) -> Iterator[Ints]:
    """Components without each link."""
    sparse: Any = importlib.import_module("scipy.sparse")
    graphs: Any = importlib.import_module("scipy.sparse.csgraph")
    for link in links:
        ends = np.delete(region.ends, link, axis=0)
        shape = (region.nodes, region.nodes)
        matrix = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=shape)
        yield graphs.connected_components(matrix, directed=False)[1].astype(np.int64)


PEERS: tuple[Callable[[Region, Ints], Iterator[Ints]], ...] = (rustworkx, igraph, scipy)


def report() -> Iterator[str]:
    """The table."""
    yield "| region | method | all links and nodes | times ours | equal on the sample |"
    yield "|---|---|---|---|---|"
    for size in SIZES:
        region = Region(*size)
        seconds, losses = ours(region)
        yield f"| {region.size} | ours, exact losses | {seconds * 1e3:.2f} ms | 1 | |"
        links = np.linspace(0, len(region.ends) - 1, SAMPLE).astype(np.int64)
        for peer in PEERS:
            began = time.perf_counter()
            components = list(peer(region, links))
            each = (time.perf_counter() - began) / SAMPLE
            equal = all(region.lost(c) == losses[link] for c, link in zip(components, links, strict=True))
            whole = each * (len(region.ends) + region.nodes)
            yield f"| | {peer.__name__}, components per failure | {whole:.2f} s | {whole / seconds:,.0f} | {equal} |"


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--regions", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="sites of regions to sweep"
    )
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    lines = [*report(), "", *rows(given.regions)]
    publish("Losses of every element at once", "sweep", lines, given.output)


if __name__ == "__main__":
    main()
