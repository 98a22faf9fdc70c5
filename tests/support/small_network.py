"""Small networks for tests: only what reachability looks at is chosen, everything else is filled in."""

from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Interface
from typing import Any

from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.link import Circuit, Link, Medium, Rates
from inventory.model.network import Network
from inventory.model.place import Address, Coordinates
from inventory.model.prefix import Prefix, PrefixRole
from inventory.model.service import Channel, ChannelKind, Endpoint, Exposure, Protocol, Service
from inventory.model.site import Site, SiteClass

DAY = date(2026, 6, 1)


def site(slug: str, kind: SiteClass = SiteClass.SCHOOL, people: int = 10, **dates: Any) -> Site:
    """A site of a class."""
    where = Address(street="Rynek", city="Gliwice", terc="2466011")
    at = Coordinates(latitude=50.29, longitude=18.66)
    return Site(
        slug=slug, name=slug, site_class=kind, tenant="t", district="d", address=where, coordinates=at,
        people_served=people, **dates,
    )  # fmt: skip


def lan(name: str, address: str) -> Interface:
    """A LAN interface of a gateway."""
    return Interface(name=name, kind=InterfaceKind.LAN, addresses=(IPv4Interface(address),))


def host(slug: str, role: Role, at: str, port: str, *addresses: str) -> Device:
    """A host plugged into a LAN."""
    plugs = tuple(IPv4Interface(a) for a in addresses)
    plug = Interface(name="eth0", kind=InterfaceKind.HOST, addresses=plugs, attached_to=port)
    return Device(slug=slug, role=role, site=at, interfaces=(plug,))


def router(slug: str, role: Role, at: str, *interfaces: Interface) -> Device:
    """A router or hotspot."""
    return Device(slug=slug, role=role, site=at, platform="frr", interfaces=interfaces)


def link(slug: str, a: str, b: str, cost: int = 10, srgs: tuple[str, ...] = (), **dates: Any) -> Link:
    """A link between two devices."""
    return Link(slug=slug, a=f"{a}:{slug}", b=f"{b}:{slug}", circuit="c", ospf_cost=cost, srgs=srgs, **dates)


def circuit() -> Circuit:
    """The circuit every link of a small network rides on."""
    rates = Rates(down=1_000_000, up=1_000_000)
    return Circuit(slug="c", provider="p", medium=Medium.FIBRE, rate=rates)


def service(slug: str, server: str, address: str, exposure: Exposure = Exposure.INTERNAL, **more: Any) -> Service:
    """An e-service on a server."""
    kind, port = more.pop("protocol", Protocol.HTTPS), more.pop("port", 443)
    endpoint = Endpoint(dns_name=f"{slug}.example.test", addresses=(IPv4Address(address),), protocol=kind, port=port)
    said = ("identifier", "name_pl", "name_en", "description", "competent_authority", "owner")
    words = dict.fromkeys(said, slug)
    return Service(
        slug=slug, host=server, exposure=exposure, criticality=2, slo_percent=99.0, endpoint=endpoint,
        channels=(Channel(kind=ChannelKind.WEB),), **words, **more,
    )  # fmt: skip


def prefix(slug: str, block: str, role: PrefixRole, at: str | None = None) -> Prefix:
    """A prefix."""
    return Prefix(slug=slug, prefix=IPv4Network(block), role=role, site=at)


def denying(at: str, *destinations: str) -> dict[str, Any]:
    """A rule ``slip`` that denies a site some destinations."""
    told = {"slug": "slip", "order": 1, "action": "deny", "comment": "a slip"}
    return {**told, "sites": [at], "destinations": list(destinations)}


def wired(network: Network, *families: int) -> Network:
    """The network with an addressed interface at both ends of each link that has none yet; IPv4 unless told."""
    ports: dict[str, list[Interface]] = {}
    for number, line in enumerate(network.links):
        for end, port in enumerate((line.a, line.b)):
            if network.interface(port) is None:
                four, six = (base + 2 * number + end for base in (0x0AFE0000, 0x20010DB8_004400FE << 64))
                made = {4: IPv4Interface((four, 31)), 6: IPv6Interface((six, 127))}
                held = tuple(made[family] for family in families or (4,))
                device, _, name = port.partition(":")
                ports.setdefault(device, []).append(Interface(name=name, kind=InterfaceKind.P2P, addresses=held))
    devices = [d.model_copy(update={"interfaces": (*d.interfaces, *ports.get(d.slug, ()))}) for d in network.devices]
    return network.model_copy(update={"devices": tuple(devices)})


def village(**more: Any) -> Network:
    """Two schools (one on two uplinks), a hotspot, a data centre with everything, the Internet behind the border."""
    facts: dict[str, Any] = {
        "sites": (site("hub", SiteClass.POP, 0), site("dc", SiteClass.DATACENTRE, 0), site("one", people=100),
                  site("two", people=200), site("spot", SiteClass.HOTSPOT, 50)),
        "circuits": (circuit(),),
        "devices": (
            router("core", Role.CORE, "hub"), router("pop", Role.POP, "hub"),
            router("border", Role.BORDER, "hub", lan("lan-net", "203.0.113.1/24")),
            router("gw-dc", Role.DATACENTRE, "dc", lan("lan0", "10.50.0.1/24")),
            router("gw-one", Role.SITE, "one", lan("lan0", "10.44.1.1/24")),
            router("gw-two", Role.SITE, "two", lan("lan0", "10.44.2.1/24")),
            router("hs", Role.HOTSPOT, "spot", lan("lan0", "10.66.1.1/24")),
            host("noc", Role.NOC, "dc", "gw-dc:lan0", "10.50.0.5/24"),
            host("dns1", Role.RESOLVER, "dc", "gw-dc:lan0", "10.50.0.53/24"),
            host("srv", Role.SERVER, "dc", "gw-dc:lan0", "10.50.0.11/24", "10.50.0.12/24"),
            host("web", Role.SERVER, "hub", "border:lan-net", "203.0.113.10/24"),
            host("client-one", Role.AGENT, "one", "gw-one:lan0", "10.44.1.10/24"),
            host("client-two", Role.AGENT, "two", "gw-two:lan0", "10.44.2.10/24"),
            host("client-spot", Role.AGENT, "spot", "hs:lan0"),
        ),
        "links": (
            link("core-dc", "core", "gw-dc"), link("core-pop", "core", "pop"), link("core-border", "core", "border"),
            link("pop-one", "pop", "gw-one"), link("core-two", "core", "gw-two", srgs=("duct",)),
            link("pop-two", "pop", "gw-two", 20, srgs=("duct",)), link("pop-hs", "pop", "hs"),
        ),
        "prefixes": (
            prefix("dc-lan", "10.50.0.0/24", PrefixRole.SERVICE, "dc"), prefix("p2p", "10.254.0.0/16", PrefixRole.P2P),
            prefix("one-lan", "10.44.1.0/24", PrefixRole.LAN, "one"),
            prefix("two-lan", "10.44.2.0/24", PrefixRole.LAN, "two"),
            prefix("guests", "10.66.1.0/24", PrefixRole.NAT, "spot"),
            prefix("net", "203.0.113.0/24", PrefixRole.EXTERNAL),
        ),
        "srgs": ({"slug": "duct", "name": "duct", "kind": "duct"},),
        "services": (service("edms", "srv", "10.50.0.11"), service("wbo", "srv", "10.50.0.12", Exposure.PUBLIC),
                     service("internet", "web", "203.0.113.10", Exposure.PUBLIC)),
        "entitlements": (
            {"slug": "edms", "service": "edms", "classes": ["school"]},
            {"slug": "wbo", "service": "wbo", "classes": ["school", "hotspot"]},
            {"slug": "internet", "service": "internet", "classes": ["school", "hotspot"]},
        ),
    }  # fmt: skip
    return wired(Network.model_validate(facts | more))
