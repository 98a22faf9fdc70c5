"""The engine against a slow oracle that shares nothing with it: every simple path, every packet, from the facts."""

from datetime import date, timedelta
from ipaddress import IPv4Address
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.model.device import HOSTS, Device, InterfaceKind, Role
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.model.service import Service
from inventory.model.site import SiteClass
from monitoring.reachability import compute
from tests.support.small_network import DAY, circuit, host, lan, link, prefix, router, service, site, village, wired

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
CLASSES = ("school", "library", "hotspot", "datacentre")


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to five sites on up to four routers, servers in the data centre, at a site and outside."""
    count = draw(st.integers(1, 4))
    dated: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [{}, {}, {}, {"valid_from": TOMORROW}, {"valid_to": YESTERDAY}, {"valid_to": DAY}]
    )
    core = [router(f"r{i}", Role.CORE, "hub") for i in range(count)]
    sites = [site("hub", SiteClass.POP, 0), site("dc", SiteClass.DATACENTRE, 0)]
    devices: list[Device] = [
        *core,
        router("gw-dc", Role.DATACENTRE, "dc", lan("lan0", "10.50.0.1/24")),
        router("border", Role.BORDER, "hub", lan("lan-net", "203.0.113.1/24"), lan("lan-reg", "198.51.100.1/24")),
        host("noc", Role.NOC, "dc", "gw-dc:lan0", "10.50.0.5/24"),
        host("srv", Role.SERVER, "dc", "gw-dc:lan0", "10.50.0.11/24", "10.50.0.12/24"),
        host("web", Role.SERVER, "hub", "border:lan-net", "203.0.113.10/24", "203.0.113.11/24"),
        host("reg", Role.SERVER, "hub", "border:lan-reg", "198.51.100.10/24"),
    ]
    if draw(st.booleans()):
        devices.append(host("dns1", Role.RESOLVER, "dc", "gw-dc:lan0", "10.50.0.53/24"))
    if draw(st.booleans()):
        devices.append(host("client-dc", Role.AGENT, "dc", "gw-dc:lan0", "10.50.0.100/24"))
    prefixes = [
        prefix("dc", "10.50.0.0/24", PrefixRole.SERVICE), prefix("net", "203.0.113.0/24", PrefixRole.EXTERNAL),
        prefix("reg", "198.51.100.0/24", PrefixRole.REGIONAL), prefix("p2p", "10.254.0.0/16", PrefixRole.P2P),
    ]  # fmt: skip
    for number in range(draw(st.integers(1, 3))):
        name, spot = f"s{number}", draw(st.booleans())
        sites.append(
            site(
                name,
                SiteClass.HOTSPOT if spot else draw(st.sampled_from([SiteClass.SCHOOL, SiteClass.LIBRARY])),
                **draw(dated),
            )
        )
        gateway = lan("lan0", f"10.44.{number}.1/24")
        devices.append(router(f"gw-{name}", Role.HOTSPOT if spot else Role.SITE, name, gateway))
        devices.append(host(f"client-{name}", Role.AGENT, name, f"gw-{name}:lan0", f"10.44.{number}.9/24"))
        prefixes.append(prefix(name, f"10.44.{number}.0/24", PrefixRole.NAT if spot else PrefixRole.LAN, name))
    if draw(st.booleans()):
        devices.append(host("own", Role.SERVER, "s0", "gw-s0:lan0", "10.44.0.20/24"))
    routers = [d.slug for d in devices if d.role not in HOSTS]
    pairs = draw(st.lists(st.tuples(st.sampled_from(routers), st.sampled_from(routers)), min_size=3, max_size=14))
    links = [link(f"l{i}", a, b, draw(st.integers(1, 30)), **draw(dated)) for i, (a, b) in enumerate(pairs) if a != b]
    places = [("srv", "10.50.0.11"), ("srv", "10.50.0.12"), ("web", "203.0.113.10"), ("reg", "198.51.100.10")]
    places += [("own", "10.44.0.20"), ("web", "203.0.113.11"), ("srv", "10.50.0.99"), ("gone", "10.50.0.11")]
    services = [
        service(f"v{i}", *draw(st.sampled_from(places)), port=draw(st.sampled_from([443, 80])), **draw(dated))
        for i in range(draw(st.integers(1, 4)))
    ]
    names = [v.slug for v in services]
    entitlements = [
        {"slug": f"e{i}", "service": name, "classes": draw(st.sets(st.sampled_from(CLASSES))), **draw(dated)}
        for i, name in enumerate(names)
    ]
    where = st.sampled_from([s.slug for s in sites])
    exceptions = [
        {"slug": f"x{i}", "site": draw(where), "service": draw(st.sampled_from(names)), "reason": "r",
         "effect": draw(st.sampled_from(["allow", "deny"])), **draw(dated)}
        for i in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    blocks = st.sampled_from(["10.50.0.0/24", "10.50.0.11/32", "203.0.113.0/24", "10.44.0.0/16", "10.50.0.53/32"])
    ports, effect = st.sets(st.sampled_from([443, 53]), max_size=1), st.sampled_from(["permit", "deny"])
    rules = [
        {"slug": f"z{i}", "order": draw(st.integers(0, 3)), "sites": draw(st.sets(where, max_size=2)), "comment": "c",
         "classes": draw(st.sets(st.sampled_from(CLASSES), max_size=1)), "action": draw(effect),
         "protocol": draw(st.sampled_from(["any", "tcp", "udp", "icmp"])), **draw(dated),
         "destinations": draw(st.sets(blocks, max_size=2)), "ports": draw(ports)}
        for i in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    facts = {
        "sites": sites, "devices": devices, "links": links, "prefixes": prefixes, "services": services,
        "circuits": [circuit()], "entitlements": entitlements, "exceptions": exceptions, "rules": rules,
    }  # fmt: skip
    return wired(Network.model_validate(facts))


class Oracle:
    """Reachability as one would work it out with a pencil."""

    def __init__(self, network: Network, day: date, down: frozenset[str]) -> None:
        self.network, self.day, self.down = network, day, down

    def off(self, kind: str, slug: str) -> bool:
        record: Any = getattr(self.network, kind)[slug]
        if kind == "device" and f"site:{record.site}" in self.down:
            return True
        return f"{kind}:{slug}" in self.down or not record.in_force(self.day)

    def works(self, site: str, name: str) -> bool:
        gateway, wanted = self.network.gateway(site), self.network.service[name]
        if gateway is None or gateway[0].role is Role.BORDER or self.off("service", name):
            return False
        if not self.network.site[site].in_force(self.day):
            return False
        if self.network.resolver is not None and not self.talks(site, self.network.resolver, 53, "udp"):
            return False
        server = self.network.device.get(wanted.host)
        address = wanted.endpoint.addresses[0]
        if server is None or address not in [a.ip for a in server.interfaces[0].addresses]:
            return False
        return self.talks(site, server, wanted.endpoint.port, "tcp", IPv4Address(str(address)))

    def talks(self, site: str, server: Device, port: int, protocol: str, address: IPv4Address | None = None) -> bool:
        target = address or IPv4Address(str(server.interfaces[0].addresses[0].ip))
        gateway = self.network.gateway(site)
        there = server.interfaces[0].attached_to
        assert gateway is not None
        assert there is not None
        if self.off("device", server.slug) or not gateway[0].in_force(self.day):
            return False
        if there == f"{gateway[0].slug}:{gateway[1].name}":
            return True
        far = there.partition(":")[0]
        allowed = self.leaves(site, target, port, protocol) and self.enters(there, target, port, protocol)
        return allowed and self.way(gateway[0].slug, far, frozenset()) is not None

    def leaves(self, site: str, target: IPv4Address, port: int, protocol: str) -> bool:
        if target == IPv4Address("10.50.0.53") and port == 53:
            return True
        for rule in sorted(self.network.rules, key=lambda r: (r.order, r.slug)):
            mine = site in rule.sites or self.network.site[site].site_class in rule.classes
            fits = rule.protocol in ("any", protocol) and (not rule.ports or port in rule.ports)
            if mine and fits and rule.in_force(self.day) and self.aimed(rule.destinations, target):
                return bool(rule.action == "permit")
        entitled = [v for v in self.network.services if self.network.entitled(site, v.slug, self.day)]
        if any(target in v.endpoint.addresses and v.endpoint.port == port for v in entitled):
            return True
        if any(target in v.endpoint.addresses for v in self.network.services if v not in entitled):
            return False
        outside = [p.prefix for p in self.network.prefixes if p.role == "external"]
        if not any(target in block for block in outside):
            return False
        return any(a in block for v in entitled for a in v.endpoint.addresses for block in outside)

    def enters(self, port_name: str, target: IPv4Address, port: int, protocol: str) -> bool:
        if port_name.startswith("border:") or (port_name == "gw-dc:lan0" and (str(target), port) == ("10.50.0.53", 53)):
            return True
        hosted = [v for v in self.network.services if self.hosted(v, port_name)]
        if any(target in v.endpoint.addresses and v.endpoint.port == port for v in hosted):
            return True
        block = "10.50.0.0/24" if port_name == "gw-dc:lan0" else "10.44.0.0/24"
        for rule in sorted(self.network.rules, key=lambda r: (r.order, r.slug)):
            opens = any(str(d) != "203.0.113.0/24" and self.meets(str(d), block) for d in rule.destinations)
            fits = rule.protocol in ("any", protocol) and (not rule.ports or port in rule.ports)
            if (
                opens
                and fits
                and rule.action == "permit"
                and rule.in_force(self.day)
                and self.aimed(rule.destinations, target)
            ):
                return True
        return False

    @staticmethod
    def meets(one: str, other: str) -> bool:
        return one.split(".")[:2] == other.split(".")[:2]

    def hosted(self, wanted: Service, port_name: str) -> bool:
        server = self.network.device.get(wanted.host)
        return wanted.in_force(self.day) and server is not None and server.interfaces[0].attached_to == port_name

    @staticmethod
    def aimed(blocks: Any, target: IPv4Address) -> bool:
        return not blocks or any(target in block for block in blocks)

    def way(self, start: str, end: str, been: frozenset[str]) -> int | None:
        """The least cost of all simple paths; a hotspot is never passed through nor the upper end of a link, and uses
        the first of its links only, whatever becomes of it."""
        if self.off("device", start) or self.off("device", end):
            return None
        if start == end:
            return 0
        if been and self.network.device[start].role is Role.HOTSPOT:
            return None
        costs = []
        for line in self.network.links:
            a, b = line.devices
            if start not in (a, b) or self.off("link", line.slug) or self.network.device[a].role is Role.HOTSPOT:
                continue
            if self.network.device[b].role is Role.HOTSPOT and line is not self.network.uplinks(b)[0]:
                continue
            other = b if start == a else a
            rest = None if other in been else self.way(other, end, been | {start})
            costs += [] if rest is None else [rest + line.ospf_cost]
        return min(costs, default=None)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Network, frozenset[str]]:
    network = draw(networks())
    names = [f"link:{x.slug}" for x in network.links] + [f"device:{x.slug}" for x in network.devices]
    names += [f"service:{x.slug}" for x in network.services] + [f"site:{x.slug}" for x in network.sites] + ["link:gone"]
    return network, draw(st.frozensets(st.sampled_from(names), max_size=3))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_engine_finds_what_the_oracle_finds(case: tuple[Network, frozenset[str]]) -> None:
    network, down = case
    reach, oracle = compute(network, DAY, down), Oracle(network, DAY, down)
    found = {(s.slug, v.slug) for s in network.sites for v in network.services if oracle.works(s.slug, v.slug)}
    assert reach.cells == found
    for cell in found:
        talk = reach.access.talk(*cell, 4)
        assert talk is not None
        path = reach.access.fabric.path(talk.origin.gateway, talk.target.gateway, reach.down)
        cost = path[-1].cost if path is not None else None
        assert cost == oracle.way(talk.origin.gateway, talk.target.gateway, frozenset())


def test_the_oracle_is_no_yes_man() -> None:
    network = village()
    up, cut = Oracle(network, DAY, frozenset()), Oracle(network, DAY, frozenset({"link:pop-one"}))
    assert up.works("one", "wbo")
    assert not up.works("spot", "edms")
    assert not cut.works("one", "wbo")
    assert [i.kind for i in network.device["hs"].interfaces] == [InterfaceKind.LAN, InterfaceKind.P2P]
