"""How fast a site's access line is against what its kind of site should have."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from inventory.model.network import Network
from inventory.model.site import Site, SiteClass
from monitoring.capacity.utilisation import of_lowest_cost, uplinks_of
from monitoring.equality.formula import Floats
from monitoring.settings import EqualitySettings


def speeds(network: Network, day: date, sites: Sequence[str], settings: EqualitySettings) -> Floats:
    """Share of the target each site has, 1 at most; NaN for sites that hang on no uplink."""
    found = [_share(network, network.site[site], day, settings) for site in sites]
    return np.array(found, np.float64)


def access_bps(network: Network, site: Site, day: date) -> float:
    """Towards its users: the uplinks of lowest cost together, and no more than a hotspot's policy allows; or NaN."""
    uplinks = [link for link in uplinks_of(network, site.slug) if link.in_force(day)]
    if not uplinks:
        return float("nan")
    line = sum(network.capacity_bps(link) for link in of_lowest_cost(uplinks))
    policy = site.hotspot.policy_on(day) if site.hotspot is not None else None
    return float(line if policy is None else min(line, policy.down))


def target_bps(site: Site, settings: EqualitySettings) -> float:
    """The speed that is enough for a site."""
    return settings.hotspot_target_bps if site.site_class is SiteClass.HOTSPOT else settings.target_bps


def _share(network: Network, site: Site, day: date, settings: EqualitySettings) -> float:
    share = access_bps(network, site, day) / target_bps(site, settings)
    return share if np.isnan(share) else min(1.0, share)
