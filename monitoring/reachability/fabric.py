"""Routers and links as a graph: which parts hang together, and the path OSPF would choose."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from inventory.model.device import HOSTS, PASSIVE, Role
from inventory.model.network import Network
from monitoring.reachability.down import Down
from monitoring.reachability.families import FAMILIES, Family, address_in
from monitoring.reachability.labels import Ints, Mask, labels
from monitoring.reachability.paths import Edge, Hop, Routes, routes


@dataclass(frozen=True, eq=False)
class Islands:
    """Parts of the network that hang together; a hotspot may touch several, since it routes nothing onwards.

    ``label`` by node: equal where a way exists, -1 for what is down; ``several`` are the labels of nodes that touch
    more than one part, with the labels of these parts.
    """

    number: Mapping[str, int]
    label: Ints
    several: Mapping[int, frozenset[int]]

    def joined(self, one: str, other: str) -> bool:
        """Whether traffic can pass between two devices."""
        if one not in self.number or other not in self.number:
            return False
        a, b = int(self.label[self.number[one]]), int(self.label[self.number[other]])
        return a >= 0 and b >= 0 and (a == b or not self.parts(a).isdisjoint(self.parts(b)))

    def parts(self, label: int) -> frozenset[int]:
        """The parts a label stands for."""
        return self.several.get(label, frozenset({label}))


class Fabric:
    """The graph of a network on a day in one family: the links both ends of which have an address of it.

    Hotspots use their first uplink by a static route, whatever becomes of it, and forward for nobody else.
    """

    def __init__(self, network: Network, day: date, carried: frozenset[str]) -> None:
        boxes = [d for d in network.devices if d.role not in HOSTS | PASSIVE and d.in_force(day)]
        self.number = {device.slug: number for number, device in enumerate(boxes)}
        self.edges: dict[str, list[Edge]] = {d.slug: [] for d in boxes}
        self.leaves = frozenset(d.slug for d in boxes if d.role is Role.HOTSPOT)
        ends: list[tuple[int, int]] = []
        self._links: dict[str, int] = {}
        for link in network.links:
            a, b = link.devices
            spare = b in self.leaves and link is not network.uplinks(b)[0]
            if link.slug in carried and a in self.edges and b in self.edges and a not in self.leaves and not spare:
                self.edges[a].append(Edge(link.slug, b, link.ospf_cost))
                self.edges[b].append(Edge(link.slug, a, link.ospf_cost))
                self._links[link.slug] = len(ends)
                ends.append((self.number[a], self.number[b]))
        self._ends = np.array(ends, np.int64).reshape(-1, 2)
        hanging = np.zeros(len(boxes), np.bool_)
        hanging[[self.number[leaf] for leaf in self.leaves]] = True
        self._last = hanging[self._ends[:, 1]]

    def islands(self, down: Down) -> Islands:
        """Label the parts that hang together."""
        nodes = len(self.number)
        off, cut = _marked(down.devices, self.number, nodes), _marked(down.links, self._links, len(self._ends))
        works = ~(cut | off[self._ends].any(axis=1))
        through, last = self._ends[works & ~self._last], self._ends[works & self._last]
        label = labels(nodes, through[:, 0], through[:, 1])
        label[off] = -1
        leaf, part = last[:, 1], label[last[:, 0]]
        label[leaf] = part
        several = {}
        for number, place in enumerate(np.unique(leaf[label[leaf] != part]).tolist(), nodes):
            label[place], several[number] = number, frozenset(part[leaf == place].tolist())
        return Islands(self.number, label, several)

    def working(self, device: str, down: Down) -> list[Edge]:
        """Links of a device that work, with a working device at the other end."""
        if device in down.devices:
            return []
        edges = self.edges.get(device, [])
        return [e for e in edges if e.link not in down.links and e.neighbour not in down.devices]

    def routes(self, end: str, down: Down) -> Routes:
        """All shortest paths towards a device."""
        return routes(end, {device: self.working(device, down) for device in self._on(down)}, self.leaves)

    def path(self, start: str, end: str, down: Down) -> tuple[Hop, ...] | None:
        """The cheapest way, ties broken by the names of the links; null when there is none."""
        return self.routes(end, down).path(start)

    def _on(self, down: Down) -> Iterator[str]:
        return (device for device in self.edges if device not in down.devices)


def fabrics(network: Network, day: date) -> dict[Family, Fabric]:
    """The graph of each family; one and the same where both use the same links."""
    made: dict[frozenset[str], Fabric] = {}
    return {family: _made(made, network, day, _carried(network, day, family)) for family in FAMILIES}


def _made(made: dict[frozenset[str], Fabric], network: Network, day: date, carried: frozenset[str]) -> Fabric:
    if carried not in made:
        made[carried] = Fabric(network, day, carried)
    return made[carried]


def _carried(network: Network, day: date, family: Family) -> frozenset[str]:
    """Links in force whose ends both have an address of a family."""
    return frozenset(
        link.slug
        for link in network.links
        if link.in_force(day) and all(address_in(network.interface(port), family) for port in (link.a, link.b))
    )


def _marked(names: Iterable[str], among: Mapping[str, int], size: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[[among[name] for name in names if name in among]] = True
    return mask
