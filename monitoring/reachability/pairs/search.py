"""Every pair, exactly: one element is taken out and what is left is swept; risk groups are also cut two at a time.

A pair is told when together it costs more cells than both alone. Rules of routers in mid-path play no part: a pair is
judged by what hangs together.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import batched, combinations
from typing import Any

import numpy as np

from inventory.model.network import Network
from monitoring.reachability.pairs.infrastructure import Part, infrastructure
from monitoring.reachability.pairs.pair import Pair
from monitoring.reachability.pairs.remainder import Remainder, remainder
from monitoring.reachability.sweep.columns import CELLS, MEASURES
from monitoring.reachability.sweep.elements import lists
from monitoring.reachability.sweep.kernel import Ints, Mask, failures, fitting, partings
from monitoring.reachability.sweep.pieces import apart, tolls
from monitoring.reachability.sweep.plan import Plan
from monitoring.reachability.sweep.sweeping import planned

BATCH = 10_000
"""Cases cut at a time."""


def pairs(network: Network, day: date) -> tuple[Pair, ...]:
    """Pairs of infrastructure that cost more cells together than both alone, the most beyond that first."""
    found = _Search(planned(network, day)).found()
    return tuple(sorted(found, key=lambda pair: (pair.alone - pair.cells, pair.one, pair.other)))


class _Search:
    def __init__(self, ready: Plan) -> None:
        self.plan, self.rest, self.graphs = ready, ready.rest, ready.graphs
        self.parts = infrastructure(ready.designed.access.network, ready.graphs)
        self.single = np.array([part.single for part in self.parts], np.bool_)
        of_node = {part.nodes[0]: n for n, part in enumerate(self.parts) if part.single and part.nodes}
        of_link = {part.links[0]: n for n, part in enumerate(self.parts) if part.single and part.links}
        self.held = tuple(np.array([*of.keys()], np.int64) for of in (of_node, of_link))
        self.number = tuple(np.array([*of.values()], np.int64) for of in (of_node, of_link))
        self.alone = self._lost([(n,) for n in range(len(self.parts))])

    def found(self) -> Iterator[Pair]:
        """All pairs, each once."""
        for number in range(len(self.parts)):
            yield from self._beside(number)
        yield from self._together(combinations(np.flatnonzero(~self.single).tolist(), 2))

    def _beside(self, number: int) -> Iterator[Pair]:
        """A part with each single node and link that comes behind it in the list, or with all for a risk group."""
        more = np.zeros((len(self.parts), MEASURES), np.int64)
        touched = np.zeros(len(self.parts), np.bool_)
        for index, columns in enumerate(self.plan.columns):
            left = remainder(self.graphs.graphs[index], self.parts[number])
            weight = left.standing(columns.weight, columns.needed)
            lost = self._fast(failures)(left.walked, weight, columns.needed, len(self.graphs.links))
            for numbers, held, amounts in zip(self.number, self.held, lost, strict=True):
                more[numbers] += amounts[held]
            if self.rest.count:
                for numbers, held, hot in zip(self.number, self.held, self._touching(index, left), strict=True):
                    touched[numbers] |= hot[held]
        later = self.single & ((np.arange(len(self.parts)) > number) | (not self.single[number]))
        for other in np.flatnonzero(later & ~touched & (more[:, CELLS] > self.alone[:, CELLS])).tolist():
            yield self._pair(number, other, self.alone[number] + more[other])
        yield from self._together((number, other) for other in np.flatnonzero(later & touched).tolist())

    def _touching(self, index: int, left: Remainder) -> tuple[Mask, Mask]:
        """Nodes and links that touch what is judged one by one, once a part has failed."""
        nodes, links = self._fast(partings)(left.walked, self.rest.watched, len(self.graphs.links))
        loose = self.rest.loosened(index, left.place, left.cut)
        return nodes | self.rest.critical[0] | loose[0], links | self.rest.critical[1] | loose[1]

    def _together(self, cases: Iterable[tuple[int, int]]) -> Iterator[Pair]:
        """Pairs cut one by one."""
        for batch in batched(cases, BATCH):
            for (one, other), lost in zip(batch, self._lost(batch), strict=True):
                if lost[CELLS] > self.alone[one, CELLS] + self.alone[other, CELLS]:
                    yield self._pair(one, other, lost)

    def _pair(self, one: int, other: int, lost: Ints) -> Pair:
        alone = int(self.alone[one, CELLS] + self.alone[other, CELLS])
        cells, sites, people = map(int, lost)
        return Pair(self.parts[one].element, self.parts[other].element, cells, sites, people, alone)

    def _lost(self, cases: Iterable[tuple[int, ...]]) -> Ints:
        """Cells, sites and people lost when the parts of each case fail together."""
        parts: list[list[Part]] = [[self.parts[n] for n in case] for case in cases]
        nodes = lists([sorted({n for part in case for n in part.nodes}) for case in parts])
        links = lists([sorted({n for part in case for n in part.links}) for case in parts])
        found = [self._fast(apart)(graph.arrays, graph.ends, nodes, links) for graph in self.graphs.graphs]
        lost = self.rest.lost(nodes, links, found)[0]
        for pieces, columns in zip(found, self.plan.columns, strict=True):
            lost += self._fast(tolls)(pieces, nodes, columns.weight, columns.carried, columns.needed)[0]
        return lost

    def _fast[F: Callable[..., Any]](self, function: F) -> F:
        return fitting(function, len(self.graphs.nodes))
