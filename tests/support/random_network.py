"""Small random networks with all that makes losses hard: both IP families, hotspots on several lines, dependencies."""

import random
from ipaddress import IPv4Interface, IPv6Interface
from typing import Any

from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.model.service import Service
from inventory.model.site import Site, SiteClass
from tests.support.small_network import circuit, prefix, service, site

CLASSES = (SiteClass.SCHOOL, SiteClass.LIBRARY)


def random_network(seed: int, *, refusing: bool = True) -> Network:
    """A network of up to seven routers and six sites; the same seed gives the same network.

    With ``refusing``, routers on the way refuse something in some of the networks.
    """
    return _Making(random.Random(seed), refusing).network()


class _Making:
    def __init__(self, dice: random.Random, refusing: bool) -> None:
        self.dice, self.refusing = dice, refusing
        self.boxes: dict[str, tuple[Role, str, list[Interface]]] = {}
        self.sites: list[Site] = [site("hub", SiteClass.POP, 0), site("dc", SiteClass.DATACENTRE, 0)]
        self.links: list[Link] = []
        self.six = dice.choice((0.0, 0.5, 1.0, 1.0))
        """How often a link has IPv6."""

    def network(self) -> Network:
        self._backbone()
        for number in range(self.dice.randint(1, 6)):
            self._site(number)
        services = self._services()
        everyone = [SiteClass.HOTSPOT, SiteClass.DATACENTRE, *CLASSES]
        entitlements = [
            {"slug": s.slug, "service": s.slug, "classes": self.dice.sample(everyone, self.dice.randint(2, 4))}
            for s in services
        ]
        roles = {
            "10.50.0.0/24": PrefixRole.SERVICE,
            "203.0.113.0/24": PrefixRole.EXTERNAL,
            "10.254.0.0/16": PrefixRole.P2P,
        }
        prefixes = [prefix(f"p{n}", block, role) for n, (block, role) in enumerate(roles.items())]
        return Network.model_validate({
            "sites": self.sites, "links": self.links, "services": services, "entitlements": entitlements,
            "devices": [
                Device(slug=slug, role=role, site=at, platform="frr", interfaces=tuple(held))
                for slug, (role, at, held) in self.boxes.items()
            ],
            "circuits": [circuit()], "prefixes": prefixes, "rules": self._rules(),
            "srgs": [{"slug": f"g{n}", "name": "g", "kind": "duct"} for n in range(3)],
        })  # fmt: skip

    def _backbone(self) -> None:
        for number in range(self.dice.randint(1, 5)):
            self._box(f"r{number}", self.dice.choice((Role.CORE, Role.POP)), "hub")
        self._box("gw-dc", Role.DATACENTRE, "dc", _lan("lan0", "10.50.0.1/24", "fd00:50::1/64"))
        self._box("border", Role.BORDER, "hub", _lan("lan-net", "203.0.113.1/24", "2001:db8:1::1/64"))
        routers = list(self.boxes)
        for _ in range(self.dice.randint(len(routers) - 1, 2 * len(routers))):
            if len(routers) > 1:
                self._link(*self.dice.sample(routers, 2))
        self._host("srv", Role.SERVER, "dc", "gw-dc:lan0", "10.50.0.11/24", "fd00:50::11/64")
        self._host("srv2", Role.SERVER, "dc", "gw-dc:lan0", "10.50.0.12/24", "fd00:50::12/64")
        self._host("web", Role.SERVER, "hub", "border:lan-net", "203.0.113.10/24", "2001:db8:1::10/64")
        if self.dice.random() < 0.7:
            both = ("10.50.0.53/24", "fd00:50::53/64")
            self._host("dns1", Role.RESOLVER, "dc", "gw-dc:lan0", *self.dice.choice((both, both[:1], both[1:])))

    def _site(self, number: int) -> None:
        """A school or library, or a hotspot, on one line or several."""
        slug, spot = f"s{number}", self.dice.random() < 0.4
        self.sites.append(site(slug, SiteClass.HOTSPOT if spot else self.dice.choice(CLASSES), 10 + number))
        blocks = [f"10.44.{number}.1/24", f"fd00:44:{number}::1/64"]
        held = blocks[: 1 if spot and self.dice.random() < 0.7 else 2]
        self._box(f"gw-{slug}", Role.HOTSPOT if spot else Role.SITE, slug, _lan("lan0", *held))
        inside = [f"10.44.{number}.9/24", f"fd00:44:{number}::9/64"][: len(held)]
        self._host(f"client-{slug}", Role.AGENT, slug, f"gw-{slug}:lan0", *([] if spot else inside))
        routers = [name for name, (role, _, _) in self.boxes.items() if role is not Role.HOTSPOT and ":" not in name]
        routers = [name for name in routers if self.boxes[name][0] in (Role.CORE, Role.POP, Role.SITE, Role.DATACENTRE)]
        for near in self.dice.sample(routers, min(len(routers), self.dice.choice((1, 1, 2, 3)))):
            if near != f"gw-{slug}":
                self._link(near, f"gw-{slug}")
        if self.dice.random() < 0.3:
            own = [f"10.44.{number}.20/24", f"fd00:44:{number}::20/64"][: len(held)]
            self._host(f"own-{slug}", Role.SERVER, slug, f"gw-{slug}:lan0", *own)

    def _services(self) -> list[Service]:
        """E-services on any of the servers, in one family or both, some needing others."""
        servers = [(name, held) for name, (role, _, held) in self.boxes.items() if role is Role.SERVER]
        found = list[Service]()
        for number in range(self.dice.randint(2, 5)):
            server, held = self.dice.choice(servers)
            addresses = [address.ip for address in held[0].addresses]
            if len(addresses) > 1 and self.dice.random() < 0.4:
                addresses = [self.dice.choice(addresses)]
            made = service(f"v{number}", server, "10.50.0.11", port=self.dice.choice((80, 443)))
            needs = [s.slug for s in found if self.dice.random() < 0.25]
            endpoint = made.endpoint.model_copy(update={"addresses": tuple(addresses)})
            found.append(made.model_copy(update={"endpoint": endpoint, "depends_on": tuple(needs)}))
        return found

    def _rules(self) -> list[dict[str, Any]]:
        """Servers may ask one another more often than by default; now and then a router on the way refuses."""
        everywhere = {"destinations": ["10.50.0.0/24", "10.44.0.0/16", "fd00::/16"], "comment": "c", "order": 1}
        found: list[dict[str, Any]] = []
        if self.dice.random() < 0.5:
            found += [{"slug": "open", "action": "permit", "sites": [s.slug for s in self.sites], **everywhere}]
        if self.dice.random() < 0.15 * self.refusing:
            router = self.dice.choice([name for name in self.boxes if name.startswith("r")])
            whom = self.dice.choice(({}, {"classes": ["school"]}))
            found += [{"slug": "mid", "action": "deny", "ports": [443], "routers": [router], **whom, **everywhere}]
        return found

    def _box(self, slug: str, role: Role, at: str, *held: Interface) -> None:
        self.boxes[slug] = role, at, list(held)

    def _host(self, slug: str, role: Role, at: str, port: str, *addresses: str) -> None:
        plug = Interface(name="eth0", kind=InterfaceKind.HOST, addresses=_read(addresses), attached_to=port)
        self._box(slug, role, at, plug)

    def _link(self, near: str, far: str) -> None:
        number = len(self.links)
        six = self.dice.random() < self.six
        for end, box in enumerate((near, far)):
            addresses = [f"10.254.{number}.{end}/31", f"fd00:fe:{number}::{end}/127"][: 1 + six]
            if six and self.dice.random() < 0.1:
                addresses = addresses[1:]
            port = Interface(name=f"l{number}", kind=InterfaceKind.P2P, addresses=_read(addresses))
            self.boxes[box][2].append(port)
        ends = {"a": f"{near}:l{number}", "b": f"{far}:l{number}"}
        srgs = tuple(f"g{n}" for n in range(3) if self.dice.random() < 0.25)
        self.links.append(
            Link(slug=f"l{number}", circuit="c", ospf_cost=self.dice.choice((10, 10, 20)), srgs=srgs, **ends)
        )


def _lan(name: str, *addresses: str) -> Interface:
    return Interface(name=name, kind=InterfaceKind.LAN, addresses=_read(addresses))


def _read(addresses: Any) -> tuple[IPv4Interface | IPv6Interface, ...]:
    return tuple(IPv6Interface(a) if ":" in a else IPv4Interface(a) for a in addresses)
