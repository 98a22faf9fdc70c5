"""Who uses what from where: the gateways of sites and of e-services, and the cells that are entitled and work."""

from dataclasses import dataclass

import numpy as np

from monitoring.reachability.compute import Reach
from monitoring.reachability.loads.arrays import Mask


@dataclass(frozen=True)
class Usage:
    """``works[i, j]``: site i is entitled to e-service j and can use it by design. Gateways are names of devices."""

    sites: tuple[str, ...]
    services: tuple[str, ...]
    gateways: tuple[str, ...]
    homes: tuple[str, ...]
    works: Mask


def usage(reach: Reach) -> Usage:
    """Read from what is computed; a site or e-service without a gateway has the empty name."""
    access, network = reach.access, reach.access.network
    sites, services = tuple(s.slug for s in network.sites), tuple(v.slug for v in network.services)
    rows, columns = ({slug: i for i, slug in enumerate(held)} for held in (sites, services))
    works = np.zeros((len(sites), len(services)), np.bool_)
    for site, service in access.entitled & reach.cells:
        works[rows[site], columns[service]] = True
    gateways = tuple(o.gateway if (o := access.origins[s]) is not None else "" for s in sites)
    homes = tuple(t.gateway if (t := access.targets[v]) is not None else "" for v in services)
    return Usage(sites, services, gateways, homes, works)
