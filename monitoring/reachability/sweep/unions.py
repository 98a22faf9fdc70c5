"""Which e-services somebody loses when each node and each link fails: the same walk, joining sets instead of adding."""

import numpy as np
from numpy.typing import NDArray

from monitoring.reachability.sweep.kernel import Ints, Walked

type Bits = NDArray[np.uint64]
"""Sets of e-services, one bit each, in words of 64 along the last axis."""


def unions(walked: Walked, carried: Bits, needed: Ints, links: int) -> tuple[Bits, Bits]:
    """E-services lost somewhere when each node, and each link, fails.

    ``carried[k, v, word]``: the e-services used at node v in column k; needs as in ``failures``. Returns
    ``(nodes, words)`` and ``(links, words)``.
    """
    order, low, parent, link, root = walked
    n, words = len(order), carried.shape[2]
    by_node, by_link = np.zeros((n, words), np.uint64), np.zeros((links, words), np.uint64)
    for k in range(carried.shape[0]):
        inside, size = np.zeros(n, np.int64), np.ones(n, np.int64)
        below, before = np.zeros((n, words), np.uint64), np.zeros((n + 1, words), np.uint64)
        behind = np.zeros((n + 1, words), np.uint64)
        for i in range(n):
            inside[i] = needed[k, order[i]]
            for w in range(words):
                below[i, w] = carried[k, order[i], w]
                before[i + 1, w] = before[i, w] | below[i, w]
        for i in range(n - 1, -1, -1):
            p = parent[i]
            if p >= 0:
                inside[p] += inside[i]
                size[p] += size[i]
            for w in range(words):
                behind[i, w] = behind[i + 1, w] | carried[k, order[i], w]
                if p >= 0:
                    below[p, w] |= below[i, w]
        for i in range(n):
            v, p, every = order[i], parent[i], inside[root[i]]
            cuts = p >= 0 and low[i] >= p and every > 0
            for w in range(words):
                by_node[v, w] |= behind[0, w] if needed[k, v] else carried[k, v, w]
                if cuts:
                    far = behind[0, w] if inside[i] else below[i, w]
                    gone = (before[i, w] | behind[i + size[i], w]) if inside[i] == every else far
                    by_node[order[p], w] |= gone
                    if low[i] == i:
                        by_link[link[i], w] |= gone
    return by_node, by_link
