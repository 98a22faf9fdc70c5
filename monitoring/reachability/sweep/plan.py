"""All of a sweep that depends on the network only: its graphs, what is counted on them, and the elements that fail."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.cells import Mask
from monitoring.reachability.compute import Reach
from monitoring.reachability.sweep.columns import CELLS, PEOPLE, SITES, Columns, Layout, bits_of
from monitoring.reachability.sweep.elements import Elements, elements
from monitoring.reachability.sweep.graph import Graphs, graphs
from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.midway import Midway
from monitoring.reachability.sweep.needs import Asked, Need, Together, together
from monitoring.reachability.sweep.profiles import Profile, profiles
from monitoring.reachability.sweep.rest import Rest, Stand
from monitoring.reachability.sweep.tables import Table
from monitoring.reachability.sweep.unions import Bits

WORD = 64


@dataclass(frozen=True, eq=False)
class Plan:
    """A network made ready: ``columns`` by graph, ``table`` of hosts and e-services, the rest that is judged singly."""

    designed: Reach
    counted: Mask
    people: Ints
    graphs: Graphs
    columns: tuple[Columns, ...]
    rest: Rest
    table: tuple[Ints, Bits]
    elements: Elements
    midway: Midway
    """What rules in mid-path add."""


def plan(designed: Reach, counted: Mask) -> Plan:
    """Make a network ready; ``counted`` are the cells that can be lost, shape (sites, services)."""
    return _Planning(designed, counted).plan()


class _Planning:
    def __init__(self, designed: Reach, counted: Mask) -> None:
        access = designed.access
        self.designed, self.counted = designed, counted
        self.graphs = graphs(access.fabrics)
        self.asked = Asked(access, designed, self.graphs.of)
        self.people = np.array([site.people_served for site in access.network.sites], np.int64)
        self.words = max(-(-counted.shape[1] // WORD), 1)
        self.layouts = [Layout(len(graph.nodes), self.words) for graph in self.graphs.graphs]
        self.several = frozenset(leaf for graph in self.graphs.graphs for leaf in graph.legs)
        names = list(self.graphs.nodes)
        self.apart = frozenset(names[leaf] for leaf in self.several)
        self.stands: list[Stand] = []

    def plan(self) -> Plan:
        table = Table(self.designed.access.axes.services, self.words, self.asked)
        for profile in profiles(self.designed, self.counted, self.asked):
            table.add(profile, int(self.people[profile.rows].sum()))
            gateways = self.designed.access.plan.gateway[profile.rows]
            hanging = np.isin(gateways, list(self.several))
            self._lay(profile, profile.rows[~hanging], gateways[~hanging])
            self._stand(profile, profile.rows[hanging])
        rest = Rest(self.graphs, self.stands, self.words)
        columns = tuple(layout.columns() for layout in self.layouts)
        every = elements(self.designed.access.network, self.graphs, table.rows)
        held = self.designed, self.counted, self.people, self.graphs
        return Plan(*held, columns, rest, table.arrays(), every, Midway(*held, every))

    def _lay(self, profile: Profile, rows: Ints, gateways: Ints) -> None:
        """Put the sites of a profile into columns; what fits none stands by itself."""
        alone = list[int]()
        for together_, services in self._sorted(profile).items():
            if together_ is None:
                alone += services
            elif together_[1]:
                self._layout(together_).add(self._nodes(together_), gateways, CELLS, len(services))
                self._layout(together_).carry(self._nodes(together_), gateways, bits_of(np.array(services), self.words))
        whole = together(_all(profile.needs), profile.own, self.apart)
        if whole is not None and whole[1]:
            self._layout(whole).add(self._nodes(whole), gateways, SITES, 1)
            self._layout(whole).add(self._nodes(whole), gateways, PEOPLE, self.people[rows])
        self._alone(profile, rows, set(alone), whole is None)

    def _sorted(self, profile: Profile) -> dict[Together | None, list[int]]:
        """The e-services of a profile by what must hang together."""
        found: dict[Together | None, list[int]] = {}
        known: dict[Need, Together | None] = {}
        for column, need in zip(profile.services.tolist(), profile.needs, strict=True):
            if need not in known:
                known[need] = together(need, profile.own, self.apart)
            found.setdefault(known[need], []).append(column)
        return found

    def _layout(self, found: Together) -> Layout:
        return self.layouts[found[0]]

    def _nodes(self, found: Together) -> frozenset[int]:
        return frozenset(self.graphs.nodes[name] for name in found[1])

    def _stand(self, profile: Profile, rows: Ints) -> None:
        """Let everything at some sites stand by itself."""
        self._alone(profile, rows, set(profile.services.tolist()), True)

    def _alone(self, profile: Profile, rows: Ints, services: set[int], sites: bool) -> None:
        """Let some e-services of sites stand by themselves, and the sites as well."""
        kinds: dict[frozenset[object], tuple[Need, list[int]]] = {}
        for column, need in zip(profile.services.tolist(), profile.needs, strict=True):
            if column in services:
                kinds.setdefault(need.clauses, (need, []))[1].append(column)
        held = [(need, len(columns), bits_of(np.array(columns), self.words)) for need, columns in kinds.values()]
        whole, none = _all(profile.needs), np.zeros(self.words, np.uint64)
        for row in rows.tolist():
            gateway = int(self.designed.access.plan.gateway[row])
            self.stands += [Stand(gateway, need, (cells, 0, 0), bits) for need, cells, bits in held if need.clauses]
            if sites and whole.clauses:
                self.stands.append(Stand(gateway, whole, (0, 1, int(self.people[row])), none))


def _all(needs: Sequence[Need]) -> Need:
    found = Need()
    for need in needs:
        found |= need
    return found
