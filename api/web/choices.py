"""What a page of many sites can be narrowed to: district, owner, class; one rule for the table and the picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from inventory.model.network import Network
from inventory.model.site import Site, SiteClass


@dataclass(frozen=True)
class Choices:
    """The districts, owners and classes that sites of a network have, each with an order for people."""

    network: Network

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Names of districts."""
        return tuple(sorted({site.district for site in self.network.sites}))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Classes, in the order of the domain."""
        used = {site.site_class for site in self.network.sites}
        return tuple(str(kind) for kind in SiteClass if kind in used)

    @cached_property
    def tenants(self) -> Mapping[str, str]:
        """Names of the tenants that own sites, or stand above one that does, by slug."""
        above = {slug for site in self.network.sites for slug in self.owners(site)}
        named = {t.slug: t.name for t in self.network.tenants}
        return dict(sorted(((slug, named.get(slug, slug)) for slug in above), key=lambda pair: pair[1]))

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        return {tenant.slug: tenant.parent for tenant in self.network.tenants}

    def owners(self, site: Site) -> tuple[str, ...]:
        """The tenant of a site and those above it, the nearest first."""
        line: list[str] = []
        slug: str | None = site.tenant
        while slug is not None and slug not in line:
            line.append(slug)
            slug = self._parents.get(slug)
        return tuple(line)
