"""The routers and links of a network as arrays, and everything in it that can fail alone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Fabric
from monitoring.reachability.loads.arrays import Floats, Graph


@dataclass(frozen=True)
class Topology:
    """Devices and links by number; ``capacity`` is bits per second of each direction. Hotspots forward for nobody."""

    network: Network
    nodes: dict[str, int]
    links: dict[str, int]
    graph: Graph
    capacity: Floats

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Links by number."""
        return tuple(self.links)

    def failures(self) -> Iterator[tuple[str, Down]]:
        """Every link, device, site and risk group that takes a node or link of ours out."""
        for link in self.links:
            yield f"{ElementKind.LINK}:{link}", Down(links=frozenset({link}))
        for device in self.nodes:
            yield f"{ElementKind.DEVICE}:{device}", Down(devices=frozenset({device}))
        for site, devices in self.network.devices_of.items():
            if inside := frozenset(d.slug for d in devices if d.slug in self.nodes):
                yield f"{ElementKind.SITE}:{site}", Down(devices=inside)
        members = defaultdict(set)
        for riding in self.network.links:
            for srg in riding.srgs:
                members[srg].add(riding.slug)
        for group in self.network.srgs:
            if inside := frozenset(members[group.slug] & self.links.keys()):
                yield f"{ElementKind.SRG}:{group.slug}", Down(links=inside)


def topology(network: Network, fabric: Fabric) -> Topology:
    """The devices that forward and the links between them, of one IP family."""
    nodes = {device: number for number, device in enumerate(fabric.edges)}
    links = {name: i for i, name in enumerate(dict.fromkeys(e.link for held in fabric.edges.values() for e in held))}
    near = [(e.neighbour, e.link) for device in nodes for e in fabric.edges[device]]
    first = np.cumsum([0, *(len(fabric.edges[device]) for device in nodes)], dtype=np.int64)
    to, via = np.array([nodes[u] for u, _ in near], np.int64), np.array([links[name] for _, name in near], np.int64)
    cost = np.array([network.link[name].ospf_cost for name in links], np.int64)
    ends = np.array([[nodes[device] for device in network.link[name].devices] for name in links], np.int64)
    a, b = (np.ascontiguousarray(side) for side in ends.reshape(-1, 2).T)
    through = np.array([device not in fabric.leaves for device in nodes], np.bool_)
    rates = [network.circuit[network.link[name].circuit].rate for name in links]
    capacity = np.array([value for rate in rates for value in (rate.down, rate.up)], np.float64)
    return Topology(network, nodes, links, Graph(first, to, via, cost, a, b, through), capacity)
