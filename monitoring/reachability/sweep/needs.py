"""What a cell needs to work: gateways that must hang together, in one IP family or the other, and hosts that are on."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from monitoring.reachability.access import Access
from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES, Family

OWN = ""
"""The gateway of the site itself."""

type Tie = tuple[int, str, str]
"""Two gateways that must hang together in a graph."""

type Clause = frozenset[Tie]
"""One of these ties must hold."""


@dataclass(frozen=True, slots=True)
class Need:
    """Everything that must hold for something to work at a site."""

    clauses: frozenset[Clause] = frozenset()
    hosts: frozenset[str] = frozenset()

    def __or__(self, other: "Need") -> "Need":
        return Need(self.clauses | other.clauses, self.hosts | other.hosts)

    @property
    def ties(self) -> list[Tie]:
        """All ties of all clauses."""
        return [tie for clause in self.clauses for tie in clause]


type Together = tuple[int, frozenset[str]]
"""A graph, and gateways of it with which the site's own must hang together."""


def together(need: Need, own: str, apart: Container[str]) -> Together | None:
    """A need as one set of gateways, where it comes to no more than that; null otherwise.

    ``own`` is the gateway of the site where it is known. ``apart`` are gateways that forward for nobody: what hangs
    together with them does not hang together through them.
    """
    ties = need.ties
    if not ties:
        return 0, frozenset()
    graphs, named = {graph for graph, _, _ in ties}, {end for _, one, other in ties for end in (one, other)}
    if len(graphs) > 1 or len(ties) > len(need.clauses) or any(end in apart for end in named):
        return None
    reached, waiting = {OWN, own}, [OWN, own]
    while waiting:
        end = waiting.pop()
        for _, one, other in ties:
            for a, b in ((one, other), (other, one)):
                if a == end and b not in reached:
                    reached.add(b)
                    waiting.append(b)
    return (graphs.pop(), frozenset(named - {OWN})) if named <= reached else None


class Asked:
    """The needs of the cells of a network, told by what works in each family with everything up."""

    def __init__(self, access: Access, designed: Reach, graph_of: Mapping[Family, int]) -> None:
        self._access, self._designed, self._graph_of = access, designed, graph_of
        self._behind: dict[str, Need] = {}

    def need(self, group: int, column: int, families: Sequence[Family], names: Sequence[Family]) -> Need:
        """The need of a cell whose conversation comes about in some families, and that with the resolver in some."""
        found = self._conversation(group, column, families)
        if self._access.by_name[column]:
            found |= self._conversation(group, -1, names)
        return found | self._needed(self._access.axes.services[column])

    def asked(self, service: str) -> frozenset[str]:
        """The e-services without which a service does not work, itself among them."""
        return frozenset({service, *(need.asked for need in self._access.dependencies.get(service, ()))})

    def _conversation(self, group: int, column: int, families: Sequence[Family]) -> Need:
        ties, hosts, near = set[Tie](), set[str](), False
        for family in families:
            plan = self._access.plan.of[family]
            goal = plan.goals[column]
            assert goal is not None, "what works has a target"
            hosts.add(goal.target.host)
            near = near or bool(plan.same_lan[group, column])
            ties.add((self._graph_of[family], OWN, goal.target.gateway))
        return Need(frozenset() if near else frozenset({frozenset(ties)}), frozenset(hosts))

    def _needed(self, service: str) -> Need:
        """What the dependencies of a service add."""
        if service not in self._behind:
            found = Need()
            for need in self._access.dependencies.get(service, ()):
                found |= self._dependency(need.asking, need.asked)
            self._behind[service] = found
        return self._behind[service]

    def _dependency(self, asking: str, asked: str) -> Need:
        talks = [self._access.needed(asking, asked, family) for family in FAMILIES]
        works = [talk for talk in talks if talk is not None and self._designed.cut(talk) is None]
        ties = {(self._graph_of[talk.family], talk.origin.gateway, talk.target.gateway) for talk in works}
        near = any(talk.same_lan for talk in works)
        hosts = frozenset(talk.target.host for talk in works)
        return Need(frozenset() if near else frozenset({frozenset(ties)}), hosts)
