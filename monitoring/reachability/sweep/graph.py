"""The routers and links of both IP families as arrays: one graph where that is enough, one for each family otherwise.

IPv6 is usually missing at the edge only, at a few hotspots or sites. What hangs on the rest by a single node tells
nothing about how the rest hangs together, so both families are then judged on the links of either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.fabric import Fabric
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.labels import labels
from monitoring.reachability.sweep.kernel import Ints


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes and links by number; ``first``, ``to`` and ``via`` are the neighbours of each node.

    ``ends`` of links the graph does not have are -1. ``legs`` are the links of hotspots with several of them: these
    forward for nobody and so are no part of the graph.
    """

    nodes: Mapping[str, int]
    links: Mapping[str, int]
    ends: Ints
    first: Ints
    to: Ints
    via: Ints
    legs: Mapping[int, tuple[tuple[int, int], ...]]

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """What the kernel walks on."""
        return self.first, self.to, self.via


@dataclass(frozen=True, eq=False)
class Graphs:
    """The graph to judge each family on; one and the same where that is exact. Nodes have the same numbers in all."""

    of: Mapping[Family, int]
    graphs: tuple[Graph, ...]

    @property
    def nodes(self) -> Mapping[str, int]:
        """Numbers of devices."""
        return self.graphs[0].nodes

    @property
    def links(self) -> Mapping[str, int]:
        """Numbers of links."""
        return self.graphs[0].links


def graphs(fabrics: Mapping[Family, Fabric]) -> Graphs:
    """The graphs of a network."""
    carried = {family: _ends(fabrics[family]) for family in FAMILIES}
    links = {name: number for number, name in enumerate(dict.fromkeys(n for found in carried.values() for n in found))}
    either = carried[4] | carried[6]
    fabric = fabrics[4]
    many = _several(fabric, either)
    if _alike(carried[4], carried[6], fabric, many):
        return Graphs(dict.fromkeys(FAMILIES, 0), (_graph(fabric, links, either, many),))
    made = tuple(_graph(fabric, links, carried[family], many) for family in FAMILIES)
    return Graphs({family: number for number, family in enumerate(FAMILIES)}, made)


def graph(fabric: Fabric) -> Graph:
    """The graph of one family by itself."""
    carried = _ends(fabric)
    links = {name: number for number, name in enumerate(carried)}
    return _graph(fabric, links, carried, _several(fabric, carried))


def _ends(fabric: Fabric) -> dict[str, tuple[int, int]]:
    """Both ends of each link, the far end second."""
    nodes, found = fabric.number, dict[str, tuple[int, int]]()
    for device, edges in fabric.edges.items():
        for edge in edges:
            if device not in fabric.leaves:
                found.setdefault(edge.link, (nodes[device], nodes[edge.neighbour]))
    return found


def _several(fabric: Fabric, carried: Mapping[str, tuple[int, int]]) -> frozenset[int]:
    """Hotspots with several links."""
    leaves = {fabric.number[leaf] for leaf in fabric.leaves}
    count = dict.fromkeys(leaves, 0)
    for _, far in carried.values():
        if far in count:
            count[far] += 1
    return frozenset(leaf for leaf, links in count.items() if links > 1)


def _alike(
    four: Mapping[str, tuple[int, int]], six: Mapping[str, tuple[int, int]], fabric: Fabric, many: frozenset[int]
) -> bool:
    """Whether each group of links that one family lacks touches what the family has in one node at most."""
    leaves = {fabric.number[leaf] for leaf in fabric.leaves}
    for more, less in ((four, six), (six, four)):
        missing = [more[name] for name in more.keys() - less.keys()]
        if any(far in many for _, far in missing):
            return False
        ends = np.array([pair for pair in missing if pair[1] not in leaves], np.int64).reshape(-1, 2)
        label = labels(len(fabric.number), ends[:, 0], ends[:, 1])
        held = np.unique(np.array(list(less.values()), np.int64))
        touched = label[np.intersect1d(held, ends)]
        if len(touched) != len(np.unique(touched)):
            return False
    return True


def _graph(
    fabric: Fabric, links: Mapping[str, int], carried: Mapping[str, tuple[int, int]], many: frozenset[int]
) -> Graph:
    n = len(fabric.number)
    ends = np.full((len(links), 2), -1, np.int64)
    legs: dict[int, list[tuple[int, int]]] = {leaf: [] for leaf in many}
    for name, (near, far) in carried.items():
        if far in many:
            legs[far].append((links[name], near))
        else:
            ends[links[name]] = near, far
    there = np.flatnonzero(ends[:, 0] >= 0)
    pairs, via = np.concatenate([ends[there], ends[there][:, ::-1]]), np.concatenate([there, there])
    order = np.argsort(pairs[:, 0], kind="stable")
    first = np.searchsorted(pairs[order, 0], np.arange(n + 1)).astype(np.int64)
    hanging = {leaf: tuple(found) for leaf, found in legs.items()}
    return Graph(fabric.number, links, ends, first, np.ascontiguousarray(pairs[order, 1]), via[order], hanging)
