"""Places that hang on the network by one link are folded into the node they hang on: their way never changes.

What fails there only takes traffic away, so nothing has to be settled for it; and what is left is a fifth of the nodes.
"""

from typing import NamedTuple

import numpy as np

from monitoring.reachability.loads.arrays import Floats, Graph, Ints


class Fold(NamedTuple):
    """The graph of what is left; ``nodes`` and ``links`` are the old numbers of the kept ones.

    ``node_at``, ``link_at``: the new number of each old one, -1 when folded. Of each folded place: ``place`` (old
    number), ``anchor`` (new number) and ``link`` (old number); ``hung`` is the place at each old node, -1 for none.
    """

    graph: Graph
    nodes: Ints
    links: Ints
    node_at: Ints
    link_at: Ints
    place: Ints
    anchor: Ints
    link: Ints
    hung: Ints


def folded(graph: Graph, roots: Ints) -> Fold:
    """Fold every node that has one link, to a node that forwards; roots stay."""
    degree = np.diff(graph.first)
    single = degree == 1
    single[roots] = False
    place = np.flatnonzero(single)
    far, link = graph.to[graph.first[place]], graph.via[graph.first[place]]
    fits = graph.through[far] & ~(single[far] & (far < place))
    place, far, link = place[fits], far[fits], link[fits]
    gone = np.zeros(len(degree), np.bool_)
    gone[place] = True
    fits = ~gone[far]
    gone[place[~fits]] = False
    place, far, link = place[fits], far[fits], link[fits]
    cut = np.zeros(len(graph.cost), np.bool_)
    cut[link] = True
    node_at, link_at = _numbered(~gone), _numbered(~cut)
    hung = np.full(len(degree), -1, np.int64)
    hung[place] = np.arange(len(place))
    nodes, links = np.flatnonzero(~gone), np.flatnonzero(~cut)
    return Fold(
        _less(graph, nodes, links, node_at, link_at), nodes, links, node_at, link_at, place, node_at[far], link, hung
    )


def _numbered(kept: np.typing.NDArray[np.bool_]) -> Ints:
    found = np.full(len(kept), -1, np.int64)
    found[kept] = np.arange(np.count_nonzero(kept))
    return found


def _less(graph: Graph, nodes: Ints, links: Ints, node_at: Ints, link_at: Ints) -> Graph:
    """The graph with only some nodes and links."""
    owner = np.repeat(np.arange(len(graph.first) - 1), np.diff(graph.first))
    stays = link_at[graph.via] >= 0
    counts = np.bincount(node_at[owner[stays]], minlength=len(nodes))
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ends = node_at[graph.a[links]], node_at[graph.b[links]]
    return Graph(
        first, node_at[graph.to[stays]], link_at[graph.via[stays]], graph.cost[links], *ends, graph.through[nodes]
    )


def gathered(fold: Fold, rates: Floats) -> Floats:
    """Demand by node of what is left, with that of the places folded into it."""
    kept = np.ascontiguousarray(rates[:, :, fold.nodes])
    for k in range(rates.shape[0]):
        for way in range(2):
            kept[k, way] += np.bincount(fold.anchor, rates[k, way, fold.place], minlength=len(fold.nodes))
    return kept
