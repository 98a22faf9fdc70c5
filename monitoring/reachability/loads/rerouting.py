"""A network, its demand and its failures made ready for the loops, and their answers in the numbers of the network."""

from collections.abc import Sequence

import numpy as np

from monitoring.reachability.down import Down
from monitoring.reachability.loads.arrays import FAR, Dead, Floats, Ints, bundle_room, heap_room
from monitoring.reachability.loads.carry import carry
from monitoring.reachability.loads.compiled import fitting
from monitoring.reachability.loads.demand import Demand
from monitoring.reachability.loads.fold import folded, gathered
from monitoring.reachability.loads.paths import CALLED as PATHS
from monitoring.reachability.loads.paths import routes
from monitoring.reachability.loads.reroute import CALLED as REROUTE
from monitoring.reachability.loads.reroute import Failing, desk_room, reroute
from monitoring.reachability.loads.topology import Topology


class Rerouting:
    """``load`` is that of each direction with everything up, ``without`` the demand that has no path even then."""

    def __init__(self, place: Topology, wanted: Demand, failures: Sequence[tuple[str, Down]]) -> None:
        self._place, self._failures = place, failures
        roots = np.array([place.nodes[root] for root in wanted.roots], np.int64)
        self._fold = fold = folded(place.graph, roots)
        self._size = len(fold.nodes), len(fold.links)
        self._rooms = heap_room(*self._size), heap_room(*self._size), bundle_room(*self._size)
        self._dead = Dead(np.zeros(self._size[0], np.bool_), np.zeros(self._size[1], np.bool_))
        self._demand, self._hung = gathered(fold, wanted.rates), np.ascontiguousarray(wanted.rates[:, :, fold.place])
        self._routes = self._fast(routes, PATHS)(
            fold.graph, self._dead, fold.node_at[roots], self._rooms[0], self._rooms[2]
        )
        self._carried, self._inner, without = self._fast(carry, ())(self._routes, self._demand, self._size[1])
        self.without = float(without.sum())
        reached = self._routes.distance[:, fold.anchor] < FAR
        self._served = (self._hung * reached[:, None, :]).sum(axis=0)
        self.load = self._outer()
        self._prepare()

    def _fast[F](self, function: F, called: tuple[object, ...]) -> F:
        return fitting(function, len(self._place.nodes), called)  # type: ignore[arg-type, type-var]

    def _outer(self) -> Floats:
        """The load of every direction, folded links too."""
        fold, graph = self._fold, self._place.graph
        load = np.zeros(2 * len(self._place.links))
        load[_directions(fold.links)] = self._inner
        out = 2 * fold.link + (graph.b[fold.link] != fold.place)
        load[out], load[out ^ 1] = self._served
        return load

    def run(self) -> tuple[Ints, Floats, Floats]:
        """(failure, direction) and load of what is filled above its capacity, and what each failure loses (n, 2)."""
        lost = np.zeros((len(self._failures), 2))
        for way in range(2):
            np.add.at(lost[:, way], self._shallow[0], self._served[way, self._shallow[1]])
        fold, (heap, spare, room) = self._fold, self._rooms
        capacity = self._place.capacity[_directions(fold.links)]
        over, loads, found = self._fast(reroute, REROUTE)(
            fold.graph, self._dead, self._routes, self._carried, self._demand, self._inner, capacity, self._failing,
            heap, spare, room, desk_room(*self._size),
        )  # fmt: skip
        lost[self._deep] = found
        pairs = np.stack([self._deep[over[:, 0]], _directions(fold.links)[over[:, 1]]], axis=1)
        return pairs, loads, lost

    def _prepare(self) -> None:
        """Failures that only take folded places away are told apart: nothing is rerouted in them."""
        named = [self._numbers(down) for _, down in self._failures]
        deep = [f for f, (nodes, links, _) in enumerate(named) if nodes or links]
        alone = [(f, place) for f, (nodes, links, places) in enumerate(named) if not nodes + links for place in places]
        self._deep, self._shallow = np.array(deep, np.int64), np.array(alone, np.int64).reshape(-1, 2).T
        nodes, links, places = (_joined([named[f][kind] for f in deep]) for kind in range(3))
        self._failing = Failing(*nodes, *links, *places, self._fold.anchor, self._hung)

    def _numbers(self, down: Down) -> tuple[list[int], list[int], list[int]]:
        """What fails: nodes and links of what is left after folding, and folded places."""
        fold, place = self._fold, self._place
        nodes = [place.nodes[name] for name in sorted(down.devices) if name in place.nodes]
        links = [place.links[name] for name in sorted(down.links) if name in place.links]
        places = {int(fold.hung[node]) for node in nodes if fold.hung[node] >= 0}
        ends = (end for link in links if fold.link_at[link] < 0 for end in (place.graph.a[link], place.graph.b[link]))
        places |= {int(fold.hung[end]) for end in ends if fold.hung[end] >= 0}
        inner = [int(fold.node_at[n]) for n in nodes if fold.node_at[n] >= 0]
        return inner, [int(fold.link_at[x]) for x in links if fold.link_at[x] >= 0], sorted(places)


def _directions(links: Ints) -> Ints:
    """Both directions of each link."""
    return np.stack([2 * links, 2 * links + 1], axis=1).ravel()


def _joined(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Lists behind one another: where each begins, and all entries."""
    at = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return at, np.array([number for held in lists for number in held], np.int64)
