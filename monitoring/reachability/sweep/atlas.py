"""The losses of every element: links, devices, sites, risk groups and e-services, each failing while the rest is up."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np

from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.compute import Reach, compute
from monitoring.reachability.down import Down, expand
from monitoring.reachability.sweep.columns import Measure, columns
from monitoring.reachability.sweep.graph import graph
from monitoring.reachability.sweep.kernel import Ints, Mask, failures, fitting, parts, removal, walk
from monitoring.reachability.sweep.leaves import Leaves


@dataclass(frozen=True, slots=True)
class Toll:
    """What an element costs when it fails: entitled cells, sites that lose at least one, people of those sites."""

    element: str
    cells: int
    sites: int
    people: int


@dataclass(frozen=True)
class Atlas:
    """Every element with its toll."""

    day: date
    tolls: tuple[Toll, ...]

    @cached_property
    def toll(self) -> Mapping[str, Toll]:
        """Tolls by element."""
        return {toll.element: toll for toll in self.tolls}

    @property
    def worst(self) -> tuple[Toll, ...]:
        """Elements that cost something, the most people first."""
        costly = (toll for toll in self.tolls if toll.cells)
        return tuple(sorted(costly, key=lambda t: (-t.people, -t.cells, t.element)))


def sweep(network: Network, day: date) -> Atlas:
    """Work out the toll of every element of a network on a day."""
    reach = compute(network, day)
    counted = _Counted(reach)
    sums = {element: counted.sums(element) for element in _elements(network)}
    return Atlas(day, tuple(Toll(element, *map(int, found)) for element, found in sums.items()))


def _elements(network: Network) -> Iterator[str]:
    yield from (f"{ElementKind.LINK}:{link.slug}" for link in network.links)
    yield from (f"{ElementKind.DEVICE}:{device.slug}" for device in network.devices)
    yield from (f"{ElementKind.SITE}:{site.slug}" for site in network.sites)
    yield from (f"{ElementKind.SRG}:{srg.slug}" for srg in network.srgs)
    yield from (f"{ElementKind.SERVICE}:{service.slug}" for service in network.services)


class _Counted:
    """The columns of a network, the graph they stand on, and what each single failure takes from them."""

    def __init__(self, reach: Reach) -> None:
        self.reach, self.network = reach, reach.access.network
        self.leaves = Leaves(reach)
        self.columns = self.leaves.parted(columns(reach))
        self.graph = graph(reach.access.fabric, self.leaves.names)
        self.weight, self.needed = self.graph.laid(self.columns)
        links = max(len(self.graph.links), 1)
        walked = self._fast(walk)(*self.graph.arrays)
        self.by_node, self.by_link = self._fast(failures)(walked, self.weight, self.needed, links)
        self.totals = np.array([column.total for column in self.columns], np.int64)
        self.measures = np.array([column.measure for column in self.columns], np.int64)
        self.of_host = self._of_host()

    def sums(self, element: str) -> Ints:
        """(cells, sites, people) lost when an element fails."""
        if element.startswith(f"{ElementKind.SERVICE}:"):
            return self._service(element.partition(":")[2])
        down = expand(self.network, (element,))
        lost = self._cut(down)
        for host in down.devices & self.of_host.keys():
            lost = np.where(self.of_host[host], self.totals, lost)
        sums = np.zeros(len(Measure), np.int64)
        np.add.at(sums, self.measures, lost)
        return (sums + self.leaves.sums(down, bool(sums[Measure.PROBE]), self.graph))[: Measure.PROBE]

    def _fast[F: Callable[..., Any]](self, function: F) -> F:
        return fitting(function, len(self.graph.nodes))

    def _cut(self, down: Down) -> Ints:
        """What the missing nodes and links take from each column."""
        nodes = [self.graph.nodes[device] for device in down.devices if device in self.graph.nodes]
        links = [self.graph.links[name] for name in down.links if name in self.graph.links]
        found: Ints = np.zeros_like(self.totals)
        if len(nodes) + len(links) > 1:
            part = self._fast(parts)(self.graph.arrays, *self.graph.dead(down))
            found = self._fast(removal)(part, self.weight, self.needed)
        elif nodes:
            found = self.by_node[:, nodes[0]]
        elif links:
            found = self.by_link[:, links[0]]
        return found

    def _of_host(self) -> dict[str, Mask]:
        """For each host, the columns that need it."""
        hosts = {host for column in self.columns for host in column.need.hosts}
        return {host: np.array([host in column.need.hosts for column in self.columns], np.bool_) for host in hosts}

    def _service(self, service: str) -> Ints:
        """Without an e-service: its own cells and those of what depends on it, and every site that has any."""
        access = self.reach.access
        lost = (access.entitled & self.reach.cells) - Reach(access, Down(services=frozenset({service}))).cells
        sites = compress(access.axes.sites, lost.mask.any(axis=1))
        people = [self.network.site[site].people_served for site in sites]
        return np.array([len(lost), len(people), sum(people)], np.int64)
