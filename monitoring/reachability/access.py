"""What inventory alone decides about each cell: where the users sit, where the service answers, which rules apply.

Nothing here depends on what is up, so it is worked out once for a network and a day. The arrays are in ``plan``;
objects for a single conversation (``talk``) are made when somebody asks for them.
"""

from datetime import date
from functools import cached_property

import numpy as np

from inventory.model.network import Network
from inventory.model.rule import Action, RuleProtocol
from inventory.model.service import Protocol, Service
from inventory.policy import Address, Flow, Zone, decide, policy_of, transport
from inventory.transit import transit_of
from monitoring.reachability.cells import Axes, Cells
from monitoring.reachability.dependencies import dependencies
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Fabric, fabrics
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.midpath import Midpath
from monitoring.reachability.paths import Hop, Routes
from monitoring.reachability.places import Blocker, Origin, Places, Talk, Target
from monitoring.reachability.plan import Goal, Plan, plan


class Access:
    """The part of reachability that does not depend on what is up: computed once for a network and a day."""

    def __init__(self, network: Network, day: date) -> None:
        self.network, self.day = network, day
        self.axes = Axes(tuple(s.slug for s in network.sites), tuple(s.slug for s in network.services))
        self.policy, self.places = policy_of(network, day), Places(network, day)
        self.fabrics = fabrics(network, day)
        self.origins = {s.slug: self.places.origin(s.slug) for s in network.sites}
        self.goals: dict[Family, tuple[Goal | None, ...]] = {family: self._goals(family) for family in FAMILIES}
        self.dependencies = dependencies(network)
        self._routes: dict[tuple[str, Family], Routes] = {}
        self._zones: dict[str, Zone] = {}
        self._needed: dict[tuple[str, str, Family], Talk | None] = {}

    @property
    def fabric(self) -> Fabric:
        """The graph of IPv4."""
        return self.fabrics[4]

    @cached_property
    def plan(self) -> Plan:
        """The arrays from which all cells are computed."""
        return plan(self._usable, self.goals, self.fabric.number, self.policy)

    @cached_property
    def midpath(self) -> Midpath:
        """The rules that routers in mid-path enforce."""
        return Midpath(transit_of(self.network, self.day), self._usable, self.goals)

    @cached_property
    def _usable(self) -> list[Origin | None]:
        """The origin of each site in force."""
        return [self.origins[s.slug] if s.in_force(self.day) else None for s in self.network.sites]

    @cached_property
    def by_name(self) -> np.typing.NDArray[np.bool_]:
        """Which e-services are found by name, shape (services,)."""
        return np.array([self.needs_names(slug) for slug in self.axes.services], np.bool_)

    @cached_property
    def entitled(self) -> Cells:
        """Every (site, service) entitled on the day."""
        behaviours = [self.policy.behaviour(site) for site in self.axes.sites]
        kinds = {behaviour: number for number, behaviour in enumerate(dict.fromkeys(behaviours))}
        rights = [self.policy.entitled(behaviour) for behaviour in kinds]
        rows = np.array([[slug in right for slug in self.axes.services] for right in rights], np.bool_)
        which = np.array([kinds[behaviour] for behaviour in behaviours], np.int64)
        return Cells(self.axes, rows.reshape(len(kinds), len(self.axes.services))[which])

    @cached_property
    def resolver(self) -> Target | None:
        """The name server every site uses."""
        found = (self.places.plugged(self.network.resolver, family) for family in FAMILIES)
        return next((target for target in found if target is not None), None)

    @cached_property
    def noc(self) -> Target | None:
        """The management station."""
        found = (self.places.plugged(self.network.noc, family) for family in FAMILIES)
        return next((target for target in found if target is not None), None)

    @cached_property
    def targets(self) -> dict[str, Target | None]:
        """Where each e-service answers, in the first family in which it does."""
        return {slug: next(iter(self._targets(column)), None) for slug, column in self.axes.service_at.items()}

    def needs_names(self, service: str) -> bool:
        """Whether a service is found by name, so that the resolver must answer first."""
        protocol = self.network.service[service].endpoint.protocol
        return self.resolver is not None and protocol is not Protocol.DNS

    def talk(self, site: str, service: str, family: Family) -> Talk | None:
        """The conversation of a site with a service; null where one of them has no address of the family."""
        return self.conversation(self.origins[site], self.goals[family][self.axes.service_at[service]], family)

    def names(self, site: str, family: Family) -> Talk | None:
        """The conversation of a site with the resolver; null where one of them has no address of the family."""
        return self.conversation(self.origins[site], self.goals[family][-1], family)

    def needed(self, asking: str, asked: str, family: Family) -> Talk | None:
        """The conversation of the server of one e-service with another e-service it depends on."""
        if (asking, asked, family) not in self._needed:
            self._needed[asking, asked, family] = self._needs(asking, asked, family)
        return self._needed[asking, asked, family]

    def _needs(self, asking: str, asked: str, family: Family) -> Talk | None:
        if asking not in self.axes.service_at or asked not in self.axes.service_at:
            return None
        here = self.goals[family][self.axes.service_at[asking]]
        origin = self.places.server(here.target) if here is not None else None
        return self.conversation(origin, self.goals[family][self.axes.service_at[asked]], family)

    def conversation(self, origin: Origin | None, goal: Goal | None, family: Family) -> Talk | None:
        """A conversation as the zone policy of both ends decides it."""
        if origin is None or goal is None or family not in origin.families:
            return None
        if origin.port == goal.target.port:
            return Talk(family, origin, goal.target, _from(goal.flow, origin.source(family)), None, ())
        seen = _from(goal.flow, origin.seen(family))
        outbound, inbound = self.zone(origin.port).outbound, self.zone(goal.target.port).inbound
        out, into = decide(outbound, _from(goal.flow, origin.source(family))), decide(inbound, seen)
        ends = (origin.gateway, outbound, out, "from"), (goal.target.gateway, inbound, into, "into")
        for gateway, rules, rule, way in ends:
            if rule.action is Action.DENY:
                number = rules.index(rule) + 1
                text = f"zone policy on {gateway} denies traffic {way} its LAN by rule {number} ({rule.origin})"
                blocker = Blocker(f"device:{gateway}", text, rule.origin, number)
                return Talk(family, origin, goal.target, seen, blocker, ())
        return Talk(family, origin, goal.target, seen, None, ((origin.gateway, out), (goal.target.gateway, into)))

    def zone(self, port: str) -> Zone:
        """The zone of a LAN port."""
        if port not in self._zones:
            lan = self.network.interface(port)
            assert lan is not None, "zones are asked for by LAN ports that exist"
            self._zones[port] = self.policy.zone(self.network.device[port.partition(":")[0]], lan)
        return self._zones[port]

    def designed_path(self, start: str, end: str, family: Family = 4) -> tuple[Hop, ...]:
        """The path between two gateways with everything up; empty when there is none."""
        return self.designed_routes(end, family).path(start) or ()

    def designed_routes(self, end: str, family: Family) -> Routes:
        """All shortest paths to a gateway with everything up."""
        if (end, family) not in self._routes:
            alike = self._routes.get((end, 4)) if self.fabrics[6] is self.fabrics[4] else None
            self._routes[end, family] = alike or self.fabrics[family].routes(end, Down())
        return self._routes[end, family]

    def missing(self, site: str, service: str) -> Blocker | None:
        """Why a cell cannot work whatever is up, before any packet is sent."""
        origin = self.origins[site]
        if not self.network.site[site].in_force(self.day):
            return Blocker(f"site:{site}", f"{site} is outside its dates of validity")
        if origin is None:
            return Blocker(f"site:{site}", f"{site} has no LAN of its own")
        if not self.network.service[service].in_force(self.day):
            return Blocker(f"service:{service}", f"{service} is outside its dates of validity; its server is off")
        if self.targets[service] is None:
            return Blocker(f"service:{service}", f"no plugged-in host has the address of {service}")
        if all(self.talk(site, service, family) is None for family in FAMILIES):
            return Blocker(f"site:{site}", f"{site} and {service} have no IP family in common")
        return None

    def _targets(self, column: int) -> list[Target]:
        return [goal.target for family in FAMILIES if (goal := self.goals[family][column]) is not None]

    def _goals(self, family: Family) -> tuple[Goal | None, ...]:
        """What is asked of each service, and behind them of the resolver."""
        names = self.places.plugged(self.network.resolver, family)
        question = Goal(names, Flow(names.address, RuleProtocol.UDP, 53)) if names is not None else None
        return (*(self._goal(service, family) for service in self.network.services), question)

    def _goal(self, service: Service, family: Family) -> Goal | None:
        host = self.network.device.get(service.host)
        target = self.places.target(host, service.endpoint.addresses, family)
        protocol, ports = transport(service)
        return Goal(target, Flow(target.address, protocol, ports[0] if ports else None)) if target is not None else None


def _from(flow: Flow, source: Address | None) -> Flow:
    return Flow(flow.destination, flow.protocol, flow.port, source)
