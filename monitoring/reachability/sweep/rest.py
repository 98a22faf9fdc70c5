"""What is judged one by one: hotspots with several uplinks, and needs that either IP family can meet in its own way.

No sum over parts of the network tells what these lose. But they lose nothing unless something they stand on comes
apart, so only the failures that touch them are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from monitoring.reachability.cells import Mask
from monitoring.reachability.labels import labels
from monitoring.reachability.sweep.graph import Graph, Graphs
from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.needs import OWN, Need

type Spot = tuple[int, int]
"""Where a node is: the part of the network as designed, and the piece of it that was cut off (0: none)."""

type End = tuple[int, int]
"""A graph and a node of it."""

type Parts = Sequence[Mapping[int, int]]
"""By graph, the piece of each node that is not where the rest is."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands at a gateway: cells, sites and people, the e-services in bits, and what it all needs."""

    gateway: int
    need: Need
    amounts: tuple[int, int, int]
    services: int


class Rest:
    """Stands on the graphs of a network."""

    def __init__(self, graphs: Graphs, stands: Sequence[Stand]) -> None:
        self._graphs, self.stands = graphs, stands
        self._ties = [self._resolved(stand) for stand in stands]
        self._at: dict[int, list[int]] = {}
        self._over: dict[int, list[int]] = {}
        for number in range(len(stands)):
            for node in self._watched(number):
                self._at.setdefault(node, []).append(number)
            for link in self._legs(number):
                self._over.setdefault(link, []).append(number)
        self.nodes = np.array(sorted(self._at), np.int64)
        self.links = np.array(sorted(self._over), np.int64)

    def lost(self, nodes: Iterable[int], links: Iterable[int], parts: Parts) -> Iterator[Stand]:
        """Stands that are lost when nodes and links fail together."""
        dead, cut = frozenset(nodes), frozenset(links)
        met = {number for node in (*dead, *(n for part in parts for n in part)) for number in self._at.get(node, ())}
        met |= {number for link in cut for number in self._over.get(link, ())}
        for number in sorted(met):
            clauses = self._ties[number]
            if not all(any(self._holds(tie, dead, cut, parts) for tie in clause) for clause in clauses):
                yield self.stands[number]

    def _resolved(self, stand: Stand) -> list[list[tuple[int, int, int]]]:
        number = self._graphs.nodes

        def node(end: str) -> int:
            return stand.gateway if end == OWN else number[end]

        return [[(graph, node(one), node(other)) for graph, one, other in clause] for clause in stand.need.clauses]

    def _holds(self, tie: tuple[int, int, int], dead: frozenset[int], cut: frozenset[int], parts: Parts) -> bool:
        graph, one, other = tie
        if one == other:
            return one not in dead
        here, there = (set(self._spots(graph, end, dead, cut, parts[graph])) for end in (one, other))
        return not here.isdisjoint(there)

    def _spots(
        self, graph: int, node: int, dead: frozenset[int], cut: frozenset[int], pieces: Mapping[int, int]
    ) -> Iterator[Spot]:
        """Where a node is; a hotspot with several uplinks may be in several places."""
        legs = self._graphs.graphs[graph].legs.get(node)
        if node in dead:
            return
        ends = [node] if legs is None else [near for link, near in legs if link not in cut and near not in dead]
        for end in ends:
            yield int(self._labels[graph][end]), pieces.get(end, 0)

    def _ends(self, number: int) -> set[End]:
        """What the ties of a stand join, by graph."""
        return {(graph, end) for clause in self._ties[number] for graph, *pair in clause for end in pair}

    def _watched(self, number: int) -> set[int]:
        legs = (self._graphs.graphs[graph].legs.get(end, ()) for graph, end in self._ends(number))
        return {*(end for _, end in self._ends(number)), *(near for found in legs for _, near in found)}

    def _legs(self, number: int) -> set[int]:
        legs = (self._graphs.graphs[graph].legs.get(end, ()) for graph, end in self._ends(number))
        return {link for found in legs for link, _ in found}

    @cached_property
    def _labels(self) -> Sequence[Ints]:
        """By graph, the part each node belongs to with everything up."""
        return [_parts(graph) for graph in self._graphs.graphs]

    def probe(self, graph: Graph) -> Ints:
        """1 at each node whose parting from another must be looked at, shape (nodes,)."""
        found = np.zeros(len(graph.nodes), np.int64)
        found[self.nodes] = 1
        return found


def _parts(graph: Graph) -> Ints:
    ends = graph.ends[graph.ends[:, 0] >= 0]
    return labels(len(graph.nodes), ends[:, 0], ends[:, 1])


def pieces_by_case(apart: tuple[Ints, Ints, Ints], cases: int, watched: Mask) -> list[dict[int, int]]:
    """For each case, the number (from 1) of the piece each watched node is in."""
    found, starts, of = apart
    result: list[dict[int, int]] = [{} for _ in range(cases)]
    piece = np.repeat(np.arange(len(of)), np.diff(starts))
    seen = watched[found]
    for node, number in zip(found[seen].tolist(), piece[seen].tolist(), strict=True):
        result[of[number]][node] = number + 1
    return result
