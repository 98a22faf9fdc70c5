"""Where routers in mid-path refuse conversations, failures that move the paths of these are judged from the whole.

Sums over parts of the network say nothing about the way a packet takes. But they are right as long as every counted
conversation that some router would refuse crosses such a router exactly if it did before. Most failures move no such
path at all, and those that do are found by looking at what lies behind them on the shortest paths.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from monitoring.reachability.cells import Mask
from monitoring.reachability.compute import Reach
from monitoring.reachability.down import expand
from monitoring.reachability.sweep.crossings import Crossings
from monitoring.reachability.sweep.elements import Elements, Lists
from monitoring.reachability.sweep.graph import Graphs
from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.ruled import Ruled

type Amounts = tuple[int, int, int, int]
"""Cells, sites, people, e-services."""


class Midway:
    """The rules in mid-path that concern counted cells of a network, mostly none."""

    def __init__(self, designed: Reach, counted: Mask, people: Ints, graphs: Graphs, elements: Elements) -> None:
        self._designed, self._graphs, self._elements = designed, graphs, elements
        self._counted, self._people = counted, people

    @property
    def moving(self) -> tuple[int, ...]:
        """Numbers of the elements that move such a path."""
        return tuple(number for number, _ in self._moved())

    def tolls(self) -> Iterator[tuple[int, Amounts]]:
        """The elements that move such a path, by number, and what they take."""
        for number, bits in self._moved():
            down = expand(self._designed.access.network, (self._elements.names[number],))
            yield number, self._ruled.lost(down, self._crossings, bits)

    @cached_property
    def _ruled(self) -> Ruled:
        return Ruled(self._designed, self._counted, self._people)

    @cached_property
    def _crossings(self) -> Crossings:
        return Crossings(self._designed.access, self._graphs.links, self._ruled.questions)

    def _moved(self) -> Iterator[tuple[int, tuple[Ints, ...]]]:
        if not self._designed.access.midpath.rules or not self._ruled.questions:
            return
        whole, cases = frozenset(self._elements.whole), (self._elements.nodes, self._elements.links)
        none = np.zeros(0, np.int64)
        for number in range(len(self._elements.names)):
            of = self._elements
            node, link, case = int(of.node[number]), int(of.link[number]), int(of.case[number])
            if number in whole or max(node, link, case) < 0:
                continue
            nodes, links = (_of(held, case) for held in cases) if case >= 0 else (none, none)
            nodes = np.array([node], np.int64) if node >= 0 else nodes
            links = np.array([link], np.int64) if link >= 0 else links
            bits = self._crossings.after(nodes, links)
            if bits is not None:
                yield number, bits


def _of(held: Lists, case: int) -> Ints:
    return held[1][held[0][case] : held[0][case + 1]]
