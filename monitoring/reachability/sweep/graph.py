"""The network of routers as arrays, and the columns of a sweep laid over it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Fabric
from monitoring.reachability.sweep.columns import NOWHERE, Column
from monitoring.reachability.sweep.kernel import Ints, Mask


@dataclass(frozen=True)
class Graph:
    """Nodes and links by number; ``first``, ``to`` and ``via`` are the neighbours of each node."""

    nodes: Mapping[str, int]
    links: Mapping[str, int]
    first: Ints
    to: Ints
    via: Ints

    @property
    def arrays(self) -> tuple[Ints, Ints, Ints]:
        """What the kernel walks on."""
        return self.first, self.to, self.via

    def dead(self, down: Down) -> tuple[Mask, Mask]:
        """Which nodes and which links do not work."""
        return _marked(down.devices, self.nodes), _marked(down.links, self.links)

    def laid(self, columns: list[Column]) -> tuple[Ints, Ints]:
        """Weights and needs of columns, both ``(columns, nodes)``."""
        weight = np.zeros((len(columns), len(self.nodes)), np.int64)
        needed = np.zeros_like(weight)
        for k, column in enumerate(columns):
            for gateway, amount in column.weight.items():
                if gateway != NOWHERE:
                    weight[k, self.nodes[gateway]] = amount
            for gateway in column.need.gateways:
                needed[k, self.nodes[gateway]] = 1
        return weight, needed


def graph(fabric: Fabric, without: frozenset[str] = frozenset()) -> Graph:
    """Number the devices and links of a fabric, some devices left out."""
    kept = [device for device in fabric.edges if device not in without]
    nodes = {device: number for number, device in enumerate(kept)}
    edges = {d: [e for e in fabric.edges[d] if e.neighbour in nodes] for d in kept}
    links = {name: i for i, name in enumerate(dict.fromkeys(e.link for d in kept for e in edges[d]))}
    first = np.cumsum([0, *(len(edges[d]) for d in kept)], dtype=np.int64)
    to = np.array([nodes[e.neighbour] for d in kept for e in edges[d]], np.int64)
    via = np.array([links[e.link] for d in kept for e in edges[d]], np.int64)
    return Graph(nodes, links, first, to, via)


def _marked(names: Iterable[str], among: Mapping[str, int]) -> Mask:
    mask = np.zeros(max(len(among), 1), np.bool_)
    mask[[among[name] for name in names if name in among]] = True
    return mask
