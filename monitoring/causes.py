"""Which of the things that are down explains a lost cell: the smallest set, and of those the one that explains most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from monitoring.elements import DownElement
from monitoring.reachability.access import Access
from monitoring.reachability.cells import CellKey, Cells
from monitoring.reachability.compute import Reach
from monitoring.reachability.down import expand

PREFERENCE = ("srg", "service", "link", "device", "site")
"""Between elements that explain equally much. A cut link and an unanswering device behind it look alike, and
cables are cut more often than routers die; a router with several links explains more than any one of them."""


@dataclass(frozen=True)
class Causes:
    """Explains what is lost with ``down`` taken out; one object serves every cell."""

    access: Access
    down: Mapping[str, DownElement]

    @cached_property
    def now(self) -> Reach:
        """What works with everything that is down taken out."""
        return self.without(self.down)

    @cached_property
    def designed(self) -> Reach:
        """What works with everything up."""
        return self.without(())

    @cached_property
    def lost(self) -> Cells:
        """Cells that would work if nothing were down."""
        return self.designed.cells - self.now.cells

    @cached_property
    def explained(self) -> dict[str, Cells]:
        """The lost cells that each element alone would take away, best explanation first."""
        found = {element: self.lost - self.without([element]).cells for element in self._candidates()}
        ranked = sorted(found, key=lambda e: (-len(found[e]), PREFERENCE.index(e.partition(":")[0]), self._since(e), e))
        return {element: found[element] for element in ranked}

    def without(self, elements: Iterable[str]) -> Reach:
        """Reachability with some elements taken out."""
        return Reach(self.access, expand(self.access.network, elements))

    def of(self, cell: CellKey) -> tuple[str, ...]:
        """The elements that explain a lost cell, the one to look at first first."""
        for element, cells in self.explained.items():
            if cell in cells:
                return (element,)
        for pair in combinations(self.explained, 2):
            if not self.without(pair)(*cell):
                return pair
        return self._minimal(cell)

    def words(self, elements: Iterable[str]) -> str:
        """Elements with the evidence against them."""
        return " and ".join(f"{e} is down ({self._evidence(e)})" for e in elements)

    def _minimal(self, cell: CellKey) -> tuple[str, ...]:
        """A set of which no element can be spared."""
        needed = list(self.down)
        for element in reversed(list(self.explained)):
            fewer = [e for e in needed if e != element]
            if element in needed and not self.without(fewer)(*cell):
                needed = fewer
        return tuple(needed)

    def _candidates(self) -> list[str]:
        """What is down, and shared risks all of whose links (two or more) are down."""
        links: dict[str, set[str]] = {}
        for link in self.access.network.links:
            for srg in link.srgs:
                links.setdefault(f"srg:{srg}", set()).add(f"link:{link.slug}")
        shared = [srg for srg, members in links.items() if len(members) > 1 and members <= self.down.keys()]
        return [e for e in self.down if e.partition(":")[0] in PREFERENCE] + shared

    def _since(self, element: str) -> float:
        return self.down[element].since if element in self.down else 0.0

    def _evidence(self, element: str) -> str:
        return self.down[element].evidence if element in self.down else "all links that share this risk are down"
