"""The sites of a commune: each with its gateway on a PoP, some with a second line, its LANs and its site agent."""

from datetime import date
from typing import Any

from inventory.generator.addresses import host
from inventory.generator.communes import Commune
from inventory.generator.dice import Dice
from inventory.generator.facts import SINCE, Box, Facts
from inventory.generator.kinds import KINDS, MBIT, Kind
from inventory.generator.place import place
from inventory.generator.tenants import PROJECT, PROVIDERS
from inventory.model.device import Interface, InterfaceKind, Role
from inventory.model.link import Fibres, Medium, RadioLicence, Rates
from inventory.model.place import Coordinates
from inventory.model.prefix import Prefix, PrefixRole
from inventory.model.segment import Vlan
from inventory.model.site import AccessPoint, Hotspot, HotspotPolicy, Site, SiteClass

MEDIA = ((Medium.FIBRE, 0.75), (Medium.RADIO, 0.12), (Medium.LEASED, 0.08), (Medium.LTE, 0.05))
CEILING = {Medium.RADIO: 300, Medium.LTE: 100}
"""Mb/s of lines that are not fibre."""
DUAL_HOMED = 0.18
OPEN = {SiteClass.HOTSPOT: "24/7", SiteClass.SCHOOL: "Mo-Fr 07:00-18:00", SiteClass.CULTURE: "Mo-Su 09:00-21:00"}
_POLICIES = (
    HotspotPolicy(down=512_000, up=256_000, session_minutes=60, valid_to=date(2018, 12, 11)),
    HotspotPolicy(down=30 * MBIT, up=30 * MBIT, valid_from=date(2018, 12, 12)),
)


class Edge:
    """Hangs the sites of a commune on its rings."""

    def __init__(self, facts: Facts, dice: Dice, commune: Commune, rings: list[list[Box]]) -> None:
        self._facts, self._dice, self._commune = facts, dice, commune
        self._pops = [pop for ring in rings for pop in ring]
        self._count: dict[str, int] = {}

    def hang(self, sites: int) -> None:
        """Add that many sites, PoP after PoP."""
        classes = [(kind, kind.share) for kind in KINDS]
        for number in range(sites):
            self._site(self._dice.weighted(classes), number % len(self._pops))

    def _site(self, kind: Kind, pop: int) -> None:
        number = self._count[kind.word] = self._count.get(kind.word, 0) + 1
        slug = f"{kind.word}-{self._commune.slug}-{number}"
        where = place(self._dice, self._commune)
        name = f"{kind.name} {number} {self._commune.name}"
        hotspot = self._hotspot(name, where["coordinates"]) if kind.site_class is SiteClass.HOTSPOT else None
        self._facts.add(
            Site(
                slug=slug, name=name, site_class=kind.site_class, tenant=f"{kind.tenant}-{self._commune.slug}",
                people_served=self._dice.between(*kind.people), contact=f"it-{self._commune.slug}",
                opening_hours=OPEN.get(kind.site_class, "Mo-Fr 07:30-15:30") if kind.people[1] else None,
                funding_project=PROJECT, hotspot=hotspot, valid_from=SINCE, **where,
            )
        )  # fmt: skip
        gateway = self._guests(slug) if hotspot else self._gateway(slug, kind)
        self._lines(gateway, kind, pop)

    def _gateway(self, slug: str, kind: Kind) -> Box:
        """A router with the LAN of the site, a LAN for telephones where people work, and a site agent."""
        router = self._facts.router(f"gw-{slug}", Role.SITE, slug)
        self._lan(router, "lan0", "lan", 10, 26, kind)
        if kind.voice:
            self._lan(router, "lan-voice", "voice", 20, 28, kind)
        addresses = tuple(host(address.network, 10) for address in router.interfaces[1].addresses)
        self._agent(slug, router, addresses)
        return router

    def _lan(self, router: Box, name: str, word: str, vid: int, length: int, kind: Kind) -> None:
        facts, site = self._facts, router.site
        blocks = facts.addresses.lan(length), facts.addresses.lan6()
        vlan = f"{site}-{word}"
        facts.add(Vlan(slug=vlan, vid=vid, name="Telefony" if vid > 10 else "Sieć lokalna", site=site,
                       zone=kind.site_class.value))  # fmt: skip
        for slug, block in zip((vlan, f"{vlan}-v6"), blocks, strict=True):
            facts.add(Prefix(slug=slug, prefix=block, role=PrefixRole.LAN, site=site, vlan=vlan))
        addresses = tuple(host(block, 1) for block in blocks)
        router.interfaces.append(Interface(name=name, kind=InterfaceKind.LAN, addresses=addresses, description=word))

    def _guests(self, slug: str) -> Box:
        """A hotspot, which hides its guests behind its own address."""
        block = self._facts.addresses.lan(26)
        self._facts.add(Prefix(slug=f"{slug}-guests", prefix=block, role=PrefixRole.NAT, site=slug))
        lan = Interface(name="lan0", kind=InterfaceKind.LAN, addresses=(host(block, 1),), description="Goście")
        made = {"platform": "linux-hotspot", "vendor": "Linux", "model": "Debian 12 hotspot"}
        box = Box(f"hs-{slug}", Role.HOTSPOT, slug, [lan], serial=f"GEN-{slug.upper()}", **made)
        self._agent(slug, box, ())
        return self._facts.box(box)

    def _agent(self, slug: str, router: Box, addresses: tuple[Any, ...]) -> None:
        at = f"{router.slug}:lan0"
        plug = Interface(name="eth0", kind=InterfaceKind.HOST, addresses=addresses, attached_to=at)
        self._facts.box(Box(f"client-{slug}", Role.AGENT, slug, [plug]))

    def _lines(self, gateway: Box, kind: Kind, pop: int) -> None:
        """One line, or two by different ducts where the commune has two PoPs."""
        dual = len(self._pops) > 1 and self._dice.chance(DUAL_HOMED)
        for number in (pop, (pop + 1) % len(self._pops))[: 1 + dual]:
            node = self._pops[number]
            srgs = (f"kanalizacja-{node.slug}", f"zasilanie-{node.slug}")
            self._facts.line(node, gateway, self._circuit(kind), srgs)

    def _circuit(self, kind: Kind) -> dict[str, Any]:
        medium = self._dice.weighted(MEDIA)
        down = min(kind.rate, CEILING.get(medium, kind.rate)) * MBIT
        told: dict[str, Any] = {
            "provider": PROVIDERS[medium], "medium": medium, "rate": Rates(down=down, up=down),
            "lead_time_days": self._dice.between(1, 9) * 10, "monthly_cost": self._dice.between(0, 40) * 10.0,
            "upgrade_cost": self._dice.between(1, 30) * 1000.0,
        }  # fmt: skip
        if medium is Medium.FIBRE:
            told["fibres"] = Fibres(used=2, available=self._dice.one((6, 10, 22)))
        if medium is Medium.RADIO:
            told["radio_licence"] = RadioLicence(number=f"GEN-{self._dice.between(1, 99999):05}", band="80 GHz")
        return told

    def _hotspot(self, name: str, at: Coordinates) -> Hotspot:
        number = self._dice.between(1, (1 << 32) - 1)
        mac = ":".join(f"{octet:02x}" for octet in (2, 0, *number.to_bytes(4)))
        point = AccessPoint(
            number=1, brand="Demo", model="AP-1", serial=f"GEN-AP-{number}", mac=mac, indoor=False, location=name,
            location_type="park", coordinates=at,
        )  # fmt: skip
        domain = f"wifi.{self._commune.slug}.example"
        return Hotspot(
            network_name=f"{self._commune.name} WiFi", domain=domain, url=f"https://{domain}/",
            access_points=(point,), policies=_POLICIES,
        )  # fmt: skip
