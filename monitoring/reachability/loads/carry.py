"""Loads with everything up: traffic is summed down the tree of tops and laid on the bundles."""

import numpy as np

from monitoring.reachability.loads.arrays import FAR, Floats, Routes


def carry(routes: Routes, demand: Floats, links: int) -> tuple[Floats, Floats, Floats]:
    """Lay ``demand`` (roots, 2, nodes), away from and towards the root in bit/s, on the paths.

    Returns what each node carries for itself and all it is the top of (the same shape), the load of each direction, and
    the demand without a path, by way.
    """
    carried, load, without = demand.copy(), np.zeros(2 * links), np.zeros(2)
    for r in range(len(routes.roots)):
        order = np.argsort(-routes.distance[r])
        for v in order:
            away, towards, top = carried[r, 0, v], carried[r, 1, v], routes.top[r, v]
            if routes.distance[r, v] >= FAR:
                without[0] += away
                without[1] += towards
            if top < 0 or away + towards == 0.0:
                continue
            carried[r, 0, top] += away
            carried[r, 1, top] += towards
            for e in range(routes.begin[r, v], routes.begin[r, v + 1]):
                load[routes.direction[e]] += away * routes.away[e]
                load[routes.direction[e] ^ 1] += towards * routes.towards[e]
    return carried, load, without
