"""Routers and links as a graph: which parts hang together, and the path OSPF would choose."""

from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

from inventory.model.device import HOSTS, PASSIVE, Role
from inventory.model.network import Network
from monitoring.reachability.down import Down


@dataclass(frozen=True, slots=True)
class Edge:
    """A link as seen from one of its ends."""

    link: str
    neighbour: str
    cost: int


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: over ``link`` (null at the start) to ``device``; ``cost`` is summed from the start."""

    device: str
    link: str | None
    cost: int


@dataclass(frozen=True, slots=True)
class Islands:
    """Parts of the network that hang together; a hotspot may touch several, since it routes nothing onwards."""

    touched: dict[str, frozenset[int]]

    def joined(self, one: str, other: str) -> bool:
        """Whether traffic can pass between two devices."""
        if one == other:
            return one in self.touched
        return not self.touched.get(one, frozenset()).isdisjoint(self.touched.get(other, frozenset()))


class Fabric:
    """The graph of a network on a day. Hotspots use their uplinks by static routes and forward for nobody else."""

    def __init__(self, network: Network, day: date) -> None:
        boxes = [d for d in network.devices if d.role not in HOSTS | PASSIVE and d.in_force(day)]
        self.edges: dict[str, list[Edge]] = {d.slug: [] for d in boxes}
        self.leaves = frozenset(d.slug for d in boxes if d.role is Role.HOTSPOT)
        for link in network.links:
            a, b = link.devices
            if link.in_force(day) and a in self.edges and b in self.edges and a not in self.leaves:
                self.edges[a].append(Edge(link.slug, b, link.ospf_cost))
                self.edges[b].append(Edge(link.slug, a, link.ospf_cost))

    def working(self, device: str, down: Down) -> list[Edge]:
        """Links of a device that work, with a working device at the other end."""
        if device in down.devices:
            return []
        edges = self.edges.get(device, [])
        return [e for e in edges if e.link not in down.links and e.neighbour not in down.devices]

    def islands(self, down: Down) -> Islands:
        """Number the parts that hang together."""
        touched: dict[str, frozenset[int]] = {}
        for number, start in enumerate(self.edges):
            if start in touched or start in self.leaves or start in down.devices:
                continue
            part, waiting = frozenset({number}), [start]
            touched[start] = part
            while waiting:
                for edge in self.working(waiting.pop(), down):
                    if edge.neighbour not in touched and edge.neighbour not in self.leaves:
                        touched[edge.neighbour] = part
                        waiting.append(edge.neighbour)
        for leaf in self.leaves - down.devices:
            parts = [touched[e.neighbour] for e in self.working(leaf, down) if e.neighbour in touched]
            touched[leaf] = frozenset().union(*parts)
        return Islands(touched)

    def path(self, start: str, end: str, down: Down) -> tuple[Hop, ...] | None:
        """The cheapest way, ties broken by the names of the links; null when there is none."""
        if start not in self.edges or start in down.devices:
            return None
        queue: list[tuple[int, tuple[str, ...], tuple[Hop, ...]]] = [(0, (), (Hop(start, None, 0),))]
        settled: set[str] = set()
        while queue:
            cost, links, path = heappop(queue)
            device = path[-1].device
            if device == end:
                return path
            if device in settled or (device in self.leaves and device != start):
                continue
            settled.add(device)
            for edge in self.working(device, down):
                if edge.neighbour not in settled:
                    step = Hop(edge.neighbour, edge.link, cost + edge.cost)
                    heappush(queue, (step.cost, (*links, edge.link), (*path, step)))
        return None
