"""What inventory decides about every cell, as arrays: sites that inventory treats alike are one group.

Rows are groups of sites, columns the e-services in the order of the axes and behind them the resolver. Sites are of
one group when the same rules meet what their users send, when the servers' LANs treat them alike, when their LAN has
the same families, and, for the few that share a gateway with a server, when that gateway is the same.

A cell works in a family when ``permits`` says so, when the host answers, and when the server is in the same LAN, or
the gateway of the site is on and is the server's gateway or hangs together with it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from inventory.policy import Address, Block, Flow, Policy, PolicyRule
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.labels import Ints, Mask
from monitoring.reachability.matching import Matching
from monitoring.reachability.places import Origin, Target


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and the first packet that is sent to it; the source is left open."""

    target: Target
    flow: Flow


@dataclass(frozen=True, eq=False)
class FamilyPlan:
    """One family: arrays over (groups, columns) and over columns; ``goals`` are null where there is no address."""

    goals: tuple[Goal | None, ...]
    permits: Mask
    same_lan: Mask
    same_gateway: Mask
    has: Mask
    """Both the LAN of the group and the column have an address of the family."""

    gateway: Ints
    """Node number of the gateway of each column, -1 where there is none."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The group of each site (-1: it can use nothing, whatever is up), the node number of its gateway (-1: none)."""

    group: Ints
    gateway: Ints
    of: dict[Family, FamilyPlan]


def plan(
    origins: Sequence[Origin | None], goals: dict[Family, tuple[Goal | None, ...]], number: dict[str, int],
    policy: Policy,
) -> Plan:  # fmt: skip
    """Group the origins, one per site, and decide each group once; ``number`` are the nodes of the fabric."""
    return _Grouping(goals, number, policy).plan(origins)


class _Grouping:
    def __init__(self, goals: dict[Family, tuple[Goal | None, ...]], number: dict[str, int], policy: Policy) -> None:
        self.goals, self.number, self.policy = goals, number, policy
        reached = [goal.target for of in goals.values() for goal in of if goal is not None]
        self.ports, self.gateways = {t.port for t in reached}, {t.gateway for t in reached}
        self.matching = {family: Matching([_flow(goal) for goal in of]) for family, of in goals.items()}
        self.inbound: dict[tuple[Family, tuple[bool, ...]], Mask] = {}

    def plan(self, origins: Sequence[Origin | None]) -> Plan:
        groups: dict[Hashable, int] = {}
        first: list[Origin] = []
        group, gateway = np.full(len(origins), -1, np.int64), np.full(len(origins), -1, np.int64)
        for row, origin in enumerate(origins):
            if origin is not None:
                key = self._key(origin)
                if key not in groups:
                    groups[key] = len(groups)
                    first.append(origin)
                group[row], gateway[row] = groups[key], self.number.get(origin.gateway, -1)
        return Plan(group, gateway, {family: self._family(family, first) for family in FAMILIES})

    def _key(self, origin: Origin) -> Hashable:
        inside = tuple(self._told(address) for address in origin.sources)
        beyond = tuple(self._told(address) for address in origin.seen_as) if origin.nat else inside
        gateway = origin.gateway if origin.gateway in self.gateways else None
        port = origin.port if origin.port in self.ports else None
        return id(self.leaving(origin)), origin.families, inside, beyond, gateway, port

    def leaving(self, origin: Origin) -> tuple[PolicyRule, ...]:
        """The rules that meet what an origin sends."""
        device, lan = self.policy.network.device[origin.gateway], self.policy.network.interface(origin.port)
        assert lan is not None, "an origin is a LAN port that exists"
        return self.policy.leaving(device, lan)

    def _told(self, address: Address | None) -> tuple[bool, ...]:
        """All that rules look at in a source."""
        return tuple(_inside(address, blocks) for blocks in (self.policy.noc, self.policy.device_blocks))

    def _family(self, family: Family, origins: list[Origin]) -> FamilyPlan:
        goals = self.goals[family]
        there = np.array([goal is not None for goal in goals], np.bool_)
        has = np.array([there & (family in origin.families) for origin in origins], np.bool_).reshape(-1, len(goals))
        same_lan = np.array([[g is not None and g.target.port == o.port for g in goals] for o in origins], np.bool_)
        near = np.array([[g is not None and g.target.gateway == o.gateway for g in goals] for o in origins], np.bool_)
        permits = np.array([self._permits(family, origin) for origin in origins], np.bool_).reshape(has.shape)
        gateway = np.array([-1 if g is None else self.number.get(g.target.gateway, -1) for g in goals], np.int64)
        same_lan, near = same_lan.reshape(has.shape) & has, near.reshape(has.shape) & has
        return FamilyPlan(goals, has & (permits | same_lan), same_lan, near, has, gateway)

    def _permits(self, family: Family, origin: Origin) -> Mask:
        out = self.matching[family].permitted(self.leaving(origin), origin.source(family))
        return out & self._enters(family, origin.seen(family))

    def _enters(self, family: Family, source: Address | None) -> Mask:
        """Which columns let in what comes from a source."""
        key = family, self._told(source)
        if key not in self.inbound:
            found = np.zeros(len(self.goals[family]), np.bool_)
            for port in self.ports:
                columns = [n for n, g in enumerate(self.goals[family]) if g is not None and g.target.port == port]
                if columns:
                    found[columns] = self.matching[family].permitted(self._entering(port), source)[columns]
            self.inbound[key] = found
        return self.inbound[key]

    def _entering(self, port: str) -> tuple[PolicyRule, ...]:
        device, lan = self.policy.network.device[port.partition(":")[0]], self.policy.network.interface(port)
        assert lan is not None, "a target is plugged into a LAN port that exists"
        return self.policy.zone(device, lan).inbound


def _flow(goal: Goal | None) -> Flow | None:
    return goal.flow if goal is not None else None


def _inside(address: Address | None, blocks: tuple[Block, ...]) -> bool:
    return address is not None and any(address in block for block in blocks)
