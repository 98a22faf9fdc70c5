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
            below[i] = carried[k, order[i]]
            before[i + 1] = before[i] | below[i]
        for i in range(n - 1, -1, -1):
            behind[i] = behind[i + 1] | carried[k, order[i]]
            if parent[i] >= 0:
                inside[parent[i]] += inside[i]
                size[parent[i]] += size[i]
                below[parent[i]] |= below[i]
        for i in range(n):
            p, every = parent[i], inside[root[i]]
            by_node[order[i]] |= behind[0] if needed[k, order[i]] else carried[k, order[i]]
            if p < 0 or low[i] < p or every == 0:
                continue
            far = behind[0] if inside[i] else below[i]
            gone = (before[i] | behind[i + size[i]]) if inside[i] == every else far
            by_node[order[p]] |= gone
            if low[i] == i:
                by_link[link[i]] |= gone
    return by_node, by_link
