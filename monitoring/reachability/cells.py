"""Sets of cells, (site, e-service), held as one array: a large region has millions of them and no set of pairs fits."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

type CellKey = tuple[str, str]
"""(site, service)"""

type Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Axes:
    """The sites and e-services of a network in inventory order: what the rows and columns of a mask stand for."""

    sites: tuple[str, ...]
    services: tuple[str, ...]

    @cached_property
    def site_at(self) -> dict[str, int]:
        """The row of each site."""
        return {slug: row for row, slug in enumerate(self.sites)}

    @cached_property
    def service_at(self) -> dict[str, int]:
        """The column of each e-service."""
        return {slug: column for column, slug in enumerate(self.services)}

    @property
    def shape(self) -> tuple[int, int]:
        """(sites, services)"""
        return len(self.sites), len(self.services)

    def with_those_of(self, other: "Axes") -> "Axes":
        """These axes with what only the other ones hold put behind."""
        if _alike(self, other):
            return self
        sites, services = dict.fromkeys(self.sites + other.sites), dict.fromkeys(self.services + other.services)
        return Axes(tuple(sites), tuple(services))

    def cells(self, among: Iterable[CellKey]) -> "Cells":
        """The set of those cells that lie on these axes."""
        mask = np.zeros(self.shape, np.bool_)
        for site, service in among:
            if site in self.site_at and service in self.service_at:
                mask[self.site_at[site], self.service_at[service]] = True
        return Cells(self, mask)


@dataclass(frozen=True, eq=False, repr=False)
class Cells(Set[CellKey]):
    """A set of cells; ``mask`` is bool of shape (sites, services) and is read-only from here on."""

    axes: Axes
    mask: Mask

    def __post_init__(self) -> None:
        self.mask.flags.writeable = False

    def __contains__(self, cell: object) -> bool:
        if not isinstance(cell, tuple) or len(cell) != 2:
            return False
        row, column = self.axes.site_at.get(cell[0]), self.axes.service_at.get(cell[1])
        return row is not None and column is not None and bool(self.mask[row, column])

    def __iter__(self) -> Iterator[CellKey]:
        sites, services = self.axes.sites, self.axes.services
        for row in np.flatnonzero(self.mask.any(axis=1)).tolist():
            for column in np.flatnonzero(self.mask[row]).tolist():
                yield sites[row], services[column]

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(np.count_nonzero(self.mask))

    def __bool__(self) -> bool:
        return bool(self.mask.any())

    def __repr__(self) -> str:
        return f"Cells({len(self)} of {len(self.axes.sites)} sites x {len(self.axes.services)} services)"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cells) and _alike(self.axes, other.axes):
            return bool(np.array_equal(self.mask, other.mask))
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: Set[Any]) -> "Cells":
        return Cells(self.axes, self.mask & self._fitted(other))

    def __sub__(self, other: Set[Any]) -> "Cells":
        return Cells(self.axes, self.mask & ~self._fitted(other))

    def __or__(self, other: Set[Any]) -> "Cells":
        """On the axes of both; what a plain set holds beyond these axes is put behind them."""
        if not isinstance(other, Cells):
            other = _spanned(other).cells(other)
        axes = self.axes.with_those_of(other.axes)
        return Cells(axes, self.on(axes).mask | other.on(axes).mask)

    def __rsub__(self, other: Set[Any]) -> frozenset[Any]:
        return frozenset(cell for cell in other if cell not in self)

    __rand__ = __and__
    __ror__ = __or__

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return frozenset(it)

    def row(self, site: str) -> Mask:
        """Which e-services of a site are in the set, shape (services,)."""
        found: Mask = self.mask[self.axes.site_at[site]]
        return found

    def column(self, service: str) -> Mask:
        """At which sites an e-service is in the set, shape (sites,)."""
        return self.mask[:, self.axes.service_at[service]]

    def on(self, axes: Axes) -> "Cells":
        """The same set on other axes, without the cells that do not lie on them."""
        return self if _alike(self.axes, axes) else Cells(axes, self._moved(axes))

    def _fitted(self, other: Set[Any]) -> Mask:
        """Another set as a mask on these axes."""
        if isinstance(other, Cells):
            return other.on(self.axes).mask
        return self.axes.cells(other).mask

    def _moved(self, axes: Axes) -> Mask:
        rows = [self.axes.site_at.get(site, -1) for site in axes.sites]
        columns = [self.axes.service_at.get(service, -1) for service in axes.services]
        framed = np.zeros((len(self.axes.sites) + 1, len(self.axes.services) + 1), np.bool_)
        framed[:-1, :-1] = self.mask
        moved: Mask = framed[np.ix_(rows, columns)]
        return moved


def _spanned(cells: Iterable[CellKey]) -> Axes:
    """The smallest axes on which all of some cells lie."""
    pairs = list(cells)
    return Axes(tuple(dict.fromkeys(a for a, _ in pairs)), tuple(dict.fromkeys(b for _, b in pairs)))


def _alike(one: Axes, other: Axes) -> bool:
    return one is other or one == other
