"""From where shortest paths cross routers that refuse something, with everything up and after a failure.

What hangs on a single link, forwards for nobody, holds no server that is asked for and refuses nothing stands where its
neighbour stands: it is left out of the graph, and most sites are of that sort.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monitoring.reachability.access import Access
from monitoring.reachability.fabric import Fabric
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.sweep.detours import FAR, detours
from monitoring.reachability.sweep.kernel import Ints, Mask, fitting

BITS = 62
"""Sets of routers that one search looks for."""


@dataclass(frozen=True, eq=False)
class Question:
    """Whether paths from some nodes towards a gateway cross any of a set of routers."""

    family: Family
    end: str
    routers: frozenset[str]
    nodes: Ints


@dataclass(frozen=True, eq=False)
class Mesh:
    """The links of a family on which paths can move; ``neighbour`` stands for what was left out, else the node itself.

    ``arrays`` are the neighbours as in ``kernel.walk``, costs, and by link both ends (-1: left out) and the cost.
    """

    neighbour: Ints
    forwards: Mask
    arrays: tuple[Ints, ...]


def mesh(fabric: Fabric, links: Mapping[str, int], kept: frozenset[str]) -> Mesh:
    """The mesh of a family; what is in ``kept`` is not left out."""
    number, alone = fabric.number, {d for d, edges in fabric.edges.items() if len(edges) < 2 and d not in kept}
    neighbour = np.arange(len(number))
    edges = np.array(
        [
            (number[device], number[edge.neighbour], links[edge.link], edge.cost)
            for device, of in fabric.edges.items()
            for edge in of
            if device not in alone and edge.neighbour not in alone
        ],
        np.int64,
    ).reshape(-1, 4)
    for device in alone:
        for edge in fabric.edges[device]:
            neighbour[number[device]] = number[edge.neighbour]
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    first = np.searchsorted(edges[:, 0], np.arange(len(number) + 1)).astype(np.int64)
    ends = np.full((3, len(links)), -1, np.int64)
    ends[:, edges[:, 2]] = edges[:, [0, 1, 3]].T
    forwards = np.ones(len(number), np.bool_)
    forwards[[number[leaf] for leaf in fabric.leaves]] = False
    return Mesh(neighbour, forwards, tuple(np.ascontiguousarray(a) for a in (first, *edges[:, 1:].T, *ends)))


class Crossings:
    """The answers to some questions, and what changes in them when something fails."""

    def __init__(self, access: Access, links: Mapping[str, int], questions: Sequence[Question]) -> None:
        self._access, nodes = access, access.fabric.number
        kept = frozenset(q.end for q in questions) | frozenset(r for q in questions for r in q.routers)
        made = {id(fabric): mesh(fabric, links, kept) for fabric in access.fabrics.values()}
        self._mesh = {family: made[id(access.fabrics[family])] for family in FAMILIES}
        self._ready = _arrays if fitting(detours, len(nodes)) is not detours else _listed
        self._detours: Any = fitting(detours, len(nodes))
        self._nodes, self._searches, self._at = nodes, list[_Search](), list[tuple[int, int]]()
        self._place(questions)
        none = np.zeros(len(nodes), np.int64), np.zeros(len(links), np.int64)
        self._slate = self._ready([none[n].copy() for n in (0, 1, 0, 0, 0, 0, 0)])
        self._found, self._turn = self._ready([none[0].copy()])[0], 0
        self._graph = {key: self._ready(found.arrays) for key, found in made.items()}
        self._towards = [self._ready(search.arrays) for search in self._searches]
        self.designed = tuple(search.bits for search in self._searches)

    def after(self, nodes: Ints, links: Ints) -> tuple[Ints, ...] | None:
        """As ``designed``, with nodes and links that failed; null when that changes no answer."""
        failed = self._ready([nodes, links])
        found = [self._without(number, failed) for number in range(len(self._searches))]
        if all(bits is None for bits in found):
            return None
        return tuple(was if bits is None else bits for was, bits in zip(self.designed, found, strict=True))

    def answer(self, question: int, bits: Sequence[Ints], nodes: Ints) -> Mask:
        """Whether paths from some nodes cross what a question asks for; nothing is said of nodes without a way."""
        search, bit = self._at[question]
        told: Mask = bits[search][self._searches[search].mesh.neighbour[nodes]] >> bit & 1 > 0
        return told

    def _without(self, number: int, failed: Any) -> Ints | None:
        self._turn += 1
        search = self._searches[number]
        graph = self._graph[search.graph]
        count = self._detours(graph, self._towards[number], failed, self._slate, self._turn, self._found)
        if not count:
            return None
        bits, at = search.bits.copy(), self._found[:count]
        bits[at] = [self._slate[-1][v] for v in at]
        return bits

    def _place(self, questions: Sequence[Question]) -> None:
        """Put questions about the same gateway into one search, as far as there is room."""
        sets: dict[tuple[int, str], dict[frozenset[str], int]] = {}
        for asked in questions:
            found = sets.setdefault((id(self._access.fabrics[asked.family]), asked.end), {})
            found.setdefault(asked.routers, len(found))
        searches: dict[tuple[int, str, int], int] = {}
        for asked in questions:
            graph = id(self._access.fabrics[asked.family])
            held = sets[graph, asked.end]
            part, bit = divmod(held[asked.routers], BITS)
            key = graph, asked.end, part
            if key not in searches:
                searches[key] = len(self._searches)
                routers = [of for of, number in held.items() if number // BITS == part]
                self._searches.append(_Search(self._access, asked.family, asked.end, routers, self._mesh[asked.family]))
            self._searches[searches[key]].watch(asked.nodes, bit)
            self._at.append((searches[key], bit))


class _Search:
    """The paths towards one gateway with everything up."""

    def __init__(self, access: Access, family: Family, end: str, sets: Sequence[frozenset[str]], of: Mesh) -> None:
        self.mesh, self.graph, nodes = of, id(access.fabrics[family]), access.fabric.number
        routes = access.designed_routes(end, family)
        self._cost, self._own = np.full(len(nodes), FAR), np.zeros(len(nodes), np.int64)
        self.bits, self._worth = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
        self._cost[[nodes[device] for device in routes.cost]] = list(routes.cost.values())
        for bit, routers in enumerate(sets):
            self._own[_numbers(routers, nodes)] |= 1 << bit
            self.bits[_numbers(routes.crossing(routers), nodes)] |= 1 << bit
        self._forwards = of.forwards.copy()
        self._forwards[_numbers([end], nodes)] = True

    def watch(self, nodes: Ints, bit: int) -> None:
        """Let changes at some nodes be told."""
        self._worth[self.mesh.neighbour[nodes]] |= 1 << bit

    @property
    def arrays(self) -> tuple[Ints, Mask, Ints, Ints, Ints]:
        """What a search for detours wants."""
        return self._cost, self._forwards, self._own, self.bits, self._worth


def _numbers(devices: Iterable[str], nodes: Mapping[str, int]) -> list[int]:
    return [nodes[device] for device in devices if device in nodes]


def _arrays(found: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(found)


def _listed(found: Sequence[Any]) -> tuple[Any, ...]:
    """Without numba, lists are several times as fast as arrays."""
    return tuple(array.tolist() for array in found)
