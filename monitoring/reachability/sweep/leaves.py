"""Hotspots with several uplinks: they forward for nobody, so they are no part of the walk and are judged one by one.

Such a place loses something only if every one of its uplinks is cut off from it. So only what cuts off the first uplink
is looked at.
"""

from dataclasses import dataclass

import numpy as np

from monitoring.reachability.compute import Reach
from monitoring.reachability.down import Down
from monitoring.reachability.sweep.columns import Column, Measure, Need
from monitoring.reachability.sweep.graph import Graph
from monitoring.reachability.sweep.kernel import Ints, fitting, parts


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands at a gateway and what it needs."""

    measure: Measure
    need: Need
    gateway: str
    amount: int


class Leaves:
    """Places that touch the network in several points, and what stands there or needs them."""

    def __init__(self, reach: Reach) -> None:
        self._edges, self._islands = reach.access.fabric.edges, reach.islands
        self.names = frozenset(leaf for leaf in reach.access.fabric.leaves if len(self._edges[leaf]) > 1)
        self._links = frozenset(edge.link for leaf in self.names for edge in self._edges[leaf])
        self._stands: list[Stand] = []

    def parted(self, columns: list[Column]) -> list[Column]:
        """Columns without what concerns these places, which is kept here, and probes that tell when to look at it."""
        easy, probes = list[Column](), dict[Need, Column]()
        for column in columns:
            kept = Column(column.measure, column.need)
            for gateway, amount in column.weight.items():
                if gateway in self.names or column.need.gateways & self.names:
                    self._stands.append(Stand(column.measure, column.need, gateway, amount))
                else:
                    kept.weight[gateway] = amount
            easy += [kept] if kept.weight else []
        for leaf, gateway in {(s.gateway, g) for s in self._stands for g in s.need.gateways - self.names}:
            need = Need(frozenset({gateway}))
            probe = probes.setdefault(need, Column(Measure.PROBE, need))
            probe.weight |= dict.fromkeys(self._joined(leaf, gateway), 1)
        return easy + list(probes.values())

    def _joined(self, leaf: str, gateway: str) -> list[str]:
        """The first uplink by which a place reaches a gateway: unless that is lost, nothing is."""
        ends = (edge.neighbour for edge in self._edges[leaf]) if leaf in self.names else ()
        return [end for end in ends if self._islands.joined(end, gateway)][:1]

    def sums(self, down: Down, probed: bool, graph: Graph) -> Ints:
        """(cells, sites, people) lost here; ``probed`` tells whether a probe was touched."""
        lost = np.zeros(len(Measure), np.int64)
        if probed or self._meets(down):
            part = fitting(parts, len(graph.nodes))(graph.arrays, *graph.dead(down))
            for stand in self._stands:
                if not self._works(stand, down, graph, part):
                    lost[stand.measure] += stand.amount
        return lost

    def _meets(self, down: Down) -> bool:
        """Whether something fails that no probe watches: the places themselves, their links, hosts, what is needed."""
        if not self._stands:
            return False
        near = {place for s in self._stands for place in (s.gateway, *s.need.gateways, *s.need.hosts)}
        served = any(s.need.gateways & self.names for s in self._stands)
        return served or bool(near & down.devices) or bool(self._links & down.links)

    def _works(self, stand: Stand, down: Down, graph: Graph, part: Ints) -> bool:
        if stand.need.hosts & down.devices:
            return False
        here = self._touched(stand.gateway, down, graph, part)
        return all(
            stand.gateway not in down.devices
            if gateway == stand.gateway
            else bool(here & self._touched(gateway, down, graph, part))
            for gateway in stand.need.gateways
        )

    def _touched(self, device: str, down: Down, graph: Graph, part: Ints) -> set[int]:
        """The parts a device belongs to; several for a place with several uplinks."""
        if device in down.devices:
            return set()
        if device not in self.names:
            return {int(part[graph.nodes[device]])}
        ends = (edge.neighbour for edge in self._edges[device] if edge.link not in down.links)
        return {int(part[graph.nodes[end]]) for end in ends if end not in down.devices}
