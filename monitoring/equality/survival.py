"""Which cells no single failure on the way takes away: two ways without a common link or device, in one IP family.

The ends do not count: the site's own gateway, the servers, the name server, and the routers these are plugged into,
also where one of them stands on the way to another. What all sites share says nothing about equality. Seen from a
server's router as root of a depth-first walk, a place has two separate ways exactly when it shares a block with the
root that is more than one link; other places hang on the cut vertex nearest to the root. Shared risk groups of several
links are then taken out one by one. A cell that a router somewhere in mid-path refuses is not counted as safe.
"""

from collections import Counter
from datetime import date

import numpy as np

from inventory.kept import Kept
from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.access import Access
from monitoring.reachability.compute import Reach, compute
from monitoring.reachability.down import expand
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.sweep.graph import Graph, graph
from monitoring.reachability.sweep.kernel import Ints, Mask, fitting, walk


def _designed(network: Network, day: date) -> Mask:
    return surviving(compute(network, day))


kept = Kept(_designed, 4)
"""The mask of a network on a day, as long as it is asked for."""


def surviving(reach: Reach) -> Mask:
    """Mask (sites, services) of the cells that work with everything up and survive every single failure."""
    access = reach.access
    ways = {family: Ways(access, family) for family in FAMILIES}
    ends = [_ends(access, service) for service in access.axes.services]
    found = np.zeros(access.axes.shape, np.bool_)
    for family in FAMILIES:
        works = reach.family(family).mask & ~_refusable(access, family)
        for k, goal in enumerate(access.goals[family][:-1]):
            if goal is not None:
                found[:, k] |= works[:, k] & ways[family].towards(goal.target.gateway, ends[k])
    for k in np.flatnonzero(access.by_name).tolist():
        found[:, k] &= _names(access, ways, ends[k])
    found &= np.array([_served(access, ways, *pair) for pair in zip(access.axes.services, ends, strict=True)], np.bool_)
    for group in _shared(access.network):
        found &= Reach(access, expand(access.network, {f"{ElementKind.SRG}:{group}"})).cells.mask
    return found


def _shared(network: Network) -> list[str]:
    """Ducts and the like that hold more than one link: two ways through one of them are not separate."""
    holding = Counter(group for link in network.links for group in link.srgs)
    return [group for group, links in holding.items() if links > 1]


def _ends(access: Access, service: str) -> frozenset[str]:
    """Routers that the servers of an e-service and the name server are plugged into."""
    servers = (service, *(need.asked for need in access.dependencies.get(service, ())))
    targets = [*(access.targets.get(server) for server in servers), access.resolver]
    return frozenset(target.gateway for target in targets if target is not None)


def _names(access: Access, ways: "dict[Family, Ways]", ends: frozenset[str]) -> Mask:
    """Sites with two separate ways to the name server, in one of the families of both."""
    found = np.zeros(len(access.axes.sites), np.bool_)
    for family in FAMILIES:
        goal = access.goals[family][-1]
        if goal is not None:
            found |= ways[family].spoken & ways[family].towards(goal.target.gateway, ends)
    return found


def _served(access: Access, ways: "dict[Family, Ways]", service: str, ends: frozenset[str]) -> bool:
    """Whether there are two separate ways between the servers behind an e-service."""
    return all(
        any(
            talk.origin.gateway in ways[family].linked(talk.target.gateway, ends)
            for family in FAMILIES
            if (talk := access.needed(need.asking, need.asked, family)) is not None
            and not any(access.midpath.refusing(talk, router) for router in access.midpath.rules)
        )
        for need in access.dependencies.get(service, ())
    )


def _refusable(access: Access, family: Family) -> Mask:
    """Cells that some router in mid-path refuses: a failure may move their path there."""
    found, stops = np.zeros(access.axes.shape, np.bool_), access.midpath.stops.get(family)
    if stops is None:
        return found
    for kind, denied in enumerate(stops.denied):
        for columns in denied.values():
            found[np.ix_(stops.kind == kind, columns[columns < found.shape[1]])] = True
    return found


class Ways:
    """Places of one family with two separate ways between them."""

    def __init__(self, access: Access, family: Family) -> None:
        self._edges = access.fabrics[family].edges
        self._graph = graph(access.fabrics[family])
        origins = [access.origins[site] for site in access.axes.sites]
        self.spoken: Mask = np.array([o is not None and family in o.families for o in origins], np.bool_)
        """Sites whose own side has the family."""
        self._gateways = [origin.gateway if origin is not None else None for origin in origins]
        self._nodes = np.array([self._graph.nodes.get(gateway or "", -1) for gateway in self._gateways], np.int64)
        self._legged = np.flatnonzero(np.isin(self._nodes, list(self._graph.legs)))
        self._found: dict[str, tuple[Mask, Ints]] = {}
        self._sites: dict[str, Mask] = {}
        self._linked: dict[tuple[str, frozenset[str]], frozenset[str]] = {}

    def towards(self, target: str, ends: frozenset[str]) -> Mask:
        """Mask of the sites with two separate ways to a router, or to another end from which there are two."""
        found: Mask = np.logical_or.reduce([self._sites_of(end) for end in self.linked(target, ends)])
        return found

    def linked(self, target: str, ends: frozenset[str]) -> frozenset[str]:
        """A router, and the ends that have two separate ways to it, if need be by way of others of them."""
        if (target, ends) not in self._linked:
            near = {target}
            while more := {end for end in ends - near if any(self._safe(end, other) for other in near)}:
                near |= more
            self._linked[target, ends] = frozenset(near)
        return self._linked[target, ends]

    def _sites_of(self, target: str) -> Mask:
        if target not in self._sites:
            found = np.array([gateway == target for gateway in self._gateways], np.bool_)
            if self._rooted(target):
                doubled, _ = self._seen_from(target)
                found |= (self._nodes >= 0) & doubled[self._nodes]
                for row in self._legged.tolist():
                    found[row] = self._safe(self._gateways[row] or "", target)
            self._sites[target] = found
        return self._sites[target]

    def _safe(self, gateway: str, target: str) -> bool:
        """Whether no single link, and no single device but the two, parts a gateway from a router."""
        nodes = self._graph.nodes
        if gateway == target:
            return True
        if not self._rooted(target):
            return False
        doubled, nearest = self._seen_from(target)
        if gateway in nodes and nodes[gateway] not in self._graph.legs:
            return bool(doubled[nodes[gateway]])
        ends = [nodes[edge.neighbour] for edge in self._edges.get(gateway, ()) if edge.neighbour in nodes]
        cuts = [int(nearest[end]) for end in ends if nearest[end] >= 0]
        return len(cuts) > 1 and (nodes[target] in cuts or len(set(cuts)) > 1)

    def _rooted(self, target: str) -> bool:
        """Whether others can be reached through a router: a hotspot with several links forwards for nobody."""
        return target in self._graph.nodes and self._graph.nodes[target] not in self._graph.legs

    def _seen_from(self, target: str) -> tuple[Mask, Ints]:
        if target not in self._found:
            self._found[target] = _from(self._graph, self._graph.nodes[target])
        return self._found[target]


def _from(graph: Graph, root: int) -> tuple[Mask, Ints]:
    """Nodes with two separate ways to a root, and for each node the cut vertex nearest to the root (-1: no way)."""
    swap = np.arange(len(graph.nodes))
    swap[[0, root]] = root, 0
    degree = np.diff(graph.first)[swap]
    first = np.concatenate(([0], np.cumsum(degree)))
    order = np.repeat(graph.first[:-1][swap] - first[:-1], degree) + np.arange(first[-1])
    walked = fitting(walk, len(swap))(first, swap[graph.to[order]], graph.via[order])
    doubled, nearest = _blocks(*walked)
    return doubled[swap], np.where(nearest[swap] < 0, -1, swap[nearest[swap]])


def _blocks(order: Ints, lows: Ints, parents: Ints, _links: Ints, roots: Ints) -> tuple[Mask, Ints]:
    """As ``_from``, for the first node of the walk."""
    nodes, number = np.arange(len(order)), np.argsort(order)
    low, root = lows[number], order[roots[number]]
    parent = np.where(parents[number] < 0, -1, order[parents[number]])
    top = (parent < 0) | (low >= number[np.maximum(parent, 0)])
    block = _settled(np.where(top, nodes, parent))
    head = parent[block]
    bridge = low[block] == number[block]
    here = root == order[0]
    doubled: Mask = here & (nodes == order[0]) | here & (head == order[0]) & ~bridge
    nearest = _settled(np.where(here & (head >= 0) & (head != order[0]), head, nodes))
    return doubled, np.where(here, nearest, -1)


def _settled(above: Ints) -> Ints:
    """Follow pointers to their ends."""
    while not np.array_equal(above, further := above[above]):
        above = further
    return above
