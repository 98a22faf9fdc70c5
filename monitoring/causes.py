"""Which of the things that are down explains a lost cell: the smallest set, and of those the one that explains most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from monitoring.elements import DownElement
from monitoring.reachability.access import Access
from monitoring.reachability.cells import CellKey
from monitoring.reachability.compute import Reach
from monitoring.reachability.down import expand
from monitoring.sightings import Places

PREFERENCE = ("srg", "service", "link", "device", "site")
"""Between elements that explain equally much. A cut link and an unanswering device behind it look alike, and
cables are cut more often than routers die; a router with several links explains more than any one of them."""

_taken: WeakKeyDictionary[Access, dict[str, Places]] = WeakKeyDictionary()
"""What each element alone takes away, kept as long as the plan it was worked out from."""


@dataclass(frozen=True, eq=False)
class Causes:
    """Explains what is lost with some elements down since some time (epoch seconds); one object serves every cell."""

    access: Access
    down: Mapping[str, float]

    @cached_property
    def now(self) -> Reach:
        """What works with everything that is down taken out."""
        return self.without(self.down)

    @cached_property
    def designed(self) -> Reach:
        """What works with everything up."""
        return self.without(())

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """What may be to blame, what takes most away first."""
        taken = {element: self.taken(element) for element in self._candidates()}
        return tuple(
            sorted(taken, key=lambda e: (-len(taken[e]), PREFERENCE.index(e.partition(":")[0]), self._since(e), e))
        )

    @cached_property
    def _sets(self) -> list[tuple[str, ...]]:
        """Sets found to explain cells that no element explains alone."""
        return []

    @cached_property
    def _owner(self) -> NDArray[np.int32]:
        """Of every cell, the place in ``ranked`` of the element that explains it; -1 where none does alone."""
        owner = np.full(self.designed.cells.mask.size, -1, np.int32)
        for number, element in enumerate(self.ranked):
            places = self.taken(element)
            owner[places[owner[places] < 0]] = number
        return owner

    def taken(self, element: str) -> Places:
        """Places of the cells that one element alone takes away."""
        known = _taken.setdefault(self.access, {})
        if element not in known:
            gone = self.designed.cells.mask & ~self.without([element]).cells.mask
            known[element] = np.flatnonzero(gone)
        return known[element]

    def without(self, elements: Iterable[str]) -> Reach:
        """Reachability with some elements taken out."""
        return Reach(self.access, expand(self.access.network, elements))

    def of(self, cell: CellKey) -> tuple[str, ...]:
        """The elements that explain a lost cell, the one to look at first first."""
        axes = self.access.axes
        owner = self._owner[axes.site_at[cell[0]] * len(axes.services) + axes.service_at[cell[1]]]
        return (self.ranked[owner],) if owner >= 0 else self._together(cell)

    def _together(self, cell: CellKey) -> tuple[str, ...]:
        """Elements none of which explains the cell alone: a set of which no one can be spared."""
        for known in self._sets:
            if self._lost(cell, known):
                return known
        needed = list(reversed(self.ranked))
        size = len(needed)
        while size:
            start = 0
            while start < len(needed):
                fewer = needed[:start] + needed[start + size :]
                if self._lost(cell, fewer):
                    needed = fewer
                else:
                    start += size
            size //= 2
        self._sets.append(tuple(reversed(needed)))
        return self._sets[-1]

    def _lost(self, cell: CellKey, elements: Iterable[str]) -> bool:
        return self.without(elements).blocker(*cell) is not None

    def _candidates(self) -> list[str]:
        """What is down, and shared risks all of whose links (two or more) are down."""
        links: dict[str, set[str]] = {}
        for link in self.access.network.links:
            for srg in link.srgs:
                links.setdefault(f"srg:{srg}", set()).add(f"link:{link.slug}")
        shared = [srg for srg, members in links.items() if len(members) > 1 and members <= self.down.keys()]
        return [e for e in self.down if e.partition(":")[0] in PREFERENCE] + shared

    def _since(self, element: str) -> float:
        return self.down.get(element, 0.0)


def words(elements: Iterable[str], down: Mapping[str, DownElement]) -> str:
    """Elements with the evidence against them."""
    return " and ".join(f"{element} is down ({against(element, down)})" for element in elements)


def against(element: str, down: Mapping[str, DownElement]) -> str:
    """The evidence against one element."""
    return down[element].evidence if element in down else "all links that share this risk are down"
