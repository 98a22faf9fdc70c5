"""What one device should be, as a frozen value made of the inventory alone: the only thing templates see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Interface

from automation.settings import ConfigurationSettings
from automation.shaping import shaped_bps
from inventory import platforms
from inventory.errors import RefusedRequest, UnknownObject
from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.network import Network
from inventory.policy import PolicyRule, Zone, zone_of
from inventory.transit import transit_of


@dataclass(frozen=True)
class Ospf:
    """OSPF on an interface; a passive one is announced but has no neighbours."""

    passive: bool
    cost: int | None = None


@dataclass(frozen=True)
class Tag:
    """The VLAN a LAN interface carries; tagged when the interface is a part of another (``eth1.10``)."""

    vid: int
    name: str


@dataclass(frozen=True)
class Port:
    """An interface to configure; addresses are ``address/length`` texts."""

    name: str
    kind: str
    description: str | None
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]
    ospf: Ospf | None
    ospf6: Ospf | None
    """The same for IPv6 (OSPFv3)."""
    vlan: Tag | None
    shaped_bps: int | None
    """Egress rate; null where nothing is shaped."""
    zone: Zone | None
    """The filter of a LAN."""


@dataclass(frozen=True)
class Shaper:
    """Egress rate of an interface in bits per second."""

    interface: str
    rate_bps: int


@dataclass(frozen=True)
class Guests:
    """A hotspot's guest network: DHCP scope, and where it is hidden behind the uplink's address."""

    interface: str
    prefix: str
    first: str
    last: str
    netmask: str
    router: str
    resolvers: tuple[str, ...]
    lease_minutes: int


@dataclass(frozen=True)
class Wireless:
    """What a hotspot offers: its network's name, portal and today's rates; a null limit is none."""

    ssid: str
    domain: str
    url: str
    down_bps: int | None
    up_bps: int | None
    session_minutes: int | None


@dataclass(frozen=True)
class Intent:
    """Everything the templates of a platform may use."""

    name: str
    location: str
    role: str
    router_id: str | None
    ports: tuple[Port, ...]
    gateways: tuple[str, ...]
    """Far ends of the uplinks, the way out when routing is not (yet) up, best first."""

    uplinks: tuple[str, ...]
    oob: tuple[str, ...]
    routed: tuple[str, ...]
    """Interfaces with OSPF neighbours, of either IP version."""

    is_border: bool
    zones: tuple[Zone, ...]
    """LANs whose traffic the device filters."""

    transit: tuple[PolicyRule, ...]
    """Operators' rules for what it forwards between others."""

    managers: tuple[str, ...]
    """IPv4 addresses of the management station."""

    managers6: tuple[str, ...]
    shapers: tuple[Shaper, ...]
    guests: Guests | None
    wireless: Wireless | None
    settings: ConfigurationSettings


def intent_of(network: Network, name: str, day: date, settings: ConfigurationSettings) -> Intent:
    """Derive the intent of a configured device on a day; UnknownObject or RefusedRequest for anything else."""
    device = _configured(network, name)
    shapers = tuple(_shapers(network, device))
    zones = {i.name: zone_of(network, device, i, day) for i in device.interfaces if i.kind is InterfaceKind.LAN}
    rates = {s.interface: s.rate_bps for s in shapers}
    ordered = sorted(device.interfaces, key=lambda i: natural(i.name))
    ports = tuple(_port(network, device, i, rates.get(i.name), zones.get(i.name)) for i in ordered)
    uplinks = network.uplinks(name)
    noc = [a for i in (network.noc.interfaces if network.noc else ()) for a in i.addresses]
    loopback = device.first(InterfaceKind.LOOPBACK)
    return Intent(
        name=name,
        location=device.site,
        role=str(device.role),
        router_id=str(loopback.ipv4.ip) if loopback and loopback.ipv4 else None,
        ports=ports,
        gateways=tuple(_far_address(network, link.a) for link in uplinks),
        uplinks=tuple(link.ends[1][1] for link in uplinks),
        oob=_names(device, InterfaceKind.OOB),
        routed=tuple(p.name for p in ports if any(o and not o.passive for o in (p.ospf, p.ospf6))),
        is_border=device.role is Role.BORDER,
        zones=tuple(zones.values()),
        transit=transit_of(network, day).of(name),
        managers=tuple(str(a.ip) for a in noc if a.version == 4),
        managers6=tuple(str(a.ip) for a in noc if a.version == 6),
        shapers=shapers,
        guests=_guests(network, device, settings),
        wireless=_wireless(network, device, day),
        settings=settings,
    )


def natural(name: str) -> tuple[str, int]:
    """Sort key of interface names as routers order them: eth2 before eth10."""
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :] or -1)


def _configured(network: Network, name: str) -> Device:
    device = network.device.get(name)
    if device is None:
        raise UnknownObject(f"no device {name!r}", where=f"device:{name}", fix="see `inventory list devices`")
    if device.platform is None:
        raise RefusedRequest(
            "the device has no platform, so its configuration is not ours", where=f"device:{name}",
            fix="name a device that has one",
        )  # fmt: skip
    return device


def _port(network: Network, device: Device, interface: Interface, shaped: int | None, zone: Zone | None) -> Port:
    return Port(
        name=interface.name,
        kind=str(interface.kind),
        description=interface.description,
        ipv4=tuple(str(a) for a in interface.addresses if a.version == 4),
        ipv6=tuple(str(a) for a in interface.addresses if a.version == 6),
        ospf=_ospf(network, device, interface, 4),
        ospf6=_ospf(network, device, interface, 6),
        vlan=_tag(network, interface),
        shaped_bps=shaped,
        zone=zone,
    )


def _tag(network: Network, interface: Interface) -> Tag | None:
    """The VLAN of the prefix that one of the interface's addresses lies in."""
    if interface.kind is not InterfaceKind.LAN:
        return None
    found = next((network.vlan_on[a.network] for a in interface.addresses if a.network in network.vlan_on), None)
    return Tag(found.vid, found.name) if found else None


def _ospf(network: Network, device: Device, interface: Interface, version: int) -> Ospf | None:
    """Links between OSPF speakers have neighbours; other networks are announced; management ports stay out.

    A link carries an IP version when both its ends have an address of it.
    """
    addressed = any(a.version == version for a in interface.addresses)
    if interface.kind is InterfaceKind.OOB or not addressed or not speaks_ospf(network, device.slug):
        return None
    port = f"{device.slug}:{interface.name}"
    link = network.link_at.get(port)
    if link is None:
        return Ospf(passive=True)
    far = network.interface(link.b if link.a == port else link.a)
    carried = far is not None and any(a.version == version for a in far.addresses)
    speaker = next(name for name in link.devices if name != device.slug)
    return Ospf(passive=not (carried and speaks_ospf(network, speaker)), cost=link.ospf_cost)


def speaks_ospf(network: Network, name: str) -> bool:
    """Whether a device is of a platform that routes with OSPF."""
    slug = network.device[name].platform
    return slug is not None and platforms.load(slug).routing == "ospf"


def _far_address(network: Network, port: str) -> str:
    device, _, name = port.partition(":")
    interface = network.device[device].interface(name)
    if interface is None or interface.ipv4 is None:
        raise RefusedRequest("the uplink's far end has no IPv4 address", where=port, fix="give it one in the inventory")
    return str(interface.ipv4.ip)


def _names(device: Device, kind: InterfaceKind) -> tuple[str, ...]:
    return tuple(i.name for i in device.interfaces if i.kind is kind)


def _shapers(network: Network, device: Device) -> Iterator[Shaper]:
    """Each end shapes what it sends: end a the way down, end b the way up."""
    for interface in sorted(device.interfaces, key=lambda i: natural(i.name)):
        port = f"{device.slug}:{interface.name}"
        link = network.link_at.get(port)
        if link is not None:
            circuit = network.circuit[link.circuit]
            rate = circuit.rate.down if link.a == port else circuit.rate.up
            yield Shaper(interface.name, shaped_bps(rate, circuit.medium))


def _guests(network: Network, device: Device, settings: ConfigurationSettings) -> Guests | None:
    lan = device.first(InterfaceKind.LAN)
    if device.role is not Role.HOTSPOT or lan is None or not isinstance(lan.ipv4, IPv4Interface):
        return None
    subnet = lan.ipv4.network
    resolver = network.resolver
    return Guests(
        interface=lan.name,
        prefix=str(subnet),
        first=str(subnet.network_address + settings.dhcp_first_host),
        last=str(subnet.broadcast_address - 1),
        netmask=str(subnet.netmask),
        router=str(lan.ipv4.ip),
        resolvers=tuple(str(i.ipv4.ip) for i in resolver.interfaces if i.ipv4) if resolver else (),
        lease_minutes=settings.dhcp_lease_minutes,
    )


def _wireless(network: Network, device: Device, day: date) -> Wireless | None:
    hotspot = network.site[device.site].hotspot
    if device.role is not Role.HOTSPOT or hotspot is None:
        return None
    policy = hotspot.policy_on(day)
    return Wireless(
        ssid=hotspot.network_name, domain=hotspot.domain, url=hotspot.url,
        down_bps=policy.down if policy else None, up_bps=policy.up if policy else None,
        session_minutes=policy.session_minutes if policy else None,
    )  # fmt: skip
