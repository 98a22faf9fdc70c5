"""The two inner loops: a depth-first walk with low points, and what each failure cuts off.

Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", 1973. A subtree below a bridge, or
below a cut vertex, is what its failure separates from the rest. Compiled by numba where it is installed; the same
functions run without it, only slower.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]

WORTH_COMPILING = 2000
"""Nodes from which loading numba pays; it takes a second."""


def fitting[F: Callable[..., Any]](function: F, nodes: int) -> F:
    """A function of this module, compiled where the network is large and numba is installed."""
    return _compiled(function) if nodes >= WORTH_COMPILING else function


@cache
def _compiled(function: Callable[..., Any]) -> Any:
    try:
        from numba import njit
    except ImportError:
        return function
    return njit(cache=True)(function)


def walk(first: Ints, to: Ints, via: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Walk every component depth first.

    The neighbours of node v are ``to[first[v]:first[v + 1]]``, the links to them are in ``via`` at the same places.
    Returns the order of the nodes, and by node: its number in that order, low point, parent, link to the parent (-1
    for none) and root.
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
        depth, stack[0] = 1, start
        order[count], number[start], low[start], root[start] = start, count, count, start
        count += 1
        while depth:
            v = stack[depth - 1]
            if at[v] == first[v + 1]:
                depth -= 1
                above = parent[v]
                if above >= 0 and low[v] < low[above]:
                    low[above] = low[v]
                continue
            u, over = to[at[v]], via[at[v]]
            at[v] += 1
            if number[u] < 0:
                parent[u], link[u], root[u] = v, over, start
                order[count], number[u], low[u] = u, count, count
                count += 1
                stack[depth] = u
                depth += 1
            elif over != link[v] and number[u] < low[v]:
                low[v] = number[u]
    return order, number, low, parent, link, root


def failures(
    walked: tuple[Ints, Ints, Ints, Ints, Ints, Ints], weight: Ints, needed: Ints, links: int
) -> tuple[Ints, Ints]:
    """Weight that is lost when each node, and each link, fails.

    ``weight[k, v]``: what stands at node v in column k; ``needed[k, v]``: 1 where column k needs node v. What stands at
    a node works as long as all that its column needs hangs together with it. Returns ``(k, nodes)``, ``(k, links)``.
    """
    order, number, low, parent, link, root = walked
    n, columns = len(order), weight.shape[0]
    by_node, by_link = np.zeros((columns, n), np.int64), np.zeros((columns, links), np.int64)
    above, top = np.full(n, -1, np.int64), np.empty(n, np.int64)
    for i in range(n):
        v = order[i]
        top[i] = number[root[v]]
        if parent[v] >= 0:
            above[i] = number[parent[v]]
    below, inside, rest = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    outside, kept = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(columns):
        for i in range(n):
            below[i], inside[i], kept[i] = weight[k, order[i]], needed[k, order[i]], 0
        for i in range(n - 1, 0, -1):
            if above[i] >= 0:
                below[above[i]] += below[i]
                inside[above[i]] += inside[i]
        for i in range(n):
            v, p, whole, every = order[i], above[i], below[top[i]], inside[top[i]]
            rest[i], outside[i] = whole - weight[k, v], every - needed[k, v]
            if p < 0 or low[v] < p:
                continue
            rest[p] -= below[i]
            outside[p] -= inside[i]
            if inside[i] == every:
                kept[p] = below[i]
            if low[v] == i:
                far = below[i] if inside[i] == 0 else whole
                by_link[k, link[v]] = whole - below[i] if inside[i] == every and every else far
        for i in range(n):
            survives = rest[i] if outside[i] == inside[top[i]] else kept[i]
            by_node[k, order[i]] = below[top[i]] - survives
    return by_node, by_link


def parts(graph: tuple[Ints, Ints, Ints], dead_nodes: Mask, dead_links: Mask) -> Ints:
    """Number of the part each node belongs to when several nodes and links fail together; -1 for the dead."""
    first, to, via = graph
    n = len(first) - 1
    part, stack, count = np.full(n, -1, np.int64), np.empty(n + 1, np.int64), 0
    for start in range(n):
        if part[start] >= 0 or dead_nodes[start]:
            continue
        part[start], stack[0], depth = count, start, 1
        while depth:
            depth -= 1
            v = stack[depth]
            for i in range(first[v], first[v + 1]):
                u = to[i]
                if part[u] < 0 and not dead_nodes[u] and not dead_links[via[i]]:
                    part[u], stack[depth] = count, u
                    depth += 1
        count += 1
    return part


def removal(part: Ints, weight: Ints, needed: Ints) -> Ints:
    """Weight lost in each column when only nodes of one part still hang together; shapes as in ``failures``."""
    lost = np.zeros(weight.shape[0], np.int64)
    for k in range(weight.shape[0]):
        home = -2
        for v in range(len(part)):
            if needed[k, v]:
                home = part[v] if home in (-2, part[v]) else -3
        for v in range(len(part)):
            if home < 0 or part[v] != home:
                lost[k] += weight[k, v]
    return lost
