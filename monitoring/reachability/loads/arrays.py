"""The arrays the loops work on. Nodes and links are numbers; ``2 * link`` is its direction towards end b."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Mask = NDArray[np.bool_]

FAR = 1 << 60
"""Distance of what cannot be reached."""


class Graph(NamedTuple):
    """Neighbours of node v: ``to[first[v]:first[v + 1]]``, over the links in ``via`` at the same places.

    By link: ``cost`` and its ends ``a`` and ``b``; by node: whether it forwards for others (``through``).
    """

    first: Ints
    to: Ints
    via: Ints
    cost: Ints
    a: Ints
    b: Ints
    through: Mask


class Dead(NamedTuple):
    """What has failed, by node and by link."""

    nodes: Mask
    links: Mask


class Routes(NamedTuple):
    """Shortest paths from each root, with every tie.

    ``(roots, nodes)``: distance, number of next hops towards the root (``ways``), and ``top``: the nearest node that
    all paths of a node have in common. The bundle of paths from node v up to its top stands at ``begin[r, v]`` to
    ``begin[r, v + 1]``: the direction away from the root, the node below, the share of the traffic away from and
    towards the root. ``crossing``, from ``crossed[r, v]`` on, lists the nodes whose bundle v lies inside.
    """

    roots: Ints
    distance: Ints
    ways: Ints
    top: Ints
    begin: Ints
    direction: Ints
    below: Ints
    away: Floats
    towards: Floats
    crossed: Ints
    crossing: Ints


class Bundle(NamedTuple):
    """Room in which the bundle of one node is put together; edges from the node upwards."""

    below: Ints
    above: Ints
    link: Ints
    away: Floats
    towards: Floats
    seen: Mask
    parents: Ints
    children: Ints
    flow: Floats


class Heap(NamedTuple):
    """A binary heap, the smallest key first."""

    keys: Ints
    nodes: Ints


def bundle_room(nodes: int, links: int) -> Bundle:
    """An empty room."""

    def edge() -> Ints:
        return np.zeros(2 * links + 1, np.int64)

    def count() -> Ints:
        return np.zeros(nodes, np.int64)

    shares, seen = np.zeros((2, 2 * links + 1)), np.zeros(nodes, np.bool_)
    return Bundle(edge(), edge(), edge(), shares[0], shares[1], seen, count(), count(), np.zeros((2, nodes)))


def heap_room(nodes: int, links: int) -> Heap:
    """An empty heap."""
    return Heap(np.zeros(2 * links + 2 * nodes + 2, np.int64), np.zeros(2 * links + 2 * nodes + 2, np.int64))
