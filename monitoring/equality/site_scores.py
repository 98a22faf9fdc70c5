"""The four parts of the index for every site people use e-services at; the formula puts them together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory.model.network import Network
from inventory.model.site import SiteClass
from monitoring.equality import survival
from monitoring.equality.formula import Floats, Ints, Part, weight
from monitoring.equality.speed import speeds
from monitoring.equality.standing import Grounds, Standing
from monitoring.reachability.compute import CellKey, Reach
from monitoring.reachability.sweep.kernel import Mask
from monitoring.settings import EqualitySettings

TECHNICAL = frozenset({SiteClass.POP, SiteClass.DATACENTRE, SiteClass.CAMERA, SiteClass.TRAFFIC_SIGNAL})
"""Classes of sites nobody goes to for an e-service."""

type Probed = Mapping[CellKey, tuple[int, int]]
"""Milliseconds with and without service, as far as probes know; cells nobody probed are missing."""


@dataclass(frozen=True, eq=False)
class SiteScores:
    """Sites that count, in inventory order; ``parts`` is (sites, parts) with NaN for the unknown, ``blind`` a share."""

    sites: tuple[str, ...]
    people: Ints
    parts: Floats
    blind: Floats


def site_scores(designed: Reach, now: Standing, probed: Probed, settings: EqualitySettings) -> SiteScores:
    """Score every site; ``designed`` has everything up."""
    access = designed.access
    network, axes, entitled = access.network, access.axes, access.entitled.mask
    counts = entitled.any(axis=1) & np.array(
        [network.site[s].site_class not in TECHNICAL for s in axes.sites], np.bool_
    )
    rows = np.flatnonzero(counts)
    sites = tuple(axes.sites[i] for i in rows)
    weighing = np.array([weight(network.service[s]) for s in axes.services], np.float64)
    due = entitled[rows]
    total = due @ weighing
    parts = np.full((len(rows), len(Part)), np.nan)
    parts[:, 0] = (due & now.up[rows]) @ weighing / total
    parts[:, 1] = speeds(network, access.day, sites, settings)
    parts[:, 2] = (due & survival.kept(network, access.day)[rows]) @ weighing / total
    if now.basis is Grounds.OBSERVED:
        parts[:, 3] = _time(designed, probed, now.watched & counts, weighing)[rows]
    blind = (due & now.blind[rows]) @ weighing / total
    return SiteScores(sites, _people(network, sites), parts, blind)


def _time(designed: Reach, probed: Probed, watched: Mask, weighing: Floats) -> Floats:
    """Share of the probed time with service; 0 for a site whose agent told nothing, NaN for one without an agent."""
    axes, entitled = designed.access.axes, designed.access.entitled.mask
    up, known = (np.zeros(len(axes.sites)) for _ in range(2))
    for (site, service), (up_ms, down_ms) in probed.items():
        if site in axes.site_at and service in axes.service_at:
            i, k = axes.site_at[site], axes.service_at[service]
            if entitled[i, k]:
                up[i] += weighing[k] * up_ms
                known[i] += weighing[k] * (up_ms + down_ms)
    share = np.where(watched, 0.0, np.nan)
    np.divide(up, known, out=share, where=watched & (known > 0))
    return share


def _people(network: Network, sites: tuple[str, ...]) -> Ints:
    return np.array([network.site[site].people_served for site in sites], np.int64)
