"""Which links are above their capacity when an element fails, and how much traffic is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from inventory.kept import Kept
from inventory.model.network import Network
from monitoring.reachability.compute import compute
from monitoring.reachability.down import Down, expand
from monitoring.reachability.loads.demand import Demand, Traffic, demand
from monitoring.reachability.loads.reroute import EXACT
from monitoring.reachability.loads.rerouting import Rerouting
from monitoring.reachability.loads.topology import Topology, topology
from monitoring.reachability.loads.usage import usage
from monitoring.reachability.loss import known
from monitoring.settings import PlanningSettings

TOWARDS = ("b", "a")
"""The end a direction of a link runs to."""


@dataclass(frozen=True, slots=True)
class Full:
    """A direction of a link above its capacity; rates are bits per second, ``towards`` is an end of the link."""

    link: str
    towards: str
    load_bps: int
    capacity_bps: int

    @property
    def share(self) -> float:
        """Load over capacity."""
        return round(self.load_bps / self.capacity_bps, 4)

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        shape = {"link": f"link:{self.link}", "towards": self.towards, "load_bps": self.load_bps}
        return {**shape, "capacity_bps": self.capacity_bps, "share": self.share}


@dataclass(frozen=True, slots=True)
class Overload:
    """What a failure does: links it fills above their capacity, and the traffic that has no way left (bit/s)."""

    element: str
    lost_down_bps: int
    lost_up_bps: int
    full: tuple[Full, ...]

    @property
    def worst(self) -> float:
        """The highest share; 0 when no link is above its capacity."""
        return max((full.share for full in self.full), default=0.0)

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        kind = self.element.partition(":")[0]
        shape: dict[str, Any] = {"element": self.element, "kind": kind, "overloaded": len(self.full)}
        shape |= {"worst_share": self.worst, "lost_down_bps": self.lost_down_bps, "lost_up_bps": self.lost_up_bps}
        return shape | {"links": [full.document() for full in self.full]}


@dataclass(frozen=True)
class Overloads:
    """Every failure that fills a link or loses traffic, the fullest first; ``base`` is what is full with all up."""

    base: tuple[Full, ...]
    without_path_bps: int
    failures: tuple[Overload, ...]
    tried: int

    def of(self, element: str) -> Overload:
        """One failure; nothing happens in those that are not listed."""
        return next((o for o in self.failures if o.element == element), Overload(element, 0, 0, ()))


def overloads(
    network: Network,
    day: date,
    measured: Mapping[str, Traffic] | None = None,
    elements: Iterable[str] | None = None,
    settings: PlanningSettings | None = None,
) -> Overloads:
    """Loads after every failure, or after those of ``elements`` alone; ``measured`` is traffic by site.

    What was asked of a network lately is not worked out again.
    """
    names = None if elements is None else tuple(str(known(network, element)) for element in elements)
    assumed = settings or PlanningSettings()
    seen = frozenset((measured or {}).items())
    return _kept(network, _Question(day, seen, names, assumed.model_dump_json(), assumed))


@dataclass(frozen=True)
class _Question:
    """All that loads depend on beside the network; settings are told apart by what they say."""

    day: date
    measured: frozenset[tuple[str, Traffic]]
    elements: tuple[str, ...] | None
    told: str
    settings: PlanningSettings = field(compare=False)


def _laid(network: Network, asked: _Question) -> Overloads:
    reach = compute(network, asked.day)
    place, used = topology(network, reach.access.fabric), usage(reach)
    wanted = demand(network, used, place.nodes, dict(asked.measured), asked.settings)
    if asked.elements is None:
        failures = list(place.failures())
    else:
        failures = [(name, expand(network, (name,))) for name in asked.elements]
    return rerouted(place, wanted, failures)


_kept = Kept(_laid, 8)


def rerouted(place: Topology, wanted: Demand, failures: list[tuple[str, Down]]) -> Overloads:
    """Lay the demand on the network, then try each failure."""
    work = Rerouting(place, wanted, failures)
    over, loads, lost = work.run()
    above = np.flatnonzero(work.load > place.capacity * (1 + EXACT))
    base = tuple(_full(place, int(d), work.load[d]) for d in above)
    filled: dict[int, list[Full]] = {}
    for (f, d), x in zip(over.tolist(), loads.tolist(), strict=True):
        filled.setdefault(f, []).append(_full(place, d, x))
    found = [
        Overload(failures[f][0], round(lost[f, 0]), round(lost[f, 1]), tuple(sorted(filled.get(f, ()), key=_order)))
        for f in np.flatnonzero((lost.sum(axis=1) >= 1) | np.isin(np.arange(len(failures)), list(filled))).tolist()
    ]
    found.sort(key=lambda o: (-o.worst, -o.lost_down_bps - o.lost_up_bps, o.element))
    return Overloads(base, round(work.without), tuple(found), len(failures))


def _full(place: Topology, direction: int, load: float) -> Full:
    link = place.names[direction // 2]
    return Full(link, TOWARDS[direction % 2], round(load), round(place.capacity[direction]))


def _order(full: Full) -> tuple[float, str, str]:
    return -full.share, full.link, full.towards
