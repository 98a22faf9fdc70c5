"""Cells of a matrix as Python collections; each is made when it is looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from monitoring.cell import Cell
from monitoring.reachability.cells import CellKey
from monitoring.sightings import Places

if TYPE_CHECKING:
    from monitoring.matrix import Matrix


@dataclass(frozen=True, eq=False)
class CellsAt(Sequence[Cell]):
    """The cells at some places of a matrix."""

    matrix: "Matrix"
    places: range | Places

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Cell]:
        return (self.matrix.make(int(place)) for place in self.places)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> "CellsAt": ...
    def __getitem__(self, index: int | slice) -> "Cell | CellsAt":
        if isinstance(index, slice):
            return CellsAt(self.matrix, self.places[index])
        return self.matrix.make(int(self.places[index]))


@dataclass(frozen=True, eq=False)
class ByKey(Mapping[CellKey, Cell]):
    """The cells of a matrix by (site, service)."""

    matrix: "Matrix"

    def __getitem__(self, key: CellKey) -> Cell:
        axes = self.matrix.axes
        return self.matrix.make(axes.site_at[key[0]] * len(axes.services) + axes.service_at[key[1]])

    def __iter__(self) -> Iterator[CellKey]:
        return ((site, service) for site in self.matrix.sites for service in self.matrix.services)

    def __len__(self) -> int:
        return len(self.matrix.cells)
