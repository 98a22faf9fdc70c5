"""What is judged one by one: hotspots with several uplinks, and needs that either IP family can meet in its own way.

No sum over parts of the network tells what these lose. But they lose nothing unless something they stand on comes
apart, so only the failures that touch them are looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.labels import labels
from monitoring.reachability.sweep.elements import Lists, begins, lists
from monitoring.reachability.sweep.graph import Graphs
from monitoring.reachability.sweep.judging import judged
from monitoring.reachability.sweep.kernel import Ints, Mask, fitting
from monitoring.reachability.sweep.needs import OWN, Need
from monitoring.reachability.sweep.unions import Bits

type Apart = tuple[Ints, Ints, Ints]
"""The pieces of each case on a graph."""

NOTHING: Apart = (np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Stand:
    """What stands at a gateway: cells, sites and people, the e-services in bits, and what it all needs."""

    gateway: int
    need: Need
    amounts: tuple[int, int, int]
    services: Bits


class Rest:
    """Stands on the graphs of a network.

    ``watched`` are the nodes that any of them stands on. As long as these do not part from each other, a single node or
    link takes something only where it is ``critical``.
    """

    def __init__(self, graphs: Graphs, stands: Sequence[Stand], words: int) -> None:
        self._graphs, self.count = graphs, len(stands)
        self._legs = _legs(graphs)
        ties = [self._resolved(stand) for stand in stands]
        clauses = [clause for found in ties for clause in found]
        first = begins(ties)
        self._needs = (
            first,
            begins(clauses),
            np.array([tie for clause in clauses for tie in clause], np.int64).reshape(-1, 3),
        )
        self._amounts = np.array([stand.amounts for stand in stands], np.int64).reshape(-1, 3)
        self._services = np.array([stand.services for stand in stands], np.uint64).reshape(-1, words)
        ends = [{end for clause in found for tie in clause for end in self._ends(*tie)} for found in ties]
        self._on_node = _turned([{node for _, node in found} for found in ends], len(graphs.nodes))
        self._on_link = _turned([{link for link, _ in found if link >= 0} for found in ends], len(graphs.links))
        self.watched = np.diff(self._on_node[0]) > 0
        self.critical = self._critical({tie for clause in clauses for tie in clause})

    def lost(self, nodes: Lists, links: Lists, apart: Sequence[Apart]) -> tuple[Ints, Bits]:
        """Amounts and e-services that each case takes, ``(cases, 3)`` and ``(cases, words)``."""
        cases, size = len(nodes[0]) - 1, len(self._graphs.nodes)
        met = [_meeting(self._on_node, *_cases(nodes)), _meeting(self._on_link, *_cases(links))]
        for found, starts, of in apart:
            met.append(_meeting(self._on_node, np.repeat(of, np.diff(starts)), found))
        pairs = np.unique(np.concatenate([case * max(self.count, 1) + stand for case, stand in met]))
        case, stand = pairs // max(self.count, 1), pairs % max(self.count, 1)
        first = np.searchsorted(case, np.arange(cases + 1))
        slate = np.full((6, max(size, len(self._graphs.links))), -1, np.int64)
        both = (apart[0], apart[1] if len(apart) > 1 else NOTHING)
        gone = fitting(judged, size)((first, stand), nodes, links, both, self._needs, self._legs, slate)
        lost, services = np.zeros((cases, 3), np.int64), np.zeros((cases, self._services.shape[1]), np.uint64)
        np.add.at(lost, case[gone], self._amounts[stand[gone]])
        np.bitwise_or.at(services, case[gone], self._services[stand[gone]])
        return lost, services

    def _resolved(self, stand: Stand) -> list[list[tuple[int, int, int]]]:
        number = self._graphs.nodes

        def node(end: str) -> int:
            return stand.gateway if end == OWN else number[end]

        return [[(graph, node(one), node(other)) for graph, one, other in clause] for clause in stand.need.clauses]

    def loosened(self, graph: int, place: Ints, cut: Mask) -> tuple[Mask, Mask]:
        """Nodes and links of places with a leg that is cut, or whose legs no longer all stand in one part.

        ``place`` is the part each node is in, -1 for one that has failed; ``cut`` are the links that have failed.
        """
        nodes, links = np.zeros(len(self._graphs.nodes), np.bool_), np.zeros(len(self._graphs.links), np.bool_)
        for legs in self._graphs.graphs[graph].legs.values():
            if len({int(place[near]) for _, near in legs}) > 1 or any(cut[link] for link, _ in legs):
                nodes[[near for _, near in legs]] = True
                links[[link for link, _ in legs]] = True
        return nodes, links

    def _critical(self, ties: Iterable[tuple[int, int, int]]) -> tuple[Mask, Mask]:
        """Nodes and links without which a place is nowhere; one with two legs in one part always has another."""
        nodes, links = np.zeros(len(self._graphs.nodes), np.bool_), np.zeros(len(self._graphs.links), np.bool_)
        first, end = self._legs
        for graph, node in {(graph, end) for graph, *pair in ties for end in pair}:
            nodes[node] = True
            legs = end[first[graph, node] : first[graph, node + 1]]
            if len(np.unique(legs[:, 1])) < 2 or len(np.unique(legs[:, 2])) > 1:
                nodes[legs[:, 1]] = True
            if len(legs) < 2 or len(np.unique(legs[:, 2])) > 1:
                links[legs[legs[:, 0] >= 0, 0]] = True
        return nodes, links

    def _ends(self, graph: int, one: int, other: int) -> set[tuple[int, int]]:
        """Links and nodes that a tie stands on."""
        first, end = self._legs
        found = {(-1, one), (-1, other)}
        for node in (one, other):
            found |= {(int(link), int(near)) for link, near, _ in end[first[graph, node] : first[graph, node + 1]]}
        return found


def _legs(graphs: Graphs) -> tuple[Ints, Ints]:
    """By graph, where the ends of each node begin; ends (link, node, part as designed): most nodes are their own."""
    first, ends = np.zeros((len(graphs.graphs), len(graphs.nodes) + 1), np.int64), list[tuple[int, int, int]]()
    for row, graph in zip(first, graphs.graphs, strict=True):
        there = graph.ends[graph.ends[:, 0] >= 0]
        label = labels(len(graph.nodes), there[:, 0], there[:, 1]).tolist()
        row[0] = len(ends)
        for node in range(len(graph.nodes)):
            legs = graph.legs.get(node, ((-1, node),))
            ends += [(link, near, label[near]) for link, near in legs]
            row[node + 1] = len(ends)
    return first, np.array(ends, np.int64).reshape(-1, 3)


def _turned(held: Sequence[Iterable[int]], size: int) -> Lists:
    """For each of some numbers, the lists that hold it."""
    found: list[list[int]] = [[] for _ in range(size)]
    for number, members in enumerate(held):
        for member in members:
            found[member].append(number)
    return lists(found)


def _cases(held: Lists) -> tuple[Ints, Ints]:
    """The list and the member of each entry."""
    return np.repeat(np.arange(len(held[0]) - 1), np.diff(held[0])), held[1]


def _meeting(on: Lists, case: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Cases and stands that meet, each case being at some place."""
    count = np.diff(on[0])[at]
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(case, count), on[1][np.repeat(on[0][at], count) + step]
