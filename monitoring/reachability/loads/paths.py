"""Shortest paths with every tie, and how traffic splits on them: the same share to every next hop, at every hop.

All paths between a node and a root meet in a last common node before they part: the node's top. Traffic of the node and
of all below it runs through the bundle of paths up to the top, and from there on like the top's own. So a load is a
sum over a tree of tops, and a failure changes few of its bundles.
"""

import numpy as np

from monitoring.reachability.loads.arrays import FAR, Bundle, Dead, Graph, Heap, Ints, Routes


def push(heap: Heap, size: int, key: int, node: int) -> int:
    """Put a node on a heap of that size; returns the new size."""
    at = size
    while at:
        above = (at - 1) >> 1
        if heap.keys[above] <= key:
            break
        heap.keys[at], heap.nodes[at] = heap.keys[above], heap.nodes[above]
        at = above
    heap.keys[at], heap.nodes[at] = key, node
    return size + 1


def drop(heap: Heap, size: int) -> int:
    """Take the first node off; returns the new size."""
    size -= 1
    key, node, at = heap.keys[size], heap.nodes[size], 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and heap.keys[below + 1] < heap.keys[below]:
            below += 1
        if heap.keys[below] >= key:
            break
        heap.keys[at], heap.nodes[at] = heap.keys[below], heap.nodes[below]
        at = below
    heap.keys[at], heap.nodes[at] = key, node
    return size


def settle(graph: Graph, dead: Dead, root: int, distance: Ints, heap: Heap, size: int) -> None:
    """Dijkstra from the nodes on the heap; distances that are right already stay."""
    while size:
        far, v = heap.keys[0], heap.nodes[0]
        size = drop(heap, size)
        if far > distance[v] or not (graph.through[v] or v == root):
            continue
        for i in range(graph.first[v], graph.first[v + 1]):
            u, link = graph.to[i], graph.via[i]
            if dead.links[link] or dead.nodes[u]:
                continue
            if far + graph.cost[link] < distance[u]:
                distance[u] = far + graph.cost[link]
                size = push(heap, size, distance[u], u)


def gather(graph: Graph, dead: Dead, root: int, distance: Ints, heap: Heap, room: Bundle, node: int) -> tuple[int, int]:
    """Collect the bundle of a node; returns its top and how many edges it has."""
    size, edges = push(heap, 0, -distance[node], node), 0
    while True:
        v = heap.nodes[0]
        size = drop(heap, size)
        if size == 0 and v != node:
            return v, edges
        for i in range(graph.first[v], graph.first[v + 1]):
            u, link = graph.to[i], graph.via[i]
            if dead.links[link] or not (graph.through[u] or u == root):
                continue
            if distance[u] + graph.cost[link] != distance[v]:
                continue
            room.below[edges], room.above[edges], room.link[edges] = v, u, link
            room.parents[v] += 1
            room.children[u] += 1
            edges += 1
            if not room.seen[u]:
                room.seen[u] = True
                size = push(heap, size, -distance[u], u)


def split(room: Bundle, node: int, top: int, edges: int) -> None:
    """The share of each edge of a gathered bundle, away from and towards the root; clears the counts."""
    away, towards = room.flow[0], room.flow[1]
    towards[node], away[top] = 1.0, 1.0
    for e in range(edges):
        v, u = room.below[e], room.above[e]
        room.towards[e] = towards[v] / room.parents[v]
        towards[u] += room.towards[e]
    for e in range(edges - 1, -1, -1):
        v, u = room.below[e], room.above[e]
        room.away[e] = away[u] / room.children[u]
        away[v] += room.away[e]
    for e in range(edges):
        v, u = room.below[e], room.above[e]
        room.parents[v], room.children[u], room.seen[u] = 0, 0, False
        away[v] = away[u] = towards[v] = towards[u] = 0.0


def routes(graph: Graph, dead: Dead, roots: Ints, heap: Heap, room: Bundle) -> Routes:
    """Shortest paths and bundles of every root."""
    nodes, many = len(graph.first) - 1, len(roots)
    distance = np.full((many, nodes), FAR, np.int64)
    ways, top = np.zeros((many, nodes), np.int64), np.full((many, nodes), -1, np.int64)
    begin = np.zeros((many, nodes + 1), np.int64)
    ints, shares, used = np.zeros((2, 2 * nodes + 16), np.int64), np.zeros((2, 2 * nodes + 16)), 0
    for r in range(many):
        root, row = roots[r], distance[r]
        row[root] = 0
        settle(graph, dead, root, row, heap, push(heap, 0, 0, root))
        for v in range(nodes):
            begin[r, v] = used
            if v == root or row[v] >= FAR:
                continue
            top[r, v], edges = gather(graph, dead, root, row, heap, room, v)
            ways[r, v] = room.parents[v]
            split(room, v, top[r, v], edges)
            while used + edges > ints.shape[1]:
                ints = np.concatenate((ints, np.zeros_like(ints)), axis=1)
                shares = np.concatenate((shares, np.zeros_like(shares)), axis=1)
            for e in range(edges):
                ints[0, used] = 2 * room.link[e] + (graph.a[room.link[e]] != room.above[e])
                ints[1, used] = room.below[e]
                shares[0, used], shares[1, used] = room.away[e], room.towards[e]
                used += 1
        begin[r, nodes] = used
    crossed, crossing = _crossings(begin, ints[1])
    return Routes(roots, distance, ways, top, begin, ints[0], ints[1], shares[0], shares[1], crossed, crossing)


def _crossings(begin: Ints, below: Ints) -> tuple[Ints, Ints]:
    """For each root and node, the nodes whose bundle it lies inside: where they begin, and which they are."""
    many, nodes = begin.shape[0], begin.shape[1] - 1
    crossed = np.zeros((many, nodes + 1), np.int64)
    for r in range(many):
        for v in range(nodes):
            for e in range(begin[r, v] + 1, begin[r, v + 1]):
                if below[e] != below[e - 1]:
                    crossed[r, below[e]] += 1
    start = 0
    for r in range(many):
        for v in range(nodes + 1):
            crossed[r, v], start = start, start + crossed[r, v]
    crossing, at = np.zeros(start, np.int64), crossed.copy()
    for r in range(many):
        for v in range(nodes):
            for e in range(begin[r, v] + 1, begin[r, v + 1]):
                if below[e] != below[e - 1]:
                    crossing[at[r, below[e]]] = v
                    at[r, below[e]] += 1
    return crossed, crossing


CALLED = (push, drop, settle, gather, split, _crossings)
"""What ``routes`` calls."""
