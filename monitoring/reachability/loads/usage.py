"""Who uses what from where: the gateways of sites and of e-services, and the cells that are entitled and work."""

from dataclasses import dataclass

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
    access = reach.access
    sites, services = access.axes.sites, access.axes.services
    gateways = tuple(o.gateway if (o := access.origins[s]) is not None else "" for s in sites)
    homes = tuple(t.gateway if (t := access.targets[v]) is not None else "" for v in services)
    return Usage(sites, services, gateways, homes, (access.entitled & reach.cells).mask)
