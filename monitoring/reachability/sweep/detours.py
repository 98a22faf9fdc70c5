"""What a failure changes on the shortest paths towards one device: only what lies behind it is looked at again.

Ramalingam and Reps, "On the computational complexity of dynamic graph problems", 1996, for links and nodes that go.
Every device holds bits: which sets of routers some shortest path from it crosses. Compiled by numba where it is
installed; without it the same functions run on lists.
"""

from heapq import heappop, heappush
from typing import Any

FAR = 1 << 40
"""The distance of a device without a way."""

type Graph = Any
"""Neighbours as in ``kernel.walk``: first, to, via; the cost of each; both ends of each link."""

type Towards = Any
"""By device: distance, whether it forwards, its own bits, its bits with everything up, and the bits worth telling."""

type Slate = Any
"""By device or link the last turn in which it failed (devices, links), lost all ways, was waiting, was told again; and
by device the distance and the bits of that turn."""


def detours(graph: Graph, towards: Towards, failed: Any, slate: Slate, turn: int, found: Any) -> int:
    """Devices whose bits change in ways worth telling when devices and links fail; how many of them are in ``found``.

    ``turn`` grows with every call. Their bits of the turn are on the slate. Devices without a way are not told.
    """
    gone, cut = slate[0], slate[1]
    nodes, links = failed
    for v in nodes:
        gone[v] = turn
    for link in links:
        cut[link] = turn
    touched = loosened(graph, towards, failed, slate, turn)
    settled(graph, towards, touched, slate, turn)
    return told(graph, towards, touched, slate, turn, found)


def loosened(graph: Graph, towards: Towards, failed: Any, slate: Slate, turn: int) -> Any:
    """Devices that lose one of their ways, the nearest first; those that lose all of them are marked."""
    first, to, via, cost, one, other, length = graph
    dist, forwards = towards[0], towards[1]
    gone, cut, loose, waiting, left = slate[0], slate[1], slate[2], slate[3], slate[5]
    nodes, links = failed
    queue, touched = [(0, 0)], [0]
    queue.pop()
    touched.pop()
    for v in nodes:
        for i in range(first[v], first[v + 1]):
            u = to[i]
            if forwards[v] and gone[u] != turn and waiting[u] != turn and dist[u] == dist[v] + cost[i]:
                waiting[u] = turn
                heappush(queue, (dist[u], u))
    for link in links:
        for u, v in ((one[link], other[link]), (other[link], one[link])):
            if u >= 0 and forwards[v] and gone[u] != turn and waiting[u] != turn and dist[u] == dist[v] + length[link]:
                waiting[u] = turn
                heappush(queue, (dist[u], u))
    while queue:
        at, v = heappop(queue)
        touched.append(v)
        stands = False
        for i in range(first[v], first[v + 1]):
            u = to[i]
            if cut[via[i]] != turn and gone[u] != turn and loose[u] != turn and forwards[u]:
                stands = stands or dist[u] + cost[i] == at
        if not stands:
            loose[v], left[v] = turn, FAR
            for i in range(first[v], first[v + 1]):
                u = to[i]
                if forwards[v] and gone[u] != turn and waiting[u] != turn and dist[u] == at + cost[i]:
                    waiting[u] = turn
                    heappush(queue, (dist[u], u))
    return touched


def settled(graph: Graph, towards: Towards, touched: Any, slate: Slate, turn: int) -> None:
    """Find the new distances of devices that lost all their ways."""
    first, to, via, cost = graph[0], graph[1], graph[2], graph[3]
    dist, forwards = towards[0], towards[1]
    gone, cut, loose, left = slate[0], slate[1], slate[2], slate[5]
    queue = [(0, 0)]
    queue.pop()
    for v in touched:
        if loose[v] == turn:
            for i in range(first[v], first[v + 1]):
                u = to[i]
                if cut[via[i]] != turn and gone[u] != turn and loose[u] != turn and forwards[u]:
                    left[v] = min(left[v], dist[u] + cost[i])
            if left[v] < FAR:
                heappush(queue, (left[v], v))
    while queue:
        at, v = heappop(queue)
        if at == left[v] and forwards[v]:
            for i in range(first[v], first[v + 1]):
                u = to[i]
                if loose[u] == turn and cut[via[i]] != turn and at + cost[i] < left[u]:
                    left[u] = at + cost[i]
                    heappush(queue, (left[u], u))


def told(graph: Graph, towards: Towards, touched: Any, slate: Slate, turn: int, found: Any) -> int:
    """Gather the bits anew, the nearest device first, wherever they may differ."""
    first, to, via, cost = graph[0], graph[1], graph[2], graph[3]
    dist, forwards, own, bits, worth = towards
    gone, cut, loose, waiting, again, left, new = slate
    queue, count = [(0, 0)], 0
    queue.pop()
    for v in touched:
        waiting[v] = -turn
        now = left[v] if loose[v] == turn else dist[v]
        if now < FAR:
            heappush(queue, (now, v))
    while queue:
        at, v = heappop(queue)
        held = own[v]
        for i in range(first[v], first[v + 1]):
            u = to[i]
            onward = cut[via[i]] != turn and gone[u] != turn and forwards[u]
            if onward and (left[u] if loose[u] == turn else dist[u]) + cost[i] == at:
                held |= new[u] if again[u] == turn else bits[u]
        again[v], new[v] = turn, held
        if held == bits[v]:
            continue
        if (held ^ bits[v]) & worth[v]:
            found[count] = v
            count += 1
        for i in range(first[v], first[v + 1]):
            u = to[i]
            behind = forwards[v] and cut[via[i]] != turn and gone[u] != turn and waiting[u] != -turn
            if behind and (left[u] if loose[u] == turn else dist[u]) == at + cost[i]:
                waiting[u] = -turn
                heappush(queue, (at + cost[i], u))
    return count
