"""The losses of every element: links, devices, sites, risk groups and e-services, each failing while the rest is up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from monitoring.reachability.sweep.kernel import Ints


@dataclass(frozen=True, slots=True)
class Toll:
    """What an element costs when it fails: entitled cells, sites that lose at least one, their people, e-services."""

    element: str
    cells: int
    sites: int
    people: int
    services: int


@dataclass(frozen=True, eq=False)
class Atlas:
    """Every element with its toll; ``amounts`` are cells, sites, people and e-services, shape (elements, 4)."""

    day: date
    elements: tuple[str, ...]
    amounts: Ints

    @cached_property
    def tolls(self) -> tuple[Toll, ...]:
        """All tolls, in inventory order."""
        return tuple(self._tolls(np.arange(len(self.elements))))

    @cached_property
    def toll(self) -> Mapping[str, Toll]:
        """Tolls by element."""
        return {toll.element: toll for toll in self.tolls}

    @cached_property
    def worst(self) -> tuple[Toll, ...]:
        """Elements that cost something, the most people first."""
        costly = self._tolls(np.flatnonzero(self.amounts[:, 0]))
        return tuple(sorted(costly, key=lambda t: (-t.people, -t.cells, t.element)))

    def _tolls(self, numbers: Ints) -> list[Toll]:
        return [Toll(self.elements[n], *self.amounts[n].tolist()) for n in numbers.tolist()]
