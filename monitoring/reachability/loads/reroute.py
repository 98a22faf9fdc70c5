"""What every failure does to the loads: only what has lost its shortest paths is settled anew, root by root.

For a failure and a root: the nodes whose next hops are all gone are settled again; nodes that lost some next hops, or
lie above such a node's bundle, get new bundles; the difference runs up the tree of tops. The differences of all roots
are summed by direction before any is held against its capacity.
"""

from typing import NamedTuple

import numpy as np

from monitoring.reachability.loads.arrays import FAR, Bundle, Dead, Floats, Graph, Heap, Ints, Mask, Routes
from monitoring.reachability.loads.paths import drop, gather, push, settle, split

HIT, SHORT, CHANGED, SEEN, TOUCHED = range(5)
EXACT = 1e-9
"""Share of a capacity below which a difference is rounding."""


class Failing(NamedTuple):
    """The nodes of failure f: ``nodes[node_at[f]:node_at[f + 1]]``; the same of links and of folded places.

    By folded place: the node it hangs on, and its demand (roots, 2, places).
    """

    node_at: Ints
    nodes: Ints
    link_at: Ints
    links: Ints
    place_at: Ints
    places: Ints
    anchor: Ints
    demand: Floats


class Desk(NamedTuple):
    """Room for one failure: lists with their lengths in ``size``, and what stands at each node or direction."""

    size: Ints
    hit: Ints
    short: Ints
    changed: Ints
    seen: Ints
    touched: Ints
    lost: Ints
    was: Ints
    is_hit: Mask
    is_changed: Mask
    is_seen: Mask
    is_touched: Mask
    gain: Floats
    gone: Floats
    delta: Floats


def desk_room(nodes: int, links: int) -> Desk:
    """An empty desk."""

    def numbers() -> Ints:
        return np.zeros(nodes, np.int64)

    def marks() -> Mask:
        return np.zeros(nodes, np.bool_)

    return Desk(
        size=np.zeros(5, np.int64), hit=numbers(), short=numbers(), changed=numbers(), seen=numbers(),
        touched=np.zeros(2 * links, np.int64), lost=numbers(), was=numbers(), is_hit=marks(), is_changed=marks(),
        is_seen=marks(), is_touched=np.zeros(2 * links, np.bool_), gain=np.zeros((2, nodes)), gone=np.zeros((2, nodes)),
        delta=np.zeros(2 * links),
    )  # fmt: skip


def lose(desk: Desk, ways: Ints, node: int) -> None:
    """A node has lost a next hop; without any left it is hit."""
    if desk.lost[node] == 0:
        desk.short[desk.size[SHORT]] = node
        desk.size[SHORT] += 1
    desk.lost[node] += 1
    if desk.lost[node] == ways[node] and not desk.is_hit[node]:
        hit(desk, node)


def hit(desk: Desk, node: int) -> None:
    """A node must be settled anew."""
    desk.is_hit[node] = True
    desk.hit[desk.size[HIT]] = node
    desk.size[HIT] += 1


def cut(graph: Graph, dead: Dead, root: int, distance: Ints, ways: Ints, nodes: Ints, links: Ints, desk: Desk) -> None:
    """Find the nodes that lose next hops, and among them those that lose all."""
    for link in links:
        a, b, cost = graph.a[link], graph.b[link], graph.cost[link]
        if distance[a] + cost == distance[b] and (graph.through[a] or a == root):
            lose(desk, ways, b)
        if distance[b] + cost == distance[a] and (graph.through[b] or b == root):
            lose(desk, ways, a)
    for node in nodes:
        if distance[node] < FAR and not desk.is_hit[node]:
            hit(desk, node)
    at = 0
    while at < desk.size[HIT]:
        v = desk.hit[at]
        at += 1
        if graph.through[v] or v == root:
            for i in range(graph.first[v], graph.first[v + 1]):
                link, u = graph.via[i], graph.to[i]
                if not dead.links[link] and distance[v] + graph.cost[link] == distance[u]:
                    lose(desk, ways, u)


def resettle(graph: Graph, dead: Dead, root: int, distance: Ints, heap: Heap, desk: Desk) -> None:
    """New distances of the nodes that were hit; the old ones are kept in ``was``."""
    many, size = desk.size[HIT], 0
    for at in range(many):
        v = desk.hit[at]
        desk.was[v], distance[v] = distance[v], FAR
    for at in range(many):
        v = desk.hit[at]
        if dead.nodes[v]:
            continue
        best = distance[v]
        for i in range(graph.first[v], graph.first[v + 1]):
            u, link = graph.to[i], graph.via[i]
            if not dead.links[link] and (graph.through[u] or u == root) and distance[u] + graph.cost[link] < best:
                best = distance[u] + graph.cost[link]
        if best < FAR:
            distance[v] = best
            size = push(heap, size, best, v)
    settle(graph, dead, root, distance, heap, size)


def change(desk: Desk, node: int) -> None:
    """The bundle of a node is not what it was."""
    if not desk.is_changed[node]:
        desk.is_changed[node] = True
        desk.changed[desk.size[CHANGED]] = node
        desk.size[CHANGED] += 1


def widen(routes: Routes, r: int, desk: Desk) -> None:
    """Collect the nodes whose bundles change: their next hops do, or those of a node inside the bundle."""
    for at in range(desk.size[HIT]):
        change(desk, desk.hit[at])
    for at in range(desk.size[SHORT]):
        change(desk, desk.short[at])
    for at in range(desk.size[CHANGED]):
        v = desk.changed[at]
        for i in range(routes.crossed[r, v], routes.crossed[r, v + 1]):
            change(desk, routes.crossing[i])


def add(desk: Desk, direction: int, load: float) -> None:
    """Add to the load of a direction."""
    if not desk.is_touched[direction]:
        desk.is_touched[direction] = True
        desk.touched[desk.size[TOUCHED]] = direction
        desk.size[TOUCHED] += 1
    desk.delta[direction] += load


def lay(routes: Routes, r: int, node: int, away: float, towards: float, desk: Desk) -> int:
    """Lay traffic on the bundle a node had before; returns its top."""
    for e in range(routes.begin[r, node], routes.begin[r, node + 1]):
        add(desk, routes.direction[e], away * routes.away[e])
        add(desk, routes.direction[e] ^ 1, towards * routes.towards[e])
    return routes.top[r, node]  # type: ignore[no-any-return]


def gain(desk: Desk, heap: Heap, size: int, distance: Ints, node: int, away: float, towards: float) -> int:
    """Give a node more or less to carry and have it looked at in its turn, the farthest first."""
    desk.gain[0, node] += away
    desk.gain[1, node] += towards
    if not desk.is_seen[node]:
        desk.is_seen[node] = True
        desk.seen[desk.size[SEEN]] = node
        desk.size[SEEN] += 1
        size = push(heap, size, -distance[node], node)
    return size


def withdraw(
    distance: Ints, was: Ints, is_hit: Mask, places: Ints, anchor: Ints, demand: Floats, heap: Heap, desk: Desk,
    lost: Floats,
) -> int:  # fmt: skip
    """Take the demand of folded places that fail off the nodes they hang on; returns the size of the heap."""
    size = 0
    for place in places:
        v, away, towards = anchor[place], demand[0, place], demand[1, place]
        if (was[v] if is_hit[v] else distance[v]) < FAR:
            lost[0] += away
            lost[1] += towards
            desk.gone[0, v] += away
            desk.gone[1, v] += towards
            size = gain(desk, heap, size, distance, v, -away, -towards)
    return size


def take(routes: Routes, r: int, distance: Ints, carried: Floats, heap: Heap, size: int, desk: Desk) -> int:
    """Take the traffic of changed nodes off their old bundles; returns the size of the heap of nodes to look at."""
    for at in range(desk.size[CHANGED]):
        v = desk.changed[at]
        size = gain(desk, heap, size, distance, v, 0.0, 0.0)
        away, towards = carried[0, v], carried[1, v]
        if routes.top[r, v] >= 0 and away + towards > 0.0:
            top = lay(routes, r, v, -away, -towards, desk)
            size = gain(desk, heap, size, distance, top, -away, -towards)
    return size


def lay_anew(
    graph: Graph, dead: Dead, root: int, distance: Ints, node: int, away: float, towards: float,
    desk: Desk, spare: Heap, room: Bundle,
) -> int:  # fmt: skip
    """Lay traffic on the bundle a node has after the failure; returns its top."""
    top, edges = gather(graph, dead, root, distance, spare, room, node)
    split(room, node, top, edges)
    for e in range(edges):
        link = room.link[e]
        direction = 2 * link + (graph.a[link] != room.above[e])
        add(desk, direction, away * room.away[e])
        add(desk, direction ^ 1, towards * room.towards[e])
    return top


def give(
    graph: Graph, dead: Dead, routes: Routes, r: int, distance: Ints, carried: Floats, demand: Floats,
    heap: Heap, size: int, desk: Desk, spare: Heap, room: Bundle, lost: Floats,
) -> None:  # fmt: skip
    """Lay the difference on the paths after the failure; what has none is lost."""
    root = routes.roots[r]
    while size:
        v = heap.nodes[0]
        size = drop(heap, size)
        if distance[v] >= FAR:
            lost[0] += demand[0, v] - desk.gone[0, v]
            lost[1] += demand[1, v] - desk.gone[1, v]
            continue
        away, towards = desk.gain[0, v], desk.gain[1, v]
        if desk.is_changed[v]:
            away, towards = away + carried[0, v], towards + carried[1, v]
        if v == root or (away == 0.0 and towards == 0.0):
            continue
        if desk.is_changed[v]:
            top = lay_anew(graph, dead, root, distance, v, away, towards, desk, spare, room)
        else:
            top = lay(routes, r, v, away, towards, desk)
        size = gain(desk, heap, size, distance, top, away, towards)


def clear(desk: Desk, distance: Ints) -> None:
    """Put everything back but the differences."""
    for at in range(desk.size[HIT]):
        v = desk.hit[at]
        distance[v], desk.is_hit[v] = desk.was[v], False
    for at in range(desk.size[SHORT]):
        desk.lost[desk.short[at]] = 0
    for at in range(desk.size[CHANGED]):
        desk.is_changed[desk.changed[at]] = False
    for at in range(desk.size[SEEN]):
        v = desk.seen[at]
        desk.is_seen[v] = False
        desk.gain[0, v] = desk.gain[1, v] = desk.gone[0, v] = desk.gone[1, v] = 0.0
    desk.size[HIT] = desk.size[SHORT] = desk.size[CHANGED] = desk.size[SEEN] = 0


def shift(
    graph: Graph, dead: Dead, routes: Routes, carried: Floats, demand: Floats, nodes: Ints, links: Ints,
    places: Ints, failing: Failing, heap: Heap, spare: Heap, room: Bundle, desk: Desk, lost: Floats,
) -> None:  # fmt: skip
    """The differences one failure makes, summed over all roots."""
    for r in range(len(routes.roots)):
        root, distance = routes.roots[r], routes.distance[r]
        cut(graph, dead, root, distance, routes.ways[r], nodes, links, desk)
        if desk.size[HIT] + desk.size[SHORT] + len(places) == 0:
            continue
        resettle(graph, dead, root, distance, heap, desk)
        widen(routes, r, desk)
        away = failing.demand[r]
        size = withdraw(distance, desk.was, desk.is_hit, places, failing.anchor, away, heap, desk, lost)
        size = take(routes, r, distance, carried[r], heap, size, desk)
        give(graph, dead, routes, r, distance, carried[r], demand[r], heap, size, desk, spare, room, lost)
        clear(desk, distance)


def reroute(
    graph: Graph, dead: Dead, routes: Routes, carried: Floats, demand: Floats, load: Floats, capacity: Floats,
    failing: Failing, heap: Heap, spare: Heap, room: Bundle, desk: Desk,
) -> tuple[Ints, Floats, Floats]:  # fmt: skip
    """Try every failure.

    Returns (failure, direction) and load of every direction that is above its capacity and carries more than before,
    and for every failure the traffic that is lost, by way.
    """
    many = len(failing.node_at) - 1
    over, loads, found, lost = np.zeros((64, 2), np.int64), np.zeros(64), 0, np.zeros((many, 2))
    for f in range(many):
        nodes = failing.nodes[failing.node_at[f] : failing.node_at[f + 1]]
        links = failing.links[failing.link_at[f] : failing.link_at[f + 1]]
        dead.nodes[nodes], dead.links[links] = True, True
        places = failing.places[failing.place_at[f] : failing.place_at[f + 1]]
        shift(graph, dead, routes, carried, demand, nodes, links, places, failing, heap, spare, room, desk, lost[f])
        dead.nodes[nodes], dead.links[links] = False, False
        for at in range(desk.size[TOUCHED]):
            d = desk.touched[at]
            after, more = load[d] + desk.delta[d], desk.delta[d]
            if after > capacity[d] * (1 + EXACT) and more > capacity[d] * EXACT:
                if found == len(loads):
                    over, loads = np.concatenate((over, over)), np.concatenate((loads, loads))
                over[found, 0], over[found, 1], loads[found] = f, d, after
                found += 1
            desk.delta[d], desk.is_touched[d] = 0.0, False
        desk.size[TOUCHED] = 0
    return over[:found], loads[:found], lost


CALLED = (
    push, drop, settle, gather, split, lose, hit, cut, resettle, change, widen, add, lay, gain, withdraw, take,
    lay_anew, give, clear, shift,
)  # fmt: skip
"""What ``reroute`` calls."""
