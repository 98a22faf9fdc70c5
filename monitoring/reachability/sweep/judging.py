"""What is judged one by one when something fails: each need tie by tie, on the pieces that came apart."""

import numpy as np

from monitoring.reachability.sweep.kernel import Ints, Mask

DEAD, CUT, MOVED, PIECE = 0, 1, 2, 4
"""Rows of the slate. The case in which a node failed; in which a link failed; by graph, the case in which a node was in
a piece; by graph, that piece."""


def judged(
    pairs: tuple[Ints, Ints],
    nodes: tuple[Ints, Ints],
    links: tuple[Ints, Ints],
    apart: tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints, Ints]],
    needs: tuple[Ints, Ints, Ints],
    legs: tuple[Ints, Ints],
    slate: Ints,
) -> Mask:
    """Which stands are lost in the cases they are paired with; ``pairs`` lists the stands to look at in each case.

    Case c takes out the nodes and links of list c; ``apart`` are the pieces by graph. ``needs``: where the clauses of
    each stand begin, where the ties of each clause begin, ties (graph, node, node). ``legs``: by graph, where the ends
    of each node begin; ends (link or -1, node, part of the network as designed).
    """
    lost = np.zeros(len(pairs[1]), np.bool_)
    begun = np.zeros(2, np.int64)
    for case in range(len(pairs[0]) - 1):
        if pairs[0][case] == pairs[0][case + 1]:
            continue
        for i in range(nodes[0][case], nodes[0][case + 1]):
            slate[DEAD, nodes[1][i]] = case
        for i in range(links[0][case], links[0][case + 1]):
            slate[CUT, links[1][i]] = case
        begun[0] = move(apart[0], 0, case, begun[0], slate)
        begun[1] = move(apart[1], 1, case, begun[1], slate)
        for pair in range(pairs[0][case], pairs[0][case + 1]):
            lost[pair] = not works(pairs[1][pair], case, needs, legs, slate)
    return lost


def move(apart: tuple[Ints, Ints, Ints], graph: int, case: int, piece: int, slate: Ints) -> int:
    """Note the piece of each node that came apart in a case, from a piece on; returns the first piece not looked at."""
    found, starts, of = apart
    while piece < len(of) and of[piece] <= case:
        if of[piece] == case:
            for i in range(starts[piece], starts[piece + 1]):
                slate[MOVED + graph, found[i]], slate[PIECE + graph, found[i]] = case, piece
        piece += 1
    return piece


def works(stand: int, case: int, needs: tuple[Ints, Ints, Ints], legs: tuple[Ints, Ints], slate: Ints) -> bool:
    """Whether a tie of each clause of a stand holds."""
    clauses, ties, tie = needs
    for clause in range(clauses[stand], clauses[stand + 1]):
        holding = False
        for i in range(ties[clause], ties[clause + 1]):
            holding = holding or holds(tie[i, 0], tie[i, 1], tie[i, 2], case, legs, slate)
        if not holding:
            return False
    return True


def holds(graph: int, one: int, other: int, case: int, legs: tuple[Ints, Ints], slate: Ints) -> bool:
    """Whether two nodes hang together: whether an end of one is where an end of the other is."""
    first, end = legs
    if slate[DEAD, one] == case or slate[DEAD, other] == case:
        return False
    if one == other:
        return True
    for i in range(first[graph, one], first[graph, one + 1]):
        if (end[i, 0] >= 0 and slate[CUT, end[i, 0]] == case) or slate[DEAD, end[i, 1]] == case:
            continue
        here = slate[PIECE + graph, end[i, 1]] if slate[MOVED + graph, end[i, 1]] == case else -1
        for j in range(first[graph, other], first[graph, other + 1]):
            if (end[j, 0] >= 0 and slate[CUT, end[j, 0]] == case) or slate[DEAD, end[j, 1]] == case:
                continue
            there = slate[PIECE + graph, end[j, 1]] if slate[MOVED + graph, end[j, 1]] == case else -1
            if here == there and end[i, 2] == end[j, 2]:
                return True
    return False
