"""Where routers in mid-path refuse conversations, every failure that moves a path is judged from the whole network.

Sums over parts of the network say nothing about the way a packet takes. But a router on one line, with no server
behind it, is on nobody's way: what it and its line cost is what stands behind it, as everywhere.
"""

import numpy as np

from monitoring.reachability.cells import Mask
from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.sweep.elements import Elements, Lists
from monitoring.reachability.sweep.graph import Graphs
from monitoring.reachability.sweep.kernel import Ints


def moving(designed: Reach, counted: Mask, graphs: Graphs, elements: Elements) -> tuple[int, ...]:
    """Elements to judge from the whole network, because some cells hang on rules in mid-path; mostly none."""
    if not _concerned(designed, counted):
        return ()
    ways = np.append(~_stubs(designed, graphs), False)
    ends = np.full((len(graphs.links) + 1, 2), -1, np.int64)
    for graph in graphs.graphs:
        ends[:-1] = np.maximum(ends[:-1], graph.ends)
    over = ways[ends].all(axis=1)
    over[:-1] |= ends[:-1, 0] < 0
    together = _any(elements.nodes, ways) | _any(elements.links, over)
    told = ways[elements.node] | over[elements.link] | np.append(together, False)[elements.case]
    return tuple(np.flatnonzero(told).tolist())


def _concerned(designed: Reach, counted: Mask) -> bool:
    """Whether any router in mid-path can refuse a conversation that a counted cell needs."""
    access, midpath = designed.access, designed.access.midpath
    if not midpath.rules:
        return False
    for stops in midpath.stops.values():
        for kind, denied in enumerate(stops.denied):
            for columns in denied.values():
                services = columns[columns < counted.shape[1]]
                if counted[np.ix_(stops.kind == kind, services)].any():
                    return True
    needs = {(need.asking, need.asked) for found in access.dependencies.values() for need in found}
    talks = [access.needed(*need, family) for need in needs for family in FAMILIES]
    return any(midpath.refusing(talk, router) for talk in talks if talk is not None for router in midpath.rules)


def _stubs(designed: Reach, graphs: Graphs) -> Mask:
    """Routers on one line at most, and no server behind them."""
    lines = np.zeros(len(graphs.nodes), np.int64)
    ends = np.stack([graph.ends for graph in graphs.graphs]).max(axis=0)
    np.add.at(lines, ends[ends[:, 0] >= 0], 1)
    found: Mask = lines < 2
    for graph in graphs.graphs:
        found[list(graph.legs)] = False
    for plan in designed.access.plan.of.values():
        found[plan.gateway[plan.gateway >= 0]] = False
    return found


def _any(held: Lists, among: Mask) -> Mask:
    """Whether each list holds any of some numbers."""
    first, numbers = held
    inside: Ints = np.concatenate([[0], np.cumsum(among[numbers])])
    return inside[first[1:]] > inside[first[:-1]]
