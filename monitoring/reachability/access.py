"""What inventory alone decides about each cell: where the users sit, where the service answers, which rules apply."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from inventory.model.device import Device, InterfaceKind, Role
from inventory.model.network import Network
from inventory.model.rule import Action, RuleProtocol
from inventory.model.service import Protocol, Service
from inventory.policy import Address, Flow, PolicyRule, decide, lan_of, transport, zones
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Fabric, Hop


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way: the element that decides, the rule if it is one, and words for people."""

    element: str
    text: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the users of a site are: the gateway, its LAN port, and the address others see."""

    site: str
    gateway: str
    port: str
    source: Address | None
    nat: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A host that answers, and the LAN port it is plugged into."""

    host: str
    gateway: str
    port: str
    address: Address


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as far as inventory decides it; ``rules`` are those that permitted it on the way."""

    origin: Origin
    target: Target
    blocker: Blocker | None
    rules: tuple[tuple[str, PolicyRule], ...]


class Access:
    """The part of reachability that does not depend on what is up: computed once for a network and a day."""

    def __init__(self, network: Network, day: date) -> None:
        self.network, self.day = network, day
        self.fabric = Fabric(network, day)
        self._paths: dict[tuple[str, str], tuple[Hop, ...]] = {}
        self.zones = {zone.port: zone for zone in zones(network, day)}
        self.origins = {s.slug: self._origin(s.slug) for s in network.sites}
        self.targets = {s.slug: self._service_target(s) for s in network.services}
        self.resolver = self._plugged(network.resolver)
        self.noc = self._plugged(network.noc)
        self.names = {s: self._talk(o, self.resolver, RuleProtocol.UDP, 53) for s, o in self.origins.items() if o}
        self.talks = {
            (site, service.slug): self._service_talk(origin, service)
            for site, origin in self.origins.items()
            if origin is not None
            for service in network.services
        }

    def needs_names(self, service: str) -> bool:
        """Whether a service is found by name, so that the resolver must answer first."""
        return self.resolver is not None and self.network.service[service].endpoint.protocol is not Protocol.DNS

    @cached_property
    def entitled(self) -> frozenset[tuple[str, str]]:
        """Every (site, service) entitled on the day."""
        pairs = ((site.slug, service.slug) for site in self.network.sites for service in self.network.services)
        return frozenset(pair for pair in pairs if self.network.entitled(*pair, self.day))

    def designed_path(self, start: str, end: str) -> tuple[Hop, ...]:
        """The path between two gateways with everything up; empty when there is none."""
        if (start, end) not in self._paths:
            self._paths[start, end] = self.fabric.path(start, end, Down()) or ()
        return self._paths[start, end]

    def missing(self, site: str, service: str) -> Blocker | None:
        """Why a cell cannot work whatever is up, before any packet is sent."""
        if not self.network.site[site].in_force(self.day):
            return Blocker(f"site:{site}", f"{site} is outside its dates of validity")
        if self.origins[site] is None:
            return Blocker(f"site:{site}", f"{site} has no LAN of its own")
        if not self.network.service[service].in_force(self.day):
            return Blocker(f"service:{service}", f"{service} is outside its dates of validity; its server is off")
        if self.targets[service] is None:
            return Blocker(f"service:{service}", f"no plugged-in host has the address of {service}")
        return None

    def _origin(self, site: str) -> Origin | None:
        found = lan_of(self.network, site)
        if found is None or not found[0].in_force(self.day):
            return None
        gateway, lan = found
        agent = self.network.vantage(site)
        plug = agent.first(InterfaceKind.HOST) if agent is not None else None
        address = plug.ipv4.ip if plug is not None and plug.ipv4 is not None else None
        return Origin(site, gateway.slug, f"{gateway.slug}:{lan.name}", address, gateway.role is Role.HOTSPOT)

    def _service_target(self, service: Service) -> Target | None:
        host = self.network.device.get(service.host)
        addresses = sorted(service.endpoint.addresses, key=lambda address: address.version)
        return self._target(host, addresses[0]) if host is not None and addresses else None

    def _plugged(self, host: Device | None) -> Target | None:
        plug = host.first(InterfaceKind.HOST) if host is not None else None
        if host is None or plug is None or not plug.addresses:
            return None
        return self._target(host, (plug.ipv4 or plug.addresses[0]).ip)

    def _target(self, host: Device, address: Address) -> Target | None:
        for interface in host.interfaces:
            port = interface.attached_to
            if port in self.zones and host.in_force(self.day) and address in [a.ip for a in interface.addresses]:
                return Target(host.slug, port.partition(":")[0], port, address)
        return None

    def _service_talk(self, origin: Origin, service: Service) -> Talk | None:
        protocol, ports = transport(service)
        return self._talk(origin, self.targets[service.slug], protocol, ports[0] if ports else None)

    def _talk(self, origin: Origin, target: Target | None, protocol: RuleProtocol, port: int | None) -> Talk | None:
        if target is None:
            return None
        if origin.port == target.port:
            return Talk(origin, target, None, ())
        out = decide(self.zones[origin.port].outbound, Flow(target.address, protocol, port, origin.source))
        into = decide(self.zones[target.port].inbound, Flow(target.address, protocol, port, self._seen_as(origin)))
        for gateway, rule, way in ((origin.gateway, out, "from"), (target.gateway, into, "into")):
            if rule.action is Action.DENY:
                text = f"zone policy on {gateway} denies traffic {way} its LAN ({rule.origin})"
                return Talk(origin, target, Blocker(f"device:{gateway}", text, rule.origin), ())
        return Talk(origin, target, None, ((origin.gateway, out), (target.gateway, into)))

    def _seen_as(self, origin: Origin) -> Address | None:
        """The source address beyond the gateway: behind NAT it is that of the uplink."""
        if not origin.nat:
            return origin.source
        links = self.network.uplinks(origin.gateway)
        uplink = self.network.device[origin.gateway].interface(links[0].ends[1][1]) if links else None
        return uplink.ipv4.ip if uplink is not None and uplink.ipv4 is not None else None
