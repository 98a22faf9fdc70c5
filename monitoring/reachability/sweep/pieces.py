"""What comes apart when several links and devices fail together, found by looking around them only.

Searches start on every side of what fails and take turns; those that meet become one. When only one is left unfinished,
the others have found whole pieces, and the rest of the network, however large, was never walked.
"""

import numpy as np

from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.unions import Bits

REST, NOWHERE = -1, -2
"""Where what is needed hangs together: in none of the pieces that were cut off, or no longer at all."""

DEAD, SEEN, GROUP, AFTER, TODO, LAST, DONE, TAIL, JOINED = range(9)
"""Rows of the desk. By node: the case it fails in, the case it was seen in, its search, the node after it in a list.

By search: what it has still to look at and what it has looked at (first and last of each list), the search it joined.
"""


def apart(
    graph: tuple[Ints, Ints, Ints], ends: Ints, nodes: tuple[Ints, Ints], links: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    """Pieces that each case cuts off from the rest; the rest is not listed, nor are the nodes that fail themselves.

    Case c takes out the nodes and links of list c; ``ends[link]`` are two nodes, or -1 where the graph has none.
    Returns the nodes of all pieces, where each piece begins (and the last ends), and the case of each piece.
    """
    n, cases = len(graph[0]) - 1, len(nodes[0]) - 1
    desk, dead = np.full((9, n + 1), -1, np.int64), np.full(len(ends) + 1, -1, np.int64)
    found, starts, of = np.empty(64, np.int64), np.zeros(64, np.int64), np.empty(64, np.int64)
    size, count = 0, 0
    for case in range(cases):
        searches = begin(graph, ends, nodes, links, case, desk, dead)
        finish(graph, case, searches, desk, dead)
        for search in range(searches):
            if desk[JOINED, search] != search or desk[TODO, search] >= 0:
                continue
            if count + 2 > len(of):
                of, starts = np.concatenate((of, of)), np.concatenate((starts, starts))
            of[count] = case
            v = desk[DONE, search]
            while v >= 0:
                if size == len(found):
                    found = np.concatenate((found, found))
                found[size] = v
                size += 1
                v = desk[AFTER, v]
            count += 1
            starts[count] = size
    return found[:size], starts[: count + 1], of[:count]


def begin(
    graph: tuple[Ints, Ints, Ints],
    ends: Ints,
    nodes: tuple[Ints, Ints],
    links: tuple[Ints, Ints],
    case: int,
    desk: Ints,
    dead: Ints,
) -> int:
    """Mark what fails in a case, put one search at each working node beside it; returns how many."""
    first, to, via = graph
    searches = 0
    for i in range(nodes[0][case], nodes[0][case + 1]):
        desk[DEAD, nodes[1][i]] = case
    for i in range(links[0][case], links[0][case + 1]):
        dead[links[1][i]] = case
    for i in range(links[0][case], links[0][case + 1]):
        for side in range(2):
            v = ends[links[1][i], side]
            if v >= 0 and desk[DEAD, v] != case and desk[SEEN, v] != case:
                open_search(v, searches, case, desk)
                searches += 1
    for i in range(nodes[0][case], nodes[0][case + 1]):
        v = nodes[1][i]
        for j in range(first[v], first[v + 1]):
            if desk[DEAD, to[j]] != case and desk[SEEN, to[j]] != case and dead[via[j]] != case:
                open_search(to[j], searches, case, desk)
                searches += 1
    return searches


def open_search(v: int, search: int, case: int, desk: Ints) -> None:
    """Put a new search at a node."""
    desk[SEEN, v], desk[GROUP, v], desk[AFTER, v], desk[JOINED, search] = case, search, -1, search
    desk[TODO, search], desk[LAST, search], desk[DONE, search], desk[TAIL, search] = v, v, -1, -1


def finish(graph: tuple[Ints, Ints, Ints], case: int, searches: int, desk: Ints, dead: Ints) -> None:
    """Let the searches take turns, a node each, until at most one of them has something left to look at."""
    first, to, via = graph
    busy, search = searches, 0
    while busy > 1:
        if desk[JOINED, search] == search and desk[TODO, search] >= 0:
            v = desk[TODO, search]
            desk[TODO, search] = desk[AFTER, v]
            push(v, search, DONE, TAIL, desk)
            for j in range(first[v], first[v + 1]):
                u = to[j]
                if desk[DEAD, u] == case or dead[via[j]] == case:
                    continue
                if desk[SEEN, u] != case:
                    desk[SEEN, u], desk[GROUP, u] = case, search
                    push(u, search, TODO, LAST, desk)
                    continue
                other = root_of(desk[GROUP, u], desk)
                if other != search:
                    # one that has looked at everything has met all its neighbours: both are still busy
                    busy -= 1
                    desk[JOINED, other] = search
                    merge(search, other, TODO, LAST, desk)
                    merge(search, other, DONE, TAIL, desk)
            if desk[TODO, search] < 0:
                busy -= 1
        search = search + 1 if search + 1 < searches else 0


def root_of(search: int, desk: Ints) -> int:
    """The search that a search has become part of."""
    while desk[JOINED, search] != search:
        desk[JOINED, search] = desk[JOINED, desk[JOINED, search]]
        search = desk[JOINED, search]
    return search


def push(v: int, search: int, head: int, end: int, desk: Ints) -> None:
    """Add a node to the end of a list of a search."""
    desk[AFTER, v] = -1
    if desk[head, search] < 0:
        desk[head, search] = v
    else:
        desk[AFTER, desk[end, search]] = v
    desk[end, search] = v


def merge(search: int, other: int, head: int, end: int, desk: Ints) -> None:
    """Add a list of one search to that of another."""
    if desk[head, other] < 0:
        return
    if desk[head, search] < 0:
        desk[head, search] = desk[head, other]
    else:
        desk[AFTER, desk[end, search]] = desk[head, other]
    desk[end, search] = desk[end, other]


def tolls(
    pieces: tuple[Ints, Ints, Ints], nodes: tuple[Ints, Ints], weight: Ints, carried: Bits, needed: Ints
) -> tuple[Ints, Bits]:
    """Weight that each case takes, ``(cases, m)``, and e-services, ``(cases, words)``; arrays as in ``failures``."""
    found, starts, of = pieces
    cases = len(nodes[0]) - 1
    lost, without = np.zeros((cases, weight.shape[2]), np.int64), np.zeros((cases, carried.shape[2]), np.uint64)
    kept = np.zeros(weight.shape[1], np.bool_)
    for k in range(weight.shape[0]):
        every, piece = needed[k].sum(), 0
        for case in range(cases):
            begun = piece
            while piece < len(of) and of[piece] == case:
                piece += 1
            failed = nodes[1][nodes[0][case] : nodes[0][case + 1]]
            cut = found[starts[begun] : starts[piece]]
            home = home_of(found, starts[begun : piece + 1], failed, needed[k], every)
            if home == REST:
                add(failed, weight[k], carried[k], lost[case], without[case])
                add(cut, weight[k], carried[k], lost[case], without[case])
                continue
            if home >= 0:
                kept[found[starts[begun + home] : starts[begun + home + 1]]] = True
            add(np.flatnonzero(~kept), weight[k], carried[k], lost[case], without[case])
            kept[cut] = False
    return lost, without


def home_of(found: Ints, starts: Ints, failed: Ints, needed: Ints, every: int) -> int:
    """The piece that holds all that is needed: its number, REST, or NOWHERE."""
    elsewhere = 0
    for v in failed:
        if needed[v]:
            return NOWHERE
    for piece in range(len(starts) - 1):
        inside = 0
        for i in range(starts[piece], starts[piece + 1]):
            inside += needed[found[i]]
        if inside == every:
            return piece
        elsewhere += inside
    return REST if elsewhere == 0 else NOWHERE


def add(at: Ints, weight: Ints, carried: Bits, lost: Ints, without: Bits) -> None:
    """Add up what stands at some nodes."""
    for v in at:
        lost += weight[v]
        without |= carried[v]
