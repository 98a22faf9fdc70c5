"""A slow oracle of reachability that shares nothing with the engine: packets walked from router to router by the facts.

Written from the guide on reachability: every filter is a chain of questions here, every shortest path is found by
relaxing links until nothing changes, and a packet must arrive by every branch it may be sent by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.network import Network
from inventory.model.service import Service

FAR = 10**9
OUTSIDE = ("external", "regional")


@dataclass(frozen=True)
class Packet:
    """The first packet of a conversation; ``source`` null is any host of the LAN it comes from."""

    family: int
    source: Any
    destination: Any
    protocol: str
    port: int | None


class PacketWalk:
    """Who reaches what in a network on a day, some elements being down."""

    def __init__(self, network: Network, day: date, down: frozenset[str]) -> None:
        self.network, self.day, self.down = network, day, down
        self._far: dict[tuple[int, str], dict[str, int]] = {}
        self._lines: dict[int, dict[str, list[tuple[str, int]]]] = {}

    def works(self, site: str, service: str) -> dict[int, bool | None]:
        """By family, whether a site can use a service; null where one of them has no address of it."""
        wanted, users = self.network.service[service], self.users(site)
        found: dict[int, bool | None] = {4: None, 6: None}
        if users is None or not self.network.site[site].in_force(self.day) or not users[0].in_force(self.day):
            return found
        by_name = wanted.endpoint.protocol != "dns"
        usable = self.served(wanted, frozenset()) and (not by_name or self.named(users, site))
        for family in (4, 6):
            packet = self.asked(wanted, family)
            if packet is not None and self.has(users[1], family):
                found[family] = usable and self.sent(users, self.agent_address(site, family), packet)
        return found

    def named(self, users: tuple[Device, Interface], site: str) -> bool:
        resolver = next((d for d in self.network.devices if d.role is Role.RESOLVER), None)
        if resolver is None:
            return True
        addresses = [a.ip for a in resolver.interfaces[0].addresses]
        return any(
            self.sent(users, self.agent_address(site, a.version), Packet(a.version, None, a, "udp", 53))
            for a in addresses
            if self.has(users[1], a.version)
        )

    def served(self, service: Service, above: frozenset[str]) -> bool:
        """Whether a service and all it depends on answer; what asks in a circle is taken as answering."""
        if self.off("service", service.slug):
            return False
        for name in service.depends_on:
            asked = self.network.service.get(name)
            if asked is None or not self.gets(service, asked):
                return False
            if name not in above and not self.served(asked, above | {service.slug}):
                return False
        return True

    def gets(self, service: Service, asked: Service) -> bool:
        """Whether the server of a service reaches another service."""
        for family in (4, 6):
            packet, here = self.asked(asked, family), self.asked(service, family)
            place = self.plug(self.network.device.get(service.host), here.destination) if here is not None else None
            if packet is not None and here is not None and place is not None:
                gateway, lan = self.port(place)
                if self.has(lan, family) and self.sent((gateway, lan), here.destination, packet):
                    return True
        return False

    def asked(self, service: Service, family: int) -> Packet | None:
        """The first packet to a service; null when no host that is plugged in has its address."""
        address = next((a for a in service.endpoint.addresses if a.version == family), None)
        if self.plug(self.network.device.get(service.host), address) is None:
            return None
        kind = str(service.endpoint.protocol)
        if kind == "icmp":
            return Packet(family, None, address, "icmp", None)
        return Packet(family, None, address, "udp" if kind == "dns" else "tcp", service.endpoint.port)

    def sent(self, users: tuple[Device, Interface], source: Any, packet: Packet) -> bool:
        """Whether a packet from a LAN arrives by every way it may take."""
        gateway, lan = users
        packet = replace(packet, source=source)
        server = next(d for d in self.network.devices if self.plug(d, packet.destination) is not None)
        place = self.plug(server, packet.destination)
        assert place is not None
        if self.off("device", server.slug):
            return False
        if place == f"{gateway.slug}:{lan.name}":
            return True
        if self.off("device", gateway.slug) or not self.leaves(gateway, lan, packet):
            return False
        if gateway.role is Role.HOTSPOT and packet.family == 4:
            packet = replace(packet, source=self.uplink_address(gateway))
        return self.arrives(gateway.slug, place, packet)

    def arrives(self, router: str, place: str, packet: Packet) -> bool:
        """Whether a packet at a router gets to a LAN port by all the equal ways from here."""
        end = place.partition(":")[0]
        if self.off("device", end) or self.distance(end, packet.family).get(router, FAR) >= FAR:
            return False
        if not self.forwards(router, packet):
            return False
        if router == end:
            return self.enters(place, packet)
        left = self.distance(end, packet.family)
        ways = [(left[n] + cost, n) for n, cost in self.lines(packet.family)[router] if self.passes(n, end)]
        return all(self.arrives(n, place, packet) for cost, n in ways if cost == left[router])

    def distance(self, end: str, family: int) -> dict[str, int]:
        """The least cost to a router from each other, by relaxing every link until nothing changes."""
        if (family, end) not in self._far:
            lines = self.lines(family)
            far = dict.fromkeys(lines, FAR) | {end: 0}
            changed = True
            while changed:
                changed = False
                for here, ways in lines.items():
                    least = min((far[n] + cost for n, cost in ways if self.passes(n, end)), default=FAR)
                    if here != end and least < far[here]:
                        far[here], changed = least, True
            self._far[family, end] = far
        return self._far[family, end]

    def passes(self, router: str, end: str) -> bool:
        return router == end or self.network.device[router].role is not Role.HOTSPOT

    def lines(self, family: int) -> dict[str, list[tuple[str, int]]]:
        """The neighbours of each router that is on, over links that work and have addresses of the family."""
        if family not in self._lines:
            hosts = (Role.SERVER, Role.AGENT, Role.NOC, Role.RESOLVER, Role.PANEL)
            on = [d for d in self.network.devices if d.role not in hosts and not self.off("device", d.slug)]
            found: dict[str, list[tuple[str, int]]] = {d.slug: [] for d in on}
            for line in self.network.links:
                ends = [self.port(port) for port in (line.a, line.b)]
                (a, one), (b, other) = ends
                up = not self.off("link", line.slug) and a.slug in found and b.slug in found
                up = up and (b.role is not Role.HOTSPOT or self.first_line(b) is line)
                if up and a.role is not Role.HOTSPOT and self.has(one, family) and self.has(other, family):
                    found[a.slug].append((b.slug, line.ospf_cost))
                    found[b.slug].append((a.slug, line.ospf_cost))
            self._lines[family] = found
        return self._lines[family]

    def leaves(self, gateway: Device, lan: Interface, packet: Packet) -> bool:
        """The filter for what the hosts of a LAN start."""
        if self.outside(lan):
            return self.comes_in(packet)
        site = self.network.site[gateway.site]
        if self.is_name_question(packet):
            return True
        if not site.in_force(self.day):
            return False
        for rule in self.rules():
            selected = not rule.routers and (site.slug in rule.sites or site.site_class in rule.classes)
            if selected and self.fits(rule, packet):
                return bool(rule.action == "permit")
        mine = [s for s in self.network.services if self.may(site.slug, s)]
        if any(self.aimed_at(s, packet) for s in mine):
            return True
        if any(packet.destination in s.endpoint.addresses for s in self.network.services if s not in mine):
            return False
        if any(packet.destination in p.prefix for p in self.network.prefixes if p.role != "external"):
            return False
        outer = [p.prefix for p in self.network.prefixes if p.role == "external"]
        return any(a in block for s in mine for a in s.endpoint.addresses for block in outer)

    def comes_in(self, packet: Packet) -> bool:
        """The filter for what foreign networks start; none of these networks exposes a service to them."""
        assert all(s.exposure == "internal" for s in self.network.services)
        return not any(packet.destination in p.prefix for p in self.network.prefixes if p.role not in OUTSIDE)

    def enters(self, place: str, packet: Packet) -> bool:
        """The filter for what others start towards a LAN."""
        lan = self.port(place)[1]
        if self.outside(lan) or packet.protocol == "icmp":
            return True
        resolver = next((d for d in self.network.devices if d.role is Role.RESOLVER), None)
        if resolver is not None and resolver.interfaces[0].attached_to == place and self.is_name_question(packet):
            return True
        for service in self.network.services:
            host = self.network.device.get(service.host)
            there = host is not None and any(i.attached_to == place for i in host.interfaces)
            if there and service.in_force(self.day) and self.aimed_at(service, packet):
                return True
        blocks = [a.network for a in lan.addresses]
        for rule in self.rules():
            opens = any(b.version == d.version and b.overlaps(d) for b in blocks for d in rule.destinations)
            if rule.action == "permit" and opens and not rule.routers and self.fits(rule, packet):
                return True
        return False

    def forwards(self, router: str, packet: Packet) -> bool:
        """What a router in mid-path says of a packet."""
        names = [a.ip for d in self.network.devices if d.role is Role.RESOLVER for a in d.interfaces[0].addresses]
        if self.is_name_question(packet) or packet.source in names:
            return True
        for rule in self.rules():
            if router in rule.routers and self.fits(rule, packet) and self.from_selected(rule, packet):
                return bool(rule.action == "permit")
        return True

    def from_selected(self, rule: Any, packet: Packet) -> bool:
        if not rule.sites and not rule.classes:
            return True
        chosen = {s.slug for s in self.network.sites if s.slug in rule.sites or s.site_class in rule.classes}
        live = {s.slug for s in self.network.sites if s.in_force(self.day)}
        return any(self.seen_from(d, packet) for d in self.network.devices if d.site in chosen & live)

    def seen_from(self, device: Device, packet: Packet) -> bool:
        if device.role is Role.HOTSPOT and packet.family == 4:
            ports = [i for i in device.interfaces if i.kind is InterfaceKind.P2P]
            return any(packet.source == a.ip for i in ports for a in i.addresses)
        lans = [i for i in device.interfaces if i.kind is InterfaceKind.LAN and not self.outside(i)]
        known = packet.source is not None
        return known and any(packet.source in a.network for i in lans for a in i.addresses)

    def rules(self) -> Iterator[Any]:
        ordered = sorted(self.network.rules, key=lambda r: (r.order, r.slug))
        return (r for r in ordered if r.in_force(self.day))

    def fits(self, rule: Any, packet: Packet) -> bool:
        if rule.protocol not in ("any", packet.protocol) or (rule.ports and packet.port not in rule.ports):
            return False
        return not rule.destinations or any(packet.destination in d for d in rule.destinations)

    def aimed_at(self, service: Service, packet: Packet) -> bool:
        kind = str(service.endpoint.protocol)
        spoken = {"icmp": "icmp", "dns": "udp"}.get(kind, "tcp")
        same_port = spoken == "icmp" or packet.port == service.endpoint.port
        return packet.destination in service.endpoint.addresses and packet.protocol == spoken and same_port

    def may(self, site: str, service: Service) -> bool:
        """Entitlement: exceptions in force before classes."""
        if not service.in_force(self.day):
            return False
        for exception in self.network.exceptions:
            if (exception.site, exception.service) == (site, service.slug) and exception.in_force(self.day):
                return bool(exception.effect == "allow")
        given = [e for e in self.network.entitlements if e.service == service.slug and e.in_force(self.day)]
        return any(self.network.site[site].site_class in e.classes for e in given)

    def is_name_question(self, packet: Packet) -> bool:
        names = [a.ip for d in self.network.devices if d.role is Role.RESOLVER for a in d.interfaces[0].addresses]
        return packet.destination in names and packet.port == 53 and packet.protocol in ("udp", "tcp")

    def users(self, site: str) -> tuple[Device, Interface] | None:
        """Where the users of a site are plugged in."""
        for device in self.network.devices:
            if device.site == site and device.role is Role.AGENT:
                return self.port(device.interfaces[0].attached_to or "")
        for device in self.network.devices:
            for lan in device.interfaces:
                if device.site == site and lan.kind is InterfaceKind.LAN and not self.outside(lan):
                    return device, lan
        return None

    def agent_address(self, site: str, family: int) -> Any:
        agents = [d for d in self.network.devices if d.site == site and d.role is Role.AGENT]
        return next((a.ip for d in agents for a in d.interfaces[0].addresses if a.version == family), None)

    def uplink_address(self, hotspot: Device) -> Any:
        line = self.first_line(hotspot)
        held = self.port(line.b)[1].addresses if line is not None else ()
        return next((a.ip for a in held if a.version == 4), None)

    def first_line(self, hotspot: Device) -> Any:
        """The line by which a hotspot sends everything, whether it works or not."""
        return next((line for line in self.network.links if line.devices[1] == hotspot.slug), None)

    def outside(self, lan: Interface) -> bool:
        first = sorted(lan.addresses, key=lambda a: a.version)[:1]
        return any(a.ip in p.prefix for a in first for p in self.network.prefixes if p.role in OUTSIDE)

    def plug(self, host: Device | None, address: Any) -> str | None:
        """The LAN port a host with an address is plugged into; null when there is none or it is not in force."""
        if host is None or address is None or not host.in_force(self.day):
            return None
        plugged = (i for i in host.interfaces if i.attached_to)
        return next((i.attached_to for i in plugged if address in [a.ip for a in i.addresses]), None)

    def port(self, name: str) -> tuple[Device, Interface]:
        device, _, interface = name.partition(":")
        found = self.network.device[device]
        return found, next(i for i in found.interfaces if i.name == interface)

    @staticmethod
    def has(interface: Interface, family: int) -> bool:
        return any(a.version == family for a in interface.addresses)

    def off(self, kind: str, slug: str) -> bool:
        record: Any = getattr(self.network, kind)[slug]
        if kind == "device" and f"site:{record.site}" in self.down:
            return True
        if kind == "link" and any(f"srg:{srg}" in self.down for srg in record.srgs):
            return True
        return f"{kind}:{slug}" in self.down or not record.in_force(self.day)
