"""The shortest paths OSPF uses towards a router, all of equal cost, told hop by hop."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush


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


@dataclass(frozen=True, eq=False)
class Routes:
    """All shortest paths towards ``end``: the cost from each device, and the working links of each."""

    end: str
    cost: dict[str, int]
    working: dict[str, list[Edge]]
    leaves: frozenset[str]

    def hops(self, device: str) -> list[Edge]:
        """The links by which a device may send, all of equal cost, by name; none at the end or without a way."""
        if device == self.end or device not in self.cost:
            return []
        left = self.cost[device]
        ways = [e for e in self.working[device] if left == e.cost + self._onwards(e.neighbour)]
        return sorted(ways, key=lambda edge: edge.link)

    def path(self, start: str) -> tuple[Hop, ...] | None:
        """One shortest path, of several the first by the names of the links; null when there is none."""
        return self.path_to(start, self.end)

    def path_to(self, start: str, through: str) -> tuple[Hop, ...] | None:
        """A shortest path as far as a device that one of them crosses; null when there is none."""
        towards = self.cost.keys() if through == self.end else self.crossing(frozenset({through}))
        if start not in towards:
            return None
        found = [Hop(start, None, 0)]
        while found[-1].device != through:
            edge = next(edge for edge in self.hops(found[-1].device) if edge.neighbour in towards)
            found.append(Hop(edge.neighbour, edge.link, found[-1].cost + edge.cost))
        return tuple(found)

    def crossed(self, start: str) -> dict[str, list[Edge]]:
        """Every device that any shortest path crosses, nearest first, with the links it may send by."""
        found: dict[str, list[Edge]] = {}
        waiting = [start] if start in self.cost else []
        for device in waiting:
            if device not in found:
                found[device] = self.hops(device)
                waiting += [edge.neighbour for edge in found[device]]
        return found

    def crossing(self, routers: frozenset[str]) -> frozenset[str]:
        """Devices from which some shortest path crosses one of the routers, the routers themselves among them."""
        found: set[str] = set()
        for device, nexts in self._onward:
            if device in routers or not found.isdisjoint(nexts):
                found.add(device)
        return frozenset(found)

    @cached_property
    def _onward(self) -> list[tuple[str, tuple[str, ...]]]:
        """The next devices of each, the nearest to the end first."""
        nearest = sorted(self.cost, key=self.cost.__getitem__)
        return [(device, tuple(edge.neighbour for edge in self.hops(device))) for device in nearest]

    def _onwards(self, neighbour: str) -> float:
        passes = neighbour == self.end or neighbour not in self.leaves
        return self.cost.get(neighbour, float("inf")) if passes else float("inf")


def routes(end: str, working: dict[str, list[Edge]], leaves: frozenset[str]) -> Routes:
    """Dijkstra from the end: links cost the same both ways; ``working`` are the links of each device that is on."""
    cost: dict[str, int] = {}
    queue = [(0, end)] if end in working else []
    while queue:
        sum_, device = heappop(queue)
        if device not in cost:
            cost[device] = sum_
            if device == end or device not in leaves:
                for edge in _open(working[device], cost):
                    heappush(queue, (sum_ + edge.cost, edge.neighbour))
    return Routes(end, cost, working, leaves)


def _open(edges: list[Edge], cost: dict[str, int]) -> Iterator[Edge]:
    return (edge for edge in edges if edge.neighbour not in cost)
