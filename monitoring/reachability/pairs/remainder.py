"""What is left of a network when one element has failed: its graph walked anew, and what still stands on it."""

from dataclasses import dataclass

import numpy as np

from monitoring.reachability.pairs.infrastructure import Part
from monitoring.reachability.sweep.graph import Graph
from monitoring.reachability.sweep.kernel import Ints, Mask, Walked, fitting, walk


@dataclass(frozen=True, eq=False)
class Remainder:
    """The walk, the part of the network each node is in (-1: it has failed), and the links that have failed."""

    walked: Walked
    place: Ints
    cut: Mask

    def standing(self, weight: Ints, needed: Ints) -> Ints:
        """The weight of columns that is not lost already; shapes as in ``failures``."""
        left = weight.copy()
        for amounts, need in zip(left, needed, strict=True):
            homes = np.unique(self.place[need > 0])
            amounts[self.place != homes[0] if len(homes) == 1 and homes[0] >= 0 else slice(None)] = 0
        return left


def remainder(graph: Graph, part: Part) -> Remainder:
    """A graph without what fails with an element."""
    nodes = len(graph.nodes)
    dead: Mask = np.zeros(nodes, np.bool_)
    dead[list(part.nodes)] = True
    cut = np.zeros(len(graph.links), np.bool_)
    cut[list(part.links)] = True
    begin = np.repeat(np.arange(nodes), np.diff(graph.first))
    kept = ~(dead[begin] | dead[graph.to] | cut[graph.via])
    first = np.concatenate([[0], np.cumsum(np.bincount(begin[kept], minlength=nodes))])
    walked: Walked = fitting(walk, nodes)(first, graph.to[kept], graph.via[kept])
    place = np.empty(nodes, np.int64)
    place[walked[0]] = walked[4]
    place[dead] = -1
    return Remainder(walked, place, cut)
