"""What a sweep counts, as arrays: for each set of gateways that cells need, how much stands at every gateway."""

from dataclasses import dataclass, field

import numpy as np

from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.unions import Bits

CELLS, SITES, PEOPLE, MEASURES = 0, 1, 2, 3
"""Places of what is counted along the last axis of weights."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Weights ``(columns, nodes, measures)``, e-services ``(columns, nodes, words)``, needs ``(columns, nodes)``."""

    weight: Ints
    carried: Bits
    needed: Ints


@dataclass(eq=False)
class Layout:
    """Columns of one graph while they are being laid."""

    nodes: int
    words: int
    found: dict[frozenset[int], tuple[Ints, Bits]] = field(default_factory=dict)

    def add(self, needed: frozenset[int], at: Ints, measure: int, amount: Ints | int) -> None:
        """Put an amount at each of some nodes."""
        np.add.at(self._column(needed)[0][:, measure], at, amount)

    def carry(self, needed: frozenset[int], at: Ints, services: Bits) -> None:
        """Note e-services that are used at each of some nodes."""
        np.bitwise_or.at(self._column(needed)[1], at, services)

    def columns(self) -> Columns:
        """All of it as arrays."""
        needed = np.zeros((len(self.found), self.nodes), np.int64)
        for row, nodes in zip(needed, self.found, strict=True):
            row[list(nodes)] = 1
        weight = np.zeros((len(self.found), self.nodes, MEASURES), np.int64)
        carried = np.zeros((len(self.found), self.nodes, self.words), np.uint64)
        for k, (amount, services) in enumerate(self.found.values()):
            weight[k], carried[k] = amount, services
        return Columns(weight, carried, needed)

    def _column(self, needed: frozenset[int]) -> tuple[Ints, Bits]:
        if needed not in self.found:
            weight = np.zeros((self.nodes, MEASURES), np.int64)
            self.found[needed] = weight, np.zeros((self.nodes, self.words), np.uint64)
        return self.found[needed]


def bits_of(services: Ints, words: int) -> Bits:
    """A set of e-services, by number."""
    found = np.zeros(words, np.uint64)
    np.bitwise_or.at(found, services // 64, np.uint64(1) << (services % 64).astype(np.uint64))
    return found
