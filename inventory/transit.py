"""Rules in mid-path: operators' rules that routers enforce on what they forward, derived from the same facts.

Only the first packet of a conversation is judged: replies pass wherever they come along, since they may take another
way than the question. Management, names and site agents pass whatever an operator says.
"""

from collections.abc import Iterator
from datetime import date

from inventory.kept import Kept
from inventory.model.device import Device, InterfaceKind, Role
from inventory.model.network import Network
from inventory.model.rule import Action, RuleProtocol, ZoneRule
from inventory.policy import Block, PolicyRule, addresses_of, collapsed, outside_role


class Transit:
    """The rules in mid-path of a network on a day, by router."""

    def __init__(self, network: Network, day: date) -> None:
        self.network, self.day = network, day
        rules = sorted((r for r in network.rules if r.in_force(day)), key=lambda rule: (rule.order, rule.slug))
        self._rules = [(rule, made) for rule in rules if rule.routers and (made := self._made(rule)) is not None]
        self.routers = frozenset(router for rule, _ in self._rules for router in rule.routers)

    def of(self, router: str) -> tuple[PolicyRule, ...]:
        """What a router looks at, first match; what no rule matches passes. Empty for most routers."""
        own = [made for rule, made in self._rules if router in rule.routers]
        return (*_always(self.network), *own) if own else ()

    def _made(self, rule: ZoneRule) -> PolicyRule | None:
        """A rule with the addresses of its sites; null when they have none, so that it can match nothing."""
        sources = collapsed(self._sources(rule))
        if not sources and (rule.sites or rule.classes):
            return None
        return PolicyRule(rule.action, f"rule:{rule.slug}", rule.protocol, sources, rule.destinations, rule.ports)

    def _sources(self, rule: ZoneRule) -> Iterator[Block]:
        for site in self.network.sites:
            if site.in_force(self.day) and (site.slug in rule.sites or site.site_class in rule.classes):
                for device in self.network.devices_of.get(site.slug, ()):
                    yield from self._seen(device)

    def _seen(self, device: Device) -> Iterator[Block]:
        """What users behind a gateway look like in mid-path: behind NAT, like its uplinks."""
        hidden = device.role is Role.HOTSPOT
        for interface in device.interfaces:
            if interface.kind is InterfaceKind.LAN and outside_role(self.network, interface) is None:
                yield from (a.network for a in interface.addresses if a.version == 6 or not hidden)
            if hidden and interface.kind is InterfaceKind.P2P and interface.ipv4 is not None:
                yield type(interface.ipv4.network)(interface.ipv4.ip)


transit_of = Kept(Transit, 6)
"""The rules in mid-path of a network on a day, kept for the few networks asked about lately."""


def _always(network: Network) -> Iterator[PolicyRule]:
    """What no rule in mid-path can cut, in both directions."""
    noc, names = addresses_of(network.noc), addresses_of(network.resolver)
    if noc:
        yield PolicyRule(Action.PERMIT, "always:management", sources=noc)
        yield PolicyRule(Action.PERMIT, "always:management", destinations=noc)
    if names:
        yield PolicyRule(Action.PERMIT, "always:dns", sources=names)
        yield PolicyRule(Action.PERMIT, "always:dns", RuleProtocol.UDP, (), names, (53,))
        yield PolicyRule(Action.PERMIT, "always:dns", RuleProtocol.TCP, (), names, (53,))
