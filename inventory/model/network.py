"""The whole network as one frozen value, with the questions every room asks of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

from inventory.model.cabling import Cable, Room
from inventory.model.device import INFRASTRUCTURE, Device, Interface, InterfaceKind, Role
from inventory.model.fact import Fact, Record
from inventory.model.link import Circuit, Link, RiskGroup
from inventory.model.prefix import Prefix, PrefixRole
from inventory.model.rule import ZoneRule
from inventory.model.segment import Vlan, Zone
from inventory.model.service import Effect, Entitlement, EntitlementException, Service
from inventory.model.site import Site
from inventory.model.tenant import Contact, FundingProject, Provider, Tenant

OUTSIDE = frozenset({PrefixRole.REGIONAL, PrefixRole.EXTERNAL})
"""Roles of prefixes that are not the city's own."""


class Network(Fact):
    """Every intended fact. Field names are the nouns used in files, on the command line and in REST."""

    tenants: tuple[Tenant, ...] = ()
    contacts: tuple[Contact, ...] = ()
    projects: tuple[FundingProject, ...] = ()
    providers: tuple[Provider, ...] = ()
    sites: tuple[Site, ...] = ()
    rooms: tuple[Room, ...] = ()
    srgs: tuple[RiskGroup, ...] = ()
    circuits: tuple[Circuit, ...] = ()
    devices: tuple[Device, ...] = ()
    links: tuple[Link, ...] = ()
    cables: tuple[Cable, ...] = ()
    zones: tuple[Zone, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    prefixes: tuple[Prefix, ...] = ()
    services: tuple[Service, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    exceptions: tuple[EntitlementException, ...] = ()
    rules: tuple[ZoneRule, ...] = ()

    @cached_property
    def site(self) -> dict[str, Site]:
        """Sites by slug."""
        return {s.slug: s for s in self.sites}

    @cached_property
    def device(self) -> dict[str, Device]:
        """Devices by name."""
        return {d.slug: d for d in self.devices}

    @cached_property
    def link(self) -> dict[str, Link]:
        """Links by slug."""
        return {link.slug: link for link in self.links}

    @cached_property
    def circuit(self) -> dict[str, Circuit]:
        """Circuits by slug."""
        return {c.slug: c for c in self.circuits}

    @cached_property
    def service(self) -> dict[str, Service]:
        """E-services by slug."""
        return {s.slug: s for s in self.services}

    @cached_property
    def links_of(self) -> dict[str, tuple[Link, ...]]:
        """Links that end at each device, in inventory order."""
        ends: dict[str, list[Link]] = {d.slug: [] for d in self.devices}
        for link in self.links:
            for name in link.devices:
                ends.setdefault(name, []).append(link)
        return {name: tuple(links) for name, links in ends.items()}

    @cached_property
    def devices_of(self) -> dict[str, tuple[Device, ...]]:
        """Devices that stand at each site, in inventory order."""
        standing: dict[str, list[Device]] = {s.slug: [] for s in self.sites}
        for device in self.devices:
            standing.setdefault(device.site, []).append(device)
        return {site: tuple(devices) for site, devices in standing.items()}

    @cached_property
    def links_on(self) -> dict[str, tuple[Link, ...]]:
        """Links that ride on each circuit, in inventory order."""
        return _gathered((link.circuit, link) for link in self.links)

    @cached_property
    def links_sharing(self) -> dict[str, tuple[Link, ...]]:
        """Links that share each risk, in inventory order."""
        return _gathered((srg, link) for link in self.links for srg in link.srgs)

    @cached_property
    def cable_at(self) -> dict[str, Cable]:
        """The cable plugged into each port, by ``device:interface``."""
        return {port: cable for cable in self.cables for port in cable.ports}

    @cached_property
    def vlan_on(self) -> dict[object, Vlan]:
        """VLANs by the blocks of addresses they carry."""
        by_slug = {v.slug: v for v in self.vlans}
        return {p.prefix: by_slug[p.vlan] for p in self.prefixes if p.vlan in by_slug}

    @cached_property
    def link_at(self) -> dict[str, Link]:
        """The link plugged into each port, by ``device:interface``."""
        return {port: link for link in self.links for port in (link.a, link.b)}

    def interface(self, port: str) -> Interface | None:
        """The interface of a port written ``device:interface``; null when there is none."""
        name, _, interface = port.partition(":")
        device = self.device.get(name)
        return None if device is None else device.interface(interface)

    def capacity_bps(self, link: Link) -> int:
        """Capacity of a link towards its end b, in bits per second."""
        return self.circuit[link.circuit].rate.down

    def configured(self) -> Iterator[Device]:
        """Devices whose configuration we own."""
        return (d for d in self.devices if d.platform is not None)

    def with_role(self, role: Role) -> tuple[Device, ...]:
        """Devices of a role, in inventory order."""
        return tuple(d for d in self.devices if d.role is role)

    @cached_property
    def resolver(self) -> Device | None:
        """The name server every site uses."""
        return next(iter(self.with_role(Role.RESOLVER)), None)

    @cached_property
    def noc(self) -> Device | None:
        """The management station from which devices are configured and polled."""
        return next(iter(self.with_role(Role.NOC)), None)

    def gateway(self, site: str) -> tuple[Device, Interface] | None:
        """The device and interface that serve the LAN of a site."""
        for device in self.devices_of.get(site, ()):
            lan = device.first(InterfaceKind.LAN)
            if lan is not None:
                return device, lan
        return None

    def vantage(self, site: str) -> Device | None:
        """The site agent that observes e-services from a site."""
        return next((d for d in self.devices_of.get(site, ()) if d.role is Role.AGENT), None)

    def uplinks(self, device: str) -> tuple[Link, ...]:
        """Links by which a site's device hangs on the network; empty for infrastructure."""
        if self.device[device].role in INFRASTRUCTURE:
            return ()
        return tuple(link for link in self.links_of[device] if link.devices[1] == device)

    def city_prefixes(self, version: int) -> tuple[Prefix, ...]:
        """Prefixes of the city network itself, of one IP version."""
        return tuple(p for p in self.prefixes if p.role not in OUTSIDE and p.prefix.version == version)

    @cached_property
    def outside_prefixes(self) -> tuple[Prefix, ...]:
        """Prefixes of foreign networks that are joined at the border."""
        return tuple(p for p in self.prefixes if p.role in OUTSIDE)

    def entitled(self, site: str, service: str, day: date) -> bool:
        """Whether a site may use an e-service on a day: catalogue, class, then dated exceptions."""
        if not self.service[service].in_force(day) or not self.site[site].in_force(day):
            return False
        for exception in self.exceptions_of.get(site, ()):
            if exception.service == service and exception.in_force(day):
                return exception.effect is Effect.ALLOW
        return self.site[site].site_class in self.entitled_classes(service, day)

    def entitled_classes(self, service: str, day: date) -> frozenset[str]:
        """Site classes entitled to a service on a day."""
        given = self.entitlements_to.get(service, ())
        return frozenset(c for e in given if e.in_force(day) for c in e.classes)

    @cached_property
    def exceptions_of(self) -> dict[str, tuple[EntitlementException, ...]]:
        """Exceptions that concern each site, in inventory order."""
        return _gathered((exception.site, exception) for exception in self.exceptions)

    @cached_property
    def entitlements_to(self) -> dict[str, tuple[Entitlement, ...]]:
        """Entitlements to each e-service, in inventory order."""
        return _gathered((entitlement.service, entitlement) for entitlement in self.entitlements)


def _gathered[T](pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    """What belongs to each name, in the order given."""
    found: dict[str, list[T]] = {}
    for name, item in pairs:
        found.setdefault(name, []).append(item)
    return {name: tuple(items) for name, items in found.items()}


NOUNS: dict[str, type[Record]] = {
    "tenants": Tenant,
    "contacts": Contact,
    "projects": FundingProject,
    "providers": Provider,
    "sites": Site,
    "rooms": Room,
    "srgs": RiskGroup,
    "circuits": Circuit,
    "devices": Device,
    "links": Link,
    "cables": Cable,
    "zones": Zone,
    "vlans": Vlan,
    "prefixes": Prefix,
    "services": Service,
    "entitlements": Entitlement,
    "exceptions": EntitlementException,
    "rules": ZoneRule,
}
"""Every noun of the inventory and the fact it holds, in the order files are read and written."""
