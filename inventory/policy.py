"""Zone policy, derived once: the rules that filter each LAN, for the configuration and for the reachability engine.

Rules are first-match and every list ends with a rule that matches everything. Replies to permitted traffic
(established, related) are always permitted and are not listed. Traffic *into* a LAN is permitted only from the
management station, as ICMP, to e-services, resolver and management station plugged in there, and where an
operator's rule permits it; the gateway of the sender has decided already whether its own users may.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_network

from inventory.model.device import Device, Interface, InterfaceKind
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.model.rule import Action, RuleProtocol, ZoneRule
from inventory.model.service import Exposure, Protocol, Service

type Address = IPv4Address | IPv6Address
type Block = IPv4Network | IPv6Network

AGENT_PORT = 8443
"""TCP port of the management station to which site agents talk."""

OUTSIDE = frozenset({PrefixRole.REGIONAL, PrefixRole.EXTERNAL})
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
        if self.sources and (flow.source is None or not _within(flow.source, self.sources)):
            return False
        return not self.destinations or _within(flow.destination, self.destinations)


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


def rules_for(network: Network, site: str, day: date) -> tuple[PolicyRule, ...]:
    """Rules for traffic that hosts in the LAN of a site start, first match."""
    rules = [*_always(network, site)]
    if network.site[site].in_force(day):
        rules += [_own(rule) for rule in _operator_rules(network, site, day)]
        rules += _entitlements(network, site, day)
    return (*rules, PolicyRule(Action.DENY, "default"))


def zones(network: Network, day: date) -> Iterator[Zone]:
    """The zone of every LAN interface, in inventory order."""
    for device in network.devices:
        for interface in device.interfaces:
            if interface.kind is InterfaceKind.LAN:
                yield zone_of(network, device, interface, day)


def lan_of(network: Network, site: str) -> tuple[Device, Interface] | None:
    """Gateway and LAN interface of the users of a site: where its agent is plugged in, else its first own LAN."""
    agent = network.vantage(site)
    plug = agent.first(InterfaceKind.HOST) if agent is not None else None
    if plug is not None and plug.attached_to is not None:
        device, _, name = plug.attached_to.partition(":")
        gateway = network.device.get(device)
        lan = gateway.interface(name) if gateway is not None else None
        return (gateway, lan) if gateway is not None and lan is not None else None
    for gateway in network.devices:
        for lan in gateway.interfaces:
            own = gateway.site == site and lan.kind is InterfaceKind.LAN
            if own and outside_role(network, lan) is None:
                return gateway, lan
    return None


def outside_role(network: Network, lan: Interface) -> PrefixRole | None:
    """Whether a LAN is a foreign network (regional, external) joined at the border; null for the city's own."""
    address = lan.ipv4 or lan.ipv6
    found = [p for p in network.prefixes if address is not None and p.role in OUTSIDE and address.ip in p.prefix]
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


def zone_of(network: Network, device: Device, lan: Interface, day: date) -> Zone:
    """The zone of one LAN interface."""
    port = f"{device.slug}:{lan.name}"
    networks = tuple(a.network for a in lan.addresses)
    outside = outside_role(network, lan)
    if outside is not None:
        outbound = _from_outside(network, outside, day)
        inbound: tuple[PolicyRule, ...] = (PolicyRule(Action.PERMIT, "zone:outside"),)
    else:
        outbound, inbound = rules_for(network, device.site, day), _inbound(network, port, networks, day)
    return Zone(port, device.site, networks, outside, outbound, inbound)


def _always(network: Network, site: str) -> Iterator[PolicyRule]:
    """Management, DNS and site agents: no rule of an operator can cut these."""
    noc = addresses_of(network.noc)
    if network.noc is not None and network.noc.site == site:
        yield PolicyRule(Action.PERMIT, "always:management", sources=noc)
    yield from _resolver_rules(network)
    if noc:
        yield PolicyRule(Action.PERMIT, "always:agent", RuleProtocol.TCP, (), noc, (AGENT_PORT,))


def _resolver_rules(network: Network) -> Iterator[PolicyRule]:
    if resolver := addresses_of(network.resolver):
        for protocol in (RuleProtocol.UDP, RuleProtocol.TCP):
            yield PolicyRule(Action.PERMIT, "always:dns", protocol, (), resolver, (53,))


def _operator_rules(network: Network, site: str, day: date) -> list[ZoneRule]:
    site_class = network.site[site].site_class
    rules = [r for r in network.rules if r.in_force(day) and (site in r.sites or site_class in r.classes)]
    return sorted(rules, key=lambda rule: (rule.order, rule.slug))


def _own(rule: ZoneRule) -> PolicyRule:
    return PolicyRule(rule.action, f"rule:{rule.slug}", rule.protocol, (), rule.destinations, rule.ports)


def _entitlements(network: Network, site: str, day: date) -> Iterator[PolicyRule]:
    entitled = {s.slug for s in network.services if network.entitled(site, s.slug, day)}
    external = [p.prefix for p in network.prefixes if p.role is PrefixRole.EXTERNAL]
    for service in network.services:
        if service.slug in entitled:
            yield endpoint_rule(service, Action.PERMIT, f"entitlement:{service.slug}")
    for service in network.services:
        if service.slug not in entitled:
            yield PolicyRule(
                Action.DENY, f"not-entitled:{service.slug}", destinations=_hosts(service.endpoint.addresses)
            )
    yield _deny_city(network)
    regional = tuple(p.prefix for p in network.prefixes if p.role is PrefixRole.REGIONAL)
    if regional:
        yield PolicyRule(Action.DENY, "zone:regional", destinations=regional)
    for service in network.services:
        if service.slug in entitled and any(_within(a, external) for a in service.endpoint.addresses):
            yield PolicyRule(Action.PERMIT, f"entitlement:{service.slug}")
            return


def _deny_city(network: Network) -> PolicyRule:
    city = [p.prefix for version in (4, 6) for p in network.city_prefixes(version)]
    own = city or [a.network for d in network.devices for i in d.interfaces for a in i.addresses]
    return PolicyRule(Action.DENY, "zone:city", destinations=_collapsed(own))


def _collapsed(blocks: list[Block]) -> tuple[Block, ...]:
    """The same addresses in the fewest blocks, IPv4 first, in address order."""
    four = collapse_addresses(b for b in blocks if isinstance(b, IPv4Network))
    six = collapse_addresses(b for b in blocks if isinstance(b, IPv6Network))
    return (*four, *six)


def _from_outside(network: Network, role: PrefixRole, day: date) -> tuple[PolicyRule, ...]:
    exposed = [s for s in network.services if s.in_force(day) and s.exposure in _WELCOME[role]]
    permits = [endpoint_rule(s, Action.PERMIT, f"exposure:{s.slug}") for s in exposed]
    return (*permits, _deny_city(network), PolicyRule(Action.PERMIT, "zone:outside"))


def _inbound(network: Network, port: str, networks: tuple[Block, ...], day: date) -> tuple[PolicyRule, ...]:
    noc = addresses_of(network.noc)
    rules = [PolicyRule(Action.PERMIT, "always:ping", RuleProtocol.ICMP)]
    if noc:
        rules.insert(0, PolicyRule(Action.PERMIT, "always:management", sources=noc))
    if port in _plugs(network.resolver):
        rules += _resolver_rules(network)
    if noc and port in _plugs(network.noc):
        devices = tuple(p.prefix for p in network.prefixes if p.role in (PrefixRole.LOOPBACK, PrefixRole.P2P))
        rules.append(PolicyRule(Action.PERMIT, "always:agent", RuleProtocol.TCP, (), noc, (AGENT_PORT,)))
        rules.append(PolicyRule(Action.PERMIT, "always:telemetry", RuleProtocol.ANY, devices, noc))
    for service in network.services:
        if service.in_force(day) and port in _plugs(network.device.get(service.host)):
            rules.append(endpoint_rule(service, Action.PERMIT, f"service:{service.slug}"))
    ordered = sorted(network.rules, key=lambda rule: (rule.order, rule.slug))
    rules += [_own(rule) for rule in ordered if _opens(rule, networks, day)]
    return (*rules, PolicyRule(Action.DENY, "default"))


def _opens(rule: ZoneRule, networks: tuple[Block, ...], day: date) -> bool:
    """Whether an operator's rule permits traffic towards a LAN by name."""
    permits = rule.action is Action.PERMIT and rule.in_force(day)
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
