"""Which group a site belongs to: its district, its tenant, its class, or itself."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from inventory.model.network import Network
from inventory.model.site import Site
from monitoring.equality.formula import Ints


class By(StrEnum):
    """What sites are grouped by."""

    DISTRICT = "district"
    TENANT = "tenant"
    CLASS = "class"
    SITE = "site"


TABLES = (By.DISTRICT, By.TENANT, By.CLASS)
"""What is published; single sites are for those who run the network."""


def labelled(network: Network, sites: Sequence[str], by: By) -> tuple[tuple[str, ...], Ints]:
    """Names of the groups in order, and the number of the group of each site."""
    several = len({site.address.city for site in network.sites}) > 1
    names = [_group(network.site[site], by, several) for site in sites]
    groups, label = np.unique(np.array(names, dtype=object), return_inverse=True)
    return tuple(map(str, groups)), np.asarray(label, np.int64)


def title(network: Network, group: str, by: By) -> str:
    """What people call a group."""
    match by:
        case By.TENANT:
            return next((tenant.name for tenant in network.tenants if tenant.slug == group), group)
        case By.SITE:
            return network.site[group].name
    return group


def _group(site: Site, by: By, several: bool) -> str:
    match by:
        case By.DISTRICT:
            return f"{site.address.city}: {site.district}" if several else site.district
        case By.TENANT:
            return site.tenant
        case By.CLASS:
            return str(site.site_class)
    return site.slug
