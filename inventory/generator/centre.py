"""The data centre, the border and the e-services: those of the demonstration city, on the cores of the region."""

from inventory.demo import gliwice
from inventory.generator.addresses import plan
from inventory.generator.backbone import GBIT, Backbone, fibre
from inventory.generator.facts import Box, Facts
from inventory.generator.tenants import OPERATOR, PROJECT
from inventory.model.device import HOSTS, Device, InterfaceKind, Role
from inventory.model.network import Network
from inventory.sources.files import load

DATACENTRE = "dc"
KEPT = frozenset({InterfaceKind.LAN, InterfaceKind.HOST})


def centre(facts: Facts, backbone: Backbone) -> None:
    """Add what every region has once: two routers on two cores each, servers, name server, NOC, catalogue."""
    city = load(gliwice())
    ours = {"tenant": OPERATOR, "contact": "it-gliwice", "funding_project": PROJECT}
    facts.add(city.site[DATACENTRE].model_copy(update=ours))
    facts.add(*(vlan for vlan in city.vlans if vlan.site == DATACENTRE))
    facts.add(*plan(), *(p for p in city.prefixes if _central(city, p.slug)))
    facts.add(*city.zones, *city.services, *city.entitlements)
    for device in city.devices:
        if device.role in (Role.DATACENTRE, Role.BORDER):
            _router(facts, backbone, device)
        elif device.role in HOSTS and (device.site == DATACENTRE or device.role is Role.SERVER):
            _host(facts, backbone, device)


def _central(city: Network, slug: str) -> bool:
    """Whether a prefix is that of the data centre or lies outside the city."""
    prefix = next(p for p in city.prefixes if p.slug == slug)
    outside = prefix not in city.city_prefixes(prefix.prefix.version)
    return prefix.site == DATACENTRE or outside


def _router(facts: Facts, backbone: Backbone, device: Device) -> None:
    """The same LANs, with new lines to the first two cores."""
    site = _site(backbone, device)
    box = facts.router(device.slug, device.role, site, oob=True)
    box.interfaces += [interface for interface in device.interfaces if interface.kind in KEPT]
    for core in backbone.cores[:2]:
        facts.line(core, box, fibre(100 * GBIT), (f"zasilanie-{core.slug}",))


def _host(facts: Facts, backbone: Backbone, device: Device) -> None:
    """The same host; a port of its own for management gets an address of the region."""
    held = [
        interface if interface.kind in KEPT else interface.model_copy(update={"addresses": (facts.addresses.oob(),)})
        for interface in device.interfaces
    ]
    facts.box(Box(device.slug, device.role, _site(backbone, device), held))


def _site(backbone: Backbone, device: Device) -> str:
    return device.site if device.site == DATACENTRE else backbone.cores[0].site
