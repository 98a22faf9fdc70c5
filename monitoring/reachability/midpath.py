"""Rules that routers in mid-path enforce: which conversations they can stop at all, and which they stop now.

A packet takes the shortest paths of OSPF, any of them where several cost the same, and a flow may be put on any. So a
conversation works only if every router on every such path lets it through, and after a failure the new paths decide.
Only conversations that some such rule denies are looked at; everything else is told by what hangs together.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory.model.rule import Action
from inventory.policy import Address, PolicyRule, decide
from inventory.transit import Transit
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.labels import Ints, Mask
from monitoring.reachability.matching import Matching, spans
from monitoring.reachability.paths import Routes
from monitoring.reachability.places import Origin, Talk
from monitoring.reachability.plan import Goal, Plan

PASS = PolicyRule(Action.PERMIT, "transit:default")


@dataclass(frozen=True, slots=True)
class Stop:
    """A router on one of the paths and the rule by which it refuses a conversation, with its number in the list."""

    router: str
    number: int
    rule: PolicyRule


@dataclass(frozen=True, eq=False)
class FamilyStops:
    """One family: the kind of each site (-1: none), and by kind the columns that each set of routers denies."""

    kind: Ints
    denied: tuple[Mapping[frozenset[str], Ints], ...]


class Midpath:
    """The rules in mid-path of a network on a day, laid over sites and e-services."""

    def __init__(
        self,
        transit: Transit,
        origins: Sequence[Origin | None],
        goals: Mapping[Family, tuple[Goal | None, ...]],
    ) -> None:
        self.rules = {router: (*transit.of(router), PASS) for router in sorted(transit.routers)}
        self._origins, self._goals = origins, goals
        self.stops = {family: self._stops(family) for family in FAMILIES} if self.rules else {}

    def stop(self, talk: Talk, routes: Routes) -> Stop | None:
        """The router nearest to the origin that may refuse a conversation; null when all let it through."""
        if not self.rules or talk.same_lan:
            return None
        found = (self.refusing(talk, router) for router in routes.crossed(talk.origin.gateway))
        return next((stop for stop in found if stop is not None), None)

    def refusing(self, talk: Talk, router: str) -> Stop | None:
        """How a router refuses a conversation that comes by; null when it does not."""
        rules = self.rules.get(router, (PASS,))
        rule = decide(rules, talk.flow)
        return Stop(router, rules.index(rule) + 1, rule) if rule.action is Action.DENY else None

    def stopped(
        self, family: Family, plan: Plan, nodes: Sequence[str], routes: Callable[[str, Family], Routes]
    ) -> Mask | None:
        """The (site, e-service) that are refused on the way, shape (sites, services); null where none can be."""
        stops = self.stops.get(family)
        if stops is None or not any(stops.denied):
            return None
        of = plan.of[family]
        mask = np.zeros((len(plan.group), len(of.goals)), np.bool_)
        for kind, denied in enumerate(stops.denied):
            sites = np.flatnonzero(stops.kind == kind)
            for routers, columns in denied.items():
                for end in np.unique(of.gateway[columns][of.gateway[columns] >= 0]).tolist():
                    aimed = columns[of.gateway[columns] == end]
                    crossing = routes(nodes[end], family).crossing(routers)
                    hit = np.array([*(node in crossing for node in nodes), False])
                    mask[np.ix_(sites, aimed)] = hit[plan.gateway[sites]][:, None]
        mask &= ~of.same_lan[plan.group] if len(of.same_lan) else True
        return mask[:, :-1]

    def _stops(self, family: Family) -> FamilyStops:
        matching = Matching([goal.flow if goal is not None else None for goal in self._goals[family]])
        there = np.array([goal is not None for goal in self._goals[family]])
        kinds: dict[tuple[bool, ...], int] = {}
        denied: list[Mapping[frozenset[str], Ints]] = []
        kind = np.full(len(self._origins), -1, np.int64)
        sent_by = [spans(rule.sources, family) for rule in self._looking()]
        for row, origin in enumerate(self._origins):
            if origin is not None and family in origin.families:
                source = origin.seen(family)
                told = tuple(inside(source) for inside in sent_by)
                if told not in kinds:
                    kinds[told] = len(kinds)
                    denied.append(self._denied(matching, source, there))
                kind[row] = kinds[told]
        return FamilyStops(kind, tuple(denied))

    def _looking(self) -> list[PolicyRule]:
        """The rules that look at the source."""
        found = {id(rule): rule for rules in self.rules.values() for rule in rules if rule.sources}
        return list(found.values())

    def _denied(self, matching: Matching, source: Address | None, there: Mask) -> Mapping[frozenset[str], Ints]:
        refused = {r: there & ~matching.permitted(rules, source) for r, rules in self.rules.items()}
        found: dict[frozenset[str], list[int]] = defaultdict(list)
        for column in np.flatnonzero(np.any(list(refused.values()), axis=0)).tolist():
            found[frozenset(router for router, mask in refused.items() if mask[column])].append(column)
        return {routers: np.array(columns, np.int64) for routers, columns in found.items()}
