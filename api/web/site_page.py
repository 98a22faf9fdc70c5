"""What a site page shows: its e-services with entitlement, computation, observation and reason, and its links."""

from dataclasses import dataclass

from api.i18n import Language
from api.watch import Now
from api.web.links import LinkRow, link_rows
from api.web.overview import name
from inventory.model.device import Device
from inventory.model.site import Site
from inventory.model.tenant import Contact
from monitoring.cell import Cell


@dataclass(frozen=True)
class ServiceRow:
    """An e-service at the site."""

    slug: str
    name: str
    cell: Cell


@dataclass(frozen=True)
class SitePage:
    """Everything on the page."""

    site: Site
    tenant: str
    contact: Contact | None
    project: str | None
    observed_here: bool
    services: tuple[ServiceRow, ...]
    links: tuple[LinkRow, ...]
    devices: tuple[Device, ...]


def site_page(now: Now, slug: str, language: Language) -> SitePage:
    """Compose the page of a site the network holds."""
    network = now.network
    site = network.site[slug]
    devices = network.devices_of[slug]
    links = dict.fromkeys(link.slug for d in devices for link in network.links_of[d.slug])
    cells = now.matrix.at_site(slug)
    return SitePage(
        site=site,
        contact=next((c for c in network.contacts if c.slug == site.contact), None),
        project=next((p.number for p in network.projects if p.slug == site.funding_project), None),
        tenant=next((t.name for t in network.tenants if t.slug == site.tenant), site.tenant),
        observed_here=network.vantage(slug) is not None,
        services=tuple(ServiceRow(c.service, name(network.service[c.service], language), c) for c in cells),
        links=link_rows(network, (network.link[link] for link in links), now.down, now.seen),
        devices=devices,
    )
