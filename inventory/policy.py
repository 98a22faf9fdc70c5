"""Zone policy, derived once: the rules that filter each LAN, for the configuration and for the reachability engine.

Rules are first-match and every list ends with a rule that matches everything. Replies to permitted traffic
(established, related) are always permitted and are not listed. Traffic *into* a LAN is permitted only from the
management station, as ICMP, to e-services, resolver and management station plugged in there, and where an
operator's rule permits it; the gateway of the sender has decided already whether its own users may.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_network

from inventory.kept import Kept
from inventory.model.device import Device, Interface, InterfaceKind
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.model.rule import Action, RuleProtocol, ZoneRule
from inventory.model.service import Effect, Exposure, Protocol, Service
from inventory.model.site import SiteClass

type Address = IPv4Address | IPv6Address
type Block = IPv4Network | IPv6Network

AGENT_PORT = 8443
"""TCP port of the management station to which site agents talk."""

_WELCOME = {
    PrefixRole.REGIONAL: frozenset({Exposure.PUBLIC, Exposure.REGIONAL}),
    PrefixRole.EXTERNAL: frozenset({Exposure.PUBLIC}),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """The first packet of a conversation; ``source`` null is any host of the LAN, ``port`` null for ICMP."""

    destination: Address
    protocol: RuleProtocol
    port: int | None = None
    source: Address | None = None


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One filter rule; an empty field matches everything. ``origin`` names the fact it was derived from."""

    action: Action
    origin: str
    protocol: RuleProtocol = RuleProtocol.ANY
    sources: tuple[Block, ...] = ()
    destinations: tuple[Block, ...] = ()
    ports: tuple[int, ...] = ()
    """TCP or UDP destination ports; with protocol ``any`` they match either."""

    def matches(self, flow: Flow) -> bool:
        """Whether the rule decides this flow."""
        if self.protocol is not RuleProtocol.ANY and self.protocol is not flow.protocol:
            return False
        if self.ports and flow.port not in self.ports:
            return False
        if not self.sent_by(flow.source):
            return False
        return not self.destinations or _within(flow.destination, self.destinations)

    def sent_by(self, source: Address | None) -> bool:
        """Whether the rule looks at what comes from a source; null is any host of the LAN."""
        return not self.sources or (source is not None and _within(source, self.sources))


DEFAULT = PolicyRule(Action.DENY, "default")


@dataclass(frozen=True, slots=True)
class Zone:
    """A LAN and its filter: ``outbound`` for what its hosts start, ``inbound`` for what others start towards them."""

    port: str
    site: str
    networks: tuple[Block, ...]
    outside: PrefixRole | None
    outbound: tuple[PolicyRule, ...]
    inbound: tuple[PolicyRule, ...]


def decide(rules: tuple[PolicyRule, ...], flow: Flow) -> PolicyRule:
    """The first rule that matches; every list of this module has one."""
    return next(rule for rule in rules if rule.matches(flow))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """All that tells the rules for one site's users from those of another; sites of equal behaviour share one list."""

    management: bool
    """The management station stands there."""

    site_class: SiteClass | None = None
    """Null for a site outside its dates of validity, which may do nothing of its own."""

    exceptions: tuple[tuple[str, Effect], ...] = ()
    rules: tuple[int, ...] = ()
    """Operators' rules by number in their order."""


class Policy:
    """The zone policy of a network on a day; what is filtered alike is worked out once."""

    def __init__(self, network: Network, day: date) -> None:
        self.network, self.day = network, day
        self.noc = addresses_of(network.noc)
        self._classes = {s.slug: network.entitled_classes(s.slug, day) for s in network.services}
        self._live = frozenset(s.slug for s in network.services if s.in_force(day))
        rules = sorted((r for r in network.rules if r.in_force(day)), key=lambda rule: (rule.order, rule.slug))
        self._at_edge = [rule for rule in rules if not rule.routers]
        self._naming = frozenset(site for rule in self._at_edge for site in rule.sites)
        self._outbound: dict[Behaviour, tuple[PolicyRule, ...]] = {}
        self._inbound: dict[tuple[object, ...], tuple[PolicyRule, ...]] = {}
        self._own = [_own(rule) for rule in self._at_edge]
        self._permit = {s.slug: endpoint_rule(s, Action.PERMIT, f"entitlement:{s.slug}") for s in network.services}
        self._deny = {s.slug: _not_entitled(s) for s in network.services}

    def behaviour(self, site: str) -> Behaviour:
        """What decides which rules the users of a site meet."""
        noc, here = self.network.noc, self.network.site[site]
        management = noc is not None and noc.site == site
        if not here.in_force(self.day):
            return Behaviour(management)
        exceptions: dict[str, Effect] = {}
        for exception in self.network.exceptions_of.get(site, ()):
            if exception.in_force(self.day):
                exceptions.setdefault(exception.service, exception.effect)
        return Behaviour(management, here.site_class, tuple(exceptions.items()), self._rules_of(site, here.site_class))

    def entitled(self, behaviour: Behaviour) -> frozenset[str]:
        """E-services that sites of a behaviour may use."""
        found = {s for s, classes in self._classes.items() if behaviour.site_class in classes and s in self._live}
        for service, effect in behaviour.exceptions:
            found.discard(service)
            if effect is Effect.ALLOW and service in self._live:
                found.add(service)
        return frozenset(found)

    def outbound(self, behaviour: Behaviour) -> tuple[PolicyRule, ...]:
        """Rules for traffic that hosts in the LAN of a site start, first match."""
        if behaviour not in self._outbound:
            rules = [*self._always(behaviour)]
            if behaviour.site_class is not None:
                rules += [self._own[number] for number in behaviour.rules]
                rules += self._entitlements(self.entitled(behaviour))
            self._outbound[behaviour] = (*rules, DEFAULT)
        return self._outbound[behaviour]

    def zone(self, device: Device, lan: Interface) -> Zone:
        """The zone of one LAN interface."""
        port = f"{device.slug}:{lan.name}"
        networks = tuple(a.network for a in lan.addresses)
        outside = outside_role(self.network, lan)
        inbound = self._into(port, networks) if outside is None else (PolicyRule(Action.PERMIT, "zone:outside"),)
        return Zone(port, device.site, networks, outside, self.leaving(device, lan), inbound)

    def leaving(self, device: Device, lan: Interface) -> tuple[PolicyRule, ...]:
        """Rules for what hosts in a LAN start; one and the same object for LANs that are filtered alike."""
        outside = outside_role(self.network, lan)
        return self.outbound(self.behaviour(device.site)) if outside is None else self._from_outside[outside]

    @cached_property
    def device_blocks(self) -> tuple[Block, ...]:
        """Addresses of the network's own devices."""
        return tuple(p.prefix for p in self.network.prefixes if p.role in (PrefixRole.LOOPBACK, PrefixRole.P2P))

    @cached_property
    def _resolver(self) -> tuple[PolicyRule, ...]:
        return tuple(_resolver_rules(self.network))

    @cached_property
    def _deny_city(self) -> PolicyRule:
        city = [p.prefix for version in (4, 6) for p in self.network.city_prefixes(version)]
        own = city or [a.network for d in self.network.devices for i in d.interfaces for a in i.addresses]
        return PolicyRule(Action.DENY, "zone:city", destinations=collapsed(own))

    def _rules_of(self, site: str, site_class: SiteClass) -> tuple[int, ...]:
        if site not in self._naming:
            return self._of_class[site_class]
        return tuple(n for n, r in enumerate(self._at_edge) if site in r.sites or site_class in r.classes)

    @cached_property
    def _of_class(self) -> dict[SiteClass, tuple[int, ...]]:
        return {c: tuple(n for n, r in enumerate(self._at_edge) if c in r.classes) for c in SiteClass}

    def _always(self, behaviour: Behaviour) -> Iterator[PolicyRule]:
        """Management, DNS and site agents: no rule of an operator can cut these."""
        if behaviour.management:
            yield PolicyRule(Action.PERMIT, "always:management", sources=self.noc)
        yield from self._resolver
        if self.noc:
            yield PolicyRule(Action.PERMIT, "always:agent", RuleProtocol.TCP, (), self.noc, (AGENT_PORT,))

    def _entitlements(self, entitled: frozenset[str]) -> Iterator[PolicyRule]:
        services, outside = self.network.services, self.network.outside_prefixes
        external = [p.prefix for p in outside if p.role is PrefixRole.EXTERNAL]
        yield from (self._permit[s.slug] for s in services if s.slug in entitled)
        yield from (self._deny[s.slug] for s in services if s.slug not in entitled)
        yield self._deny_city
        regional = tuple(p.prefix for p in outside if p.role is PrefixRole.REGIONAL)
        if regional:
            yield PolicyRule(Action.DENY, "zone:regional", destinations=regional)
        for service in services:
            if service.slug in entitled and any(_within(a, external) for a in service.endpoint.addresses):
                yield PolicyRule(Action.PERMIT, f"entitlement:{service.slug}")
                return

    @cached_property
    def _from_outside(self) -> dict[PrefixRole, tuple[PolicyRule, ...]]:
        return {role: tuple(self._welcome(role)) for role in _WELCOME}

    def _welcome(self, role: PrefixRole) -> Iterator[PolicyRule]:
        for service in self.network.services:
            if service.slug in self._live and service.exposure in _WELCOME[role]:
                yield endpoint_rule(service, Action.PERMIT, f"exposure:{service.slug}")
        yield self._deny_city
        yield PolicyRule(Action.PERMIT, "zone:outside")

    @cached_property
    def _plugged(self) -> dict[str, tuple[Service, ...]]:
        """E-services in force by the LAN ports their hosts are plugged into."""
        found: dict[str, tuple[Service, ...]] = {}
        for service in self.network.services:
            if service.slug in self._live:
                for port in _plugs(self.network.device.get(service.host)):
                    found[port] = (*found.get(port, ()), service)
        return found

    def _into(self, port: str, networks: tuple[Block, ...]) -> tuple[PolicyRule, ...]:
        """Rules for traffic towards a LAN; most LANs share one list."""
        names, station = port in _plugs(self.network.resolver), port in _plugs(self.network.noc)
        opening = tuple(n for n, rule in enumerate(self._at_edge) if _opens(rule, networks))
        key = names, station, port if port in self._plugged else None, opening
        if key not in self._inbound:
            self._inbound[key] = (*self._inbound_rules(names, station, self._plugged.get(port, ()), opening), DEFAULT)
        return self._inbound[key]

    def _inbound_rules(
        self, names: bool, station: bool, services: tuple[Service, ...], opening: tuple[int, ...]
    ) -> Iterator[PolicyRule]:
        if self.noc:
            yield PolicyRule(Action.PERMIT, "always:management", sources=self.noc)
        yield PolicyRule(Action.PERMIT, "always:ping", RuleProtocol.ICMP)
        if names:
            yield from self._resolver
        if self.noc and station:
            yield PolicyRule(Action.PERMIT, "always:agent", RuleProtocol.TCP, (), self.noc, (AGENT_PORT,))
            yield PolicyRule(Action.PERMIT, "always:telemetry", RuleProtocol.ANY, self.device_blocks, self.noc)
        yield from (endpoint_rule(service, Action.PERMIT, f"service:{service.slug}") for service in services)
        yield from (self._own[number] for number in opening)


policy_of = Kept(Policy, 6)
"""The zone policy of a network on a day, kept for the few networks asked about lately."""


def rules_for(network: Network, site: str, day: date) -> tuple[PolicyRule, ...]:
    """Rules for traffic that hosts in the LAN of a site start, first match."""
    policy = policy_of(network, day)
    return policy.outbound(policy.behaviour(site))


def zones(network: Network, day: date) -> Iterator[Zone]:
    """The zone of every LAN interface, in inventory order."""
    for device in network.devices:
        for interface in device.interfaces:
            if interface.kind is InterfaceKind.LAN:
                yield zone_of(network, device, interface, day)


def zone_of(network: Network, device: Device, lan: Interface, day: date) -> Zone:
    """The zone of one LAN interface."""
    return policy_of(network, day).zone(device, lan)


def lan_of(network: Network, site: str) -> tuple[Device, Interface] | None:
    """Gateway and LAN interface of the users of a site: where its agent is plugged in, else its first own LAN."""
    agent = network.vantage(site)
    plug = agent.first(InterfaceKind.HOST) if agent is not None else None
    if plug is not None and plug.attached_to is not None:
        device, _, name = plug.attached_to.partition(":")
        gateway = network.device.get(device)
        lan = gateway.interface(name) if gateway is not None else None
        return (gateway, lan) if gateway is not None and lan is not None else None
    for gateway in network.devices_of.get(site, ()):
        for lan in gateway.interfaces:
            if lan.kind is InterfaceKind.LAN and outside_role(network, lan) is None:
                return gateway, lan
    return None


def outside_role(network: Network, lan: Interface) -> PrefixRole | None:
    """Whether a LAN is a foreign network (regional, external) joined at the border; null for the city's own."""
    address = lan.ipv4 or lan.ipv6
    found = [p for p in network.outside_prefixes if address is not None and address.ip in p.prefix]
    return found[0].role if found else None


def endpoint_rule(service: Service, action: Action, origin: str) -> PolicyRule:
    """A rule for exactly the endpoint of a service."""
    protocol, ports = transport(service)
    return PolicyRule(action, origin, protocol, (), _hosts(service.endpoint.addresses), ports)


def transport(service: Service) -> tuple[RuleProtocol, tuple[int, ...]]:
    """What a service's traffic looks like to a filter: protocol and destination ports."""
    endpoint = service.endpoint
    if endpoint.protocol is Protocol.ICMP:
        return RuleProtocol.ICMP, ()
    return (RuleProtocol.UDP if endpoint.protocol is Protocol.DNS else RuleProtocol.TCP), (endpoint.port,)


def _resolver_rules(network: Network) -> Iterator[PolicyRule]:
    if resolver := addresses_of(network.resolver):
        for protocol in (RuleProtocol.UDP, RuleProtocol.TCP):
            yield PolicyRule(Action.PERMIT, "always:dns", protocol, (), resolver, (53,))


def _not_entitled(service: Service) -> PolicyRule:
    destinations = _hosts(service.endpoint.addresses)
    return PolicyRule(Action.DENY, f"not-entitled:{service.slug}", destinations=destinations)


def _own(rule: ZoneRule) -> PolicyRule:
    return PolicyRule(rule.action, f"rule:{rule.slug}", rule.protocol, (), rule.destinations, rule.ports)


def collapsed(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same addresses in the fewest blocks, IPv4 first, in address order."""
    given = list(blocks)
    four = collapse_addresses(b for b in given if isinstance(b, IPv4Network))
    six = collapse_addresses(b for b in given if isinstance(b, IPv6Network))
    return (*four, *six)


def _opens(rule: ZoneRule, networks: tuple[Block, ...]) -> bool:
    """Whether an operator's rule permits traffic towards a LAN by name."""
    permits = rule.action is Action.PERMIT
    return permits and any(a.version == b.version and a.overlaps(b) for a in rule.destinations for b in networks)


def _plugs(device: Device | None) -> frozenset[str]:
    return frozenset(i.attached_to for i in device.interfaces if i.attached_to) if device else frozenset()


def addresses_of(device: Device | None) -> tuple[Block, ...]:
    """Host routes to the in-band addresses of a host."""
    if device is None:
        return ()
    plugged = [i for i in device.interfaces if i.kind is InterfaceKind.HOST]
    return _hosts(tuple(a.ip for i in plugged for a in i.addresses))


@cache
def _hosts(addresses: tuple[Address, ...]) -> tuple[Block, ...]:
    return tuple(ip_network(address) for address in addresses)


def _within(address: Address, blocks: tuple[Block, ...] | list[Block]) -> bool:
    return any(address in block for block in blocks)
