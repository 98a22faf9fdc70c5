"""The sweep itself: one walk for all single failures, a look around those of several together, the rest one by one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from inventory.kept import Kept
from inventory.model.network import Network
from monitoring.reachability.compute import compute
from monitoring.reachability.sweep.atlas import Atlas
from monitoring.reachability.sweep.columns import MEASURES, Columns
from monitoring.reachability.sweep.elements import Lists
from monitoring.reachability.sweep.graph import Graph
from monitoring.reachability.sweep.kernel import Ints, failures, fitting, partings, walk
from monitoring.reachability.sweep.pieces import apart, tolls
from monitoring.reachability.sweep.plan import Plan, plan
from monitoring.reachability.sweep.rest import Apart
from monitoring.reachability.sweep.unions import Bits, unions

type Losses = tuple[Ints, Bits]
"""Cells, sites and people, and e-services in bits, of several failures."""


def designed_plan(network: Network, day: date) -> Plan:
    """The plan of a whole network with everything up."""
    designed = compute(network, day)
    return plan(designed, (designed.access.entitled & designed.cells).mask)


planned = Kept(designed_plan, 4)
"""Plans of the networks asked about lately."""


def sweep(network: Network, day: date) -> Atlas:
    """Work out the toll of every element of a network on a day."""
    return swept(planned(network, day))


def swept(ready: Plan) -> Atlas:
    """Work out the toll of every element of a plan."""
    return _Sweep(ready).atlas()


def links_and_nodes(ready: Plan) -> tuple[Ints, Ints]:
    """Cells, sites and people that each single node, and each single link, of a plan takes: no more than the walk."""
    sweeping = _Sweep(ready)
    sweeping.singly()
    return sweeping.node[0], sweeping.link[0]


class _Sweep:
    def __init__(self, ready: Plan) -> None:
        self.plan, self.elements = ready, ready.elements
        self.words = ready.table[1].shape[1]
        self.node, self.link = self._none(len(ready.graphs.nodes)), self._none(len(ready.graphs.links))
        self.case = self._none(len(self.elements.nodes[0]) - 1)
        self.hot = np.zeros(len(ready.graphs.nodes), np.bool_), np.zeros(len(ready.graphs.links), np.bool_)

    def atlas(self) -> Atlas:
        """All of it."""
        self.singly()
        self._together()
        return Atlas(self.plan.designed.access.day, self.elements.names, self._amounts())

    def singly(self) -> None:
        """Every node and every link alone."""
        for graph, columns in zip(self.plan.graphs.graphs, self.plan.columns, strict=True):
            self._walked(graph, columns)
        self._touching()

    def _none(self, count: int) -> Losses:
        return np.zeros((count, MEASURES), np.int64), np.zeros((count, self.words), np.uint64)

    def _fast[F: Callable[..., Any]](self, function: F) -> F:
        return fitting(function, len(self.plan.graphs.nodes))

    def _walked(self, graph: Graph, columns: Columns) -> None:
        """Every single node and link of a graph."""
        links = len(self.plan.graphs.links)
        walked = self._fast(walk)(*graph.arrays)
        by_node, by_link = self._fast(failures)(walked, columns.weight, columns.needed, links)
        without_node, without_link = self._fast(unions)(walked, columns.carried, columns.needed, links)
        _take(self.node, by_node, without_node)
        _take(self.link, by_link, without_link)
        if self.plan.rest.count:
            nodes, over = self._fast(partings)(walked, self.plan.rest.watched, links)
            self.hot[0][:] |= nodes
            self.hot[1][:] |= over

    def _touching(self) -> None:
        """Single nodes and links that touch what is judged one by one."""
        rest = self.plan.rest
        if rest.count:
            nodes, links = (np.flatnonzero(a | b) for a, b in zip(self.hot, rest.critical, strict=True))
            cases, count = (_singly(nodes, 0, len(links)), _singly(links, len(nodes), 0)), len(nodes)
            lost, services = rest.lost(*cases, self._apart(*cases))
            for losses, at, part in ((self.node, nodes, slice(count)), (self.link, links, slice(count, None))):
                losses[0][at] += lost[part]
                losses[1][at] |= services[part]

    def _together(self) -> None:
        """Cases of several nodes and links."""
        cases = self.elements.nodes, self.elements.links
        found = self._apart(*cases)
        for pieces, columns in zip(found, self.plan.columns, strict=True):
            _take(self.case, *self._fast(tolls)(pieces, cases[0], columns.weight, columns.carried, columns.needed))
        if self.plan.rest.count:
            _take(self.case, *self.plan.rest.lost(*cases, found))

    def _apart(self, nodes: Lists, links: Lists) -> list[Apart]:
        return [self._fast(apart)(graph.arrays, graph.ends, nodes, links) for graph in self.plan.graphs.graphs]

    def _amounts(self) -> Ints:
        """(elements, 4): what each element takes."""
        count = len(self.elements.names)
        found = np.zeros((count, MEASURES + 1), np.int64)
        at = (self.elements.node, self.elements.link, self.elements.case, self.elements.row)
        for numbers, (lost, services) in zip(at, (self.node, self.link, self.case, self.plan.table), strict=True):
            held = np.flatnonzero(numbers >= 0)
            found[held, :MEASURES] += lost[numbers[held]]
            found[held, MEASURES] += np.bitwise_count(services[numbers[held]]).sum(axis=1, dtype=np.int64)
        for number in self.elements.whole:
            found[number] = self._whole(self.elements.names[number])
        for number, amounts in self.plan.midway.tolls():
            found[number] = amounts
        return found

    def _whole(self, element: str) -> tuple[int, ...]:
        """What an element takes, from the whole network without it."""
        access = self.plan.designed.access
        lost = self.plan.counted & ~compute(access.network, access.day, {element}).cells.mask
        sites = lost.any(axis=1)
        return int(lost.sum()), int(sites.sum()), int(self.plan.people[sites].sum()), int(lost.any(axis=0).sum())


def _take(losses: Losses, lost: Ints, services: Bits) -> None:
    np.add(losses[0], lost, out=losses[0])
    np.bitwise_or(losses[1], services, out=losses[1])


def _singly(numbers: Ints, before: int, behind: int) -> Lists:
    """A list of one for each number, and so many empty lists before and behind them."""
    first = np.concatenate([np.zeros(before, np.int64), np.arange(len(numbers) + 1), np.full(behind, len(numbers))])
    return first, numbers


def takers(network: Network, day: date, site: str | None, service: str | None) -> frozenset[str]:
    """Elements that take something from a site, a service from anybody, or that service from that site."""
    designed = planned(network, day).designed
    axes, counted = designed.access.axes, planned(network, day).counted.copy()
    if site is not None:
        counted[np.arange(len(axes.sites)) != axes.site_at[site]] = False
    if service is not None:
        counted[:, np.arange(len(axes.services)) != axes.service_at[service]] = False
    found = swept(plan(designed, counted))
    return frozenset(found.elements[number] for number in np.flatnonzero(found.amounts[:, 0]).tolist())
