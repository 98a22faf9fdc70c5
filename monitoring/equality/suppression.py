"""Which groups must not be shown: those that are too small, and those from which a small one could be worked out.

What is published of a group are sums over its sites (people, and people times share). A hidden group leaks when its sum
is a sum or difference of published ones: by subtraction from the total, or across two tables (all schools belong to one
tenant). Then the smallest group that takes part in the sum is hidden too, until nothing leaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitoring.equality.formula import Ints

NEGLIGIBLE = 1e-6

type Group = tuple[int, int]
"""(table, number of the group in it)"""


@dataclass(frozen=True)
class Limits:
    """Fewer sites or people than these are too few."""

    sites: int
    people: int


def hidden(tables: Sequence[Ints], people: Ints, limits: Limits) -> frozenset[Group]:
    """Groups that must not be shown; each table is the group number of every site, the total is always shown."""
    sums = _Sums(tables, people)
    found = {group for group in sums.groups if sums.small([group], limits)}
    while True:
        more = _beside(sums, found, limits) or _leaking(sums, found, limits)
        if more is None:
            return frozenset(found)
        found.add(more)


class _Sums:
    """Sites and people of every group, and every group as a row over the atoms: sites that share all their groups."""

    def __init__(self, tables: Sequence[Ints], people: Ints) -> None:
        labels = np.stack(tables, axis=1) if len(people) else np.zeros((0, len(tables)), np.int64)
        atoms, atom = np.unique(labels, axis=0, return_inverse=True)
        self.groups: list[Group] = [(t, int(g)) for t in range(len(tables)) for g in np.unique(labels[:, t])]
        self.row = {(t, g): (atoms[:, t] == g).astype(np.float64) for t, g in self.groups}
        self._sites = np.bincount(atom.ravel(), minlength=len(atoms)).astype(np.float64)
        self._people = np.bincount(atom.ravel(), people, len(atoms))
        self.everything = np.ones(len(atoms))

    def size(self, group: Group) -> tuple[float, float]:
        """People and sites."""
        return float(self.row[group] @ self._people), float(self.row[group] @ self._sites)

    def small(self, groups: Sequence[Group], limits: Limits) -> bool:
        """Whether groups of one table are too small together."""
        people, sites = (sum(self.size(group)[k] for group in groups) for k in range(2))
        return sites < limits.sites or people < limits.people

    def smallest(self, among: Sequence[Group]) -> Group | None:
        """The one that is missed least."""
        return min(among, key=lambda group: (self.size(group), group), default=None)


def _beside(sums: _Sums, found: set[Group], limits: Limits) -> Group | None:
    """A group to hide beside those of a table that the total would give away."""
    for table in {t for t, _ in found}:
        gone = [group for group in sums.groups if group[0] == table and group in found]
        left = [group for group in sums.groups if group[0] == table and group not in found]
        if left and (len(gone) == 1 or sums.small(gone, limits)):
            return sums.smallest(left)
    return None


def _leaking(sums: _Sums, found: set[Group], limits: Limits) -> Group | None:
    """A group to hide because a hidden one is a sum or difference of what is shown."""
    shown = [group for group in sums.groups if group not in found]
    if not found or not shown:
        return None
    rows = np.stack([sums.everything, *(sums.row[group] for group in shown)])
    for group in sorted(found):
        if not sums.small([group], limits):
            continue  # large in itself: it is hidden for the sake of another
        mix: NDArray[np.float64] = np.linalg.lstsq(rows.T, sums.row[group], rcond=None)[0]
        if np.abs(mix @ rows - sums.row[group]).max() < NEGLIGIBLE:
            parts = [g for g, share in zip(shown, mix[1:], strict=True) if abs(share) > NEGLIGIBLE]
            return sums.smallest(parts)
    return None
