"""What every single failure cuts off: only devices that are not with the rest have a mark, so that little is kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from monitoring.reachability.advice.walk import walk
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Fabric

OFF = -1
"""The mark of a device that does not work."""


@dataclass(frozen=True)
class Cut:
    """A failure and the marks it makes; without one, a device is with the part it belongs to with everything up."""

    element: str
    down: Down
    marks: Mapping[str, int] = field(default_factory=dict)


class Ground:
    """The routers that forward, the hotspots that hang on them, and the parts they form with everything up."""

    def __init__(self, fabric: Fabric, starts: Iterable[str]) -> None:
        self.leaves, self.devices = fabric.leaves, frozenset(fabric.edges)
        self.edges = {
            node: [(e.neighbour, e.link) for e in held if e.neighbour not in fabric.leaves]
            for node, held in fabric.edges.items()
            if node not in fabric.leaves
        }
        self.uplinks = {leaf: [(e.neighbour, e.link) for e in fabric.edges[leaf]] for leaf in fabric.leaves}
        self.walk = walk(self.edges, [s for s in starts if s in self.edges])
        self.hanging: dict[str, set[str]] = {}
        self.hung_by: dict[str, str] = {}
        for leaf, held in self.uplinks.items():
            for neighbour, link in held:
                self.hanging.setdefault(neighbour, set()).add(leaf)
                self.hung_by[link] = leaf
        self._fabric, self._names = fabric, tuple(fabric.number)
        self._whole = fabric.islands(Down()).label
        self._forwards = np.array([name not in fabric.leaves for name in self._names], np.bool_)
        self.part = {name: int(self._whole[n]) for n, name in enumerate(self._names)}

    def cuts(self, failures: Iterable[tuple[str, Down]]) -> Iterator[Cut]:
        """The marks of every failure."""
        by_link = self.walk.behind_link()
        for element, down in failures:
            if len(down.devices) + len(down.links) > 1:
                marks = self._together(down)
            else:
                parts = [by_link[link] for link in down.links if link in by_link]
                parts += [p for d in down.devices if d in self.edges for p in self.walk.behind_device(d)]
                marks = {node: -2 - number for number, part in enumerate(parts) for node in part}
            yield Cut(element, down, marks | dict.fromkeys(down.devices & self.devices, OFF))

    def _together(self, down: Down) -> dict[str, int]:
        """The marks when several links or devices fail together; the largest of what is left of a part has none."""
        label = self._fabric.islands(down).label
        changed = np.unique(self._whole[(label != self._whole) & self._forwards])
        marks: dict[str, int] = {}
        for part in changed.tolist():
            left = np.flatnonzero((self._whole == part) & self._forwards & (label >= 0))
            names, counts = np.unique(label[left], return_counts=True)
            main = names[counts.argmax()] if len(names) else OFF
            marks |= {self._names[n]: -2 - int(label[n]) for n in left if label[n] != main}
        return marks
