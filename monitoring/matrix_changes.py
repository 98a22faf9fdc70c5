"""Which cells differ between two looks at the matrix, found by comparing arrays."""

import numpy as np

from monitoring.matrix import Matrix
from monitoring.sightings import Bits, Places


def changed(before: Matrix, after: Matrix) -> Places:
    """Places in ``after`` of the cells that have something else to say than before; all when rows or columns differ."""
    if before.axes.sites != after.axes.sites or before.axes.services != after.axes.services:
        return np.arange(after.observed.size)
    differs = np.zeros(after.observed.shape, np.bool_)
    for name in ("entitled", "designed", "computed", "observed", "verdict", "sampled"):
        old, new = getattr(before, name), getattr(after, name)
        if old is not new:
            differs |= old != new
    flat = differs.reshape(-1)
    flat[_restless(before, after)] = True
    for site, service in before.flapping ^ after.flapping:
        if site in after.axes.site_at and service in after.axes.service_at:
            differs[after.axes.site_at[site], after.axes.service_at[service]] = True
    for place in np.intersect1d(before.reasoned, after.reasoned).tolist():
        flat[place] |= before.reason(place) != after.reason(place)
    return np.flatnonzero(flat)


def _restless(before: Matrix, after: Matrix) -> Places:
    """Places of probed cells whose stage or time differs, or that were probed for the first time."""
    if np.array_equal(before.probed, after.probed):
        differs: Bits = (before.seen.stage != after.seen.stage) | (before.seen.since != after.seen.since)
        return after.probed[differs]
    _, old, new = np.intersect1d(before.probed, after.probed, assume_unique=True, return_indices=True)
    same = before.seen.stage[old] == after.seen.stage[new]
    same &= before.seen.since[old] == after.seen.since[new]
    return np.concatenate([after.probed[new[~same]], np.setdiff1d(after.probed, before.probed, assume_unique=True)])
