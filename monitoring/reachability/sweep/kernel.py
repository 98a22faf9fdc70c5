"""The two inner loops: a depth-first walk with low points, and what each single failure cuts off.

Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", 1973. A subtree below a bridge, or
below a cut vertex, is what its failure separates from the rest. Compiled by numba where it is installed; the same
functions run without it, only slower.
"""

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]
type Walked = tuple[Ints, Ints, Ints, Ints, Ints]
"""What ``walk`` returns."""

WORTH_COMPILING = 2000
"""Nodes from which loading numba pays; it takes a second."""


def fitting[F: Callable[..., Any]](function: F, nodes: int) -> F:
    """A function of this folder, compiled where the network is large and numba is installed."""
    return compiled(function) if nodes >= WORTH_COMPILING else function


@cache
def compiled(function: Callable[..., Any]) -> Any:
    """A function of this folder and those it calls, compiled; itself where numba is not installed."""
    try:
        from numba import njit
    except ImportError:
        return function
    mine = function.__globals__
    called = {name: mine[name] for name in function.__code__.co_names if isinstance(mine.get(name), FunctionType)}
    ready = mine | {name: compiled(part) for name, part in called.items()}
    return njit(cache=True)(FunctionType(function.__code__, ready, function.__name__, function.__defaults__))


def walk(first: Ints, to: Ints, via: Ints) -> Walked:
    """Walk every component depth first; nodes are told by their number in that order from then on.

    The neighbours of node v are ``to[first[v]:first[v + 1]]``, the links to them are in ``via`` at the same places.
    Returns the nodes in order, and by number: low point, number of the parent (-1 for none), link to the parent (-1)
    and number of the root.
    """
    n = len(first) - 1
    order, number = np.empty(n, np.int64), np.full(n, -1, np.int64)
    low, parent = np.empty(n, np.int64), np.full(n, -1, np.int64)
    link, root = np.full(n, -1, np.int64), np.empty(n, np.int64)
    at, stack = first[:-1].copy(), np.empty(n + 1, np.int64)
    count = 0
    for start in range(n):
        if number[start] >= 0:
            continue
        top, depth, stack[0] = count, 1, start
        order[count], number[start], low[count], root[count] = start, count, count, top
        count += 1
        while depth:
            v = stack[depth - 1]
            here = number[v]
            if at[v] == first[v + 1]:
                depth -= 1
                above = parent[here]
                if above >= 0 and low[here] < low[above]:
                    low[above] = low[here]
                continue
            u, over = to[at[v]], via[at[v]]
            at[v] += 1
            if number[u] < 0:
                parent[count], link[count], root[count] = here, over, top
                order[count], number[u], low[count] = u, count, count
                count += 1
                stack[depth] = u
                depth += 1
            elif over != link[here] and number[u] < low[here]:
                low[here] = number[u]
    return order, low, parent, link, root


def failures(walked: Walked, weight: Ints, needed: Ints, links: int) -> tuple[Ints, Ints]:
    """Weight that is lost when each node, and each link, fails.

    ``weight[k, v, m]``: what stands at node v in column k, by measure; ``needed[k, v]``: 1 where column k needs node v.
    What stands at a node works as long as all that its column needs hangs together with it. Columns are summed up.
    Returns ``(nodes, m)`` by node and ``(links, m)``.
    """
    order, low, parent, link, root = walked
    n, measures = len(order), weight.shape[2]
    by_node, by_link = np.zeros((n, measures), np.int64), np.zeros((links, measures), np.int64)
    below, rest = np.empty((n, measures), np.int64), np.empty((n, measures), np.int64)
    kept = np.empty((n, measures), np.int64)
    inside, outside = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(weight.shape[0]):
        for i in range(n):
            v = order[i]
            inside[i] = needed[k, v]
            for m in range(measures):
                below[i, m] = weight[k, v, m]
        for i in range(n - 1, 0, -1):
            p = parent[i]
            if p >= 0:
                inside[p] += inside[i]
                for m in range(measures):
                    below[p, m] += below[i, m]
        for i in range(n):
            v, p, top = order[i], parent[i], root[i]
            every = inside[top]
            outside[i] = every - needed[k, v]
            for m in range(measures):
                rest[i, m], kept[i, m] = below[top, m] - weight[k, v, m], 0
            if p < 0 or low[i] < p:
                continue
            outside[p] -= inside[i]
            whole = inside[i] == every and every > 0
            for m in range(measures):
                rest[p, m] -= below[i, m]
                if inside[i] == every:
                    kept[p, m] = below[i, m]
                if low[i] == i:
                    far = below[i, m] if inside[i] == 0 else below[top, m]
                    by_link[link[i], m] += below[top, m] - below[i, m] if whole else far
        for i in range(n):
            alive = outside[i] == inside[root[i]]
            for m in range(measures):
                by_node[order[i], m] += below[root[i], m] - (rest[i, m] if alive else kept[i, m])
    return by_node, by_link


def partings(walked: Walked, watched: Mask, links: int) -> tuple[Mask, Mask]:
    """Whether some of the watched nodes part from others when each node, and each link, fails."""
    order, low, parent, link, root = walked
    n = len(order)
    by_node, by_link = np.zeros(n, np.bool_), np.zeros(links, np.bool_)
    inside, outside, pieces = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n - 1, -1, -1):
        inside[i] += watched[order[i]]
        if parent[i] >= 0:
            inside[parent[i]] += inside[i]
    for i in range(n):
        p, every = parent[i], inside[root[i]]
        outside[i] = every - watched[order[i]]
        if p < 0 or low[i] < p or inside[i] == 0:
            continue
        outside[p] -= inside[i]
        pieces[p] += 1
        if low[i] == i and inside[i] < every:
            by_link[link[i]] = True
    for i in range(n):
        by_node[order[i]] = pieces[i] + (outside[i] > 0) > 1
    return by_node, by_link
