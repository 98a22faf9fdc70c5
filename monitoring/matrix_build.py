"""Puts the matrix together from what is intended and what was seen, by operations on whole arrays."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inventory.day import day_at
from inventory.kept import Kept
from inventory.model.device import Role
from inventory.model.network import Network
from monitoring.causes import Causes
from monitoring.elements import DownElement
from monitoring.matrix import Matrix, judged
from monitoring.observation import Latest
from monitoring.reachability.access import Access
from monitoring.reachability.cells import CellKey
from monitoring.reachability.compute import access_of
from monitoring.reasons import NO_TIMES, DriftFound, Known, Reasons
from monitoring.sightings import NEVER, OK, Bits, Seen, Sightings
from monitoring.spread import Spread

SAMPLE = 3
"""Sites of a class that must be ok before the class counts as sampled."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What the matrix needs of a network whatever is up: who is of which class, and who has an agent."""

    access: Access
    _rows: list[tuple[list[str], NDArray[np.int64]]] = field(default_factory=list)
    """Names in the order of the heartbeats of the last look, and their rows; one past the last where there is none."""

    def heard(self, heartbeats: Mapping[str, float]) -> NDArray[np.float64]:
        """When each site was heard. Who was heard of at all hardly ever changes, so rows are looked up once."""
        names, axes = list(heartbeats), self.access.axes
        if not self._rows or self._rows[0][0] != names:
            rows = [axes.site_at.get(name, len(axes.sites)) for name in names]
            self._rows[:] = [(names, np.array(rows, np.int64))]
        heard = np.full(len(axes.sites) + 1, -np.inf)
        heard[self._rows[0][1]] = np.fromiter(heartbeats.values(), np.float64, len(names))
        return heard[:-1]

    @cached_property
    def vantages(self) -> frozenset[str]:
        """Sites with an agent of their own."""
        return frozenset(d.site for d in self.access.network.devices if d.role is Role.AGENT)

    @cached_property
    def classes(self) -> NDArray[np.int64]:
        """A number of its class for each site."""
        known: dict[str, int] = {}
        found = [known.setdefault(site.site_class, len(known)) for site in self.access.network.sites]
        return np.array(found, np.int64)


def _ground(network: Network, day: date) -> Ground:
    return Ground(access_of(network, day))


_grounds = Kept(_ground, 6)


def build(
    network: Network,
    latest: Mapping[CellKey, Latest] | Sightings,
    down: Mapping[str, DownElement],
    heartbeats: Mapping[str, float],
    now: float,
    stale_after: float,
    *,
    alive_after: float | None = None,
    planned: Container[CellKey] | None = None,
    looked_at: Mapping[str, float] = NO_TIMES,
    drift: Mapping[str, DriftFound] | None = None,
    flapping: Iterable[CellKey] = (),
) -> Matrix:
    """The matrix at an instant (epoch seconds); pure but for a memory of what was computed last.

    A cell is stale after ``stale_after`` seconds of silence, an agent after ``alive_after``, which is the same unless
    given. ``planned`` are the cells probed directly, all unless given. ``looked_at`` says when elements were last
    seen, ``drift`` what the last drift check found of devices.
    """
    ground = _grounds(network, day_at(now))
    causes = _causes(ground.access, down)
    axes = ground.access.axes
    sightings = latest if isinstance(latest, Sightings) else Sightings.of_latest(axes, latest)
    seen = Seen(sightings, now, stale_after)
    seen = seen if planned is None else seen.planned(planned)
    entitled, computed = ground.access.entitled.mask, causes.now.cells.mask
    observed = np.zeros(computed.shape, np.uint8)
    place = seen.sightings.place
    observed.reshape(-1)[place] = seen.code
    alive = ground.heard(heartbeats) >= now - (alive_after or stale_after)
    sampled = _sampled(ground, seen, computed & (observed == NEVER), alive)
    observed |= sampled.view(np.uint8)  # the code of ok is 1
    verdict = (sampled & entitled).view(np.uint8)
    verdict.reshape(-1)[place] = judged(entitled.reshape(-1)[place], computed.reshape(-1)[place], seen.code)
    return Matrix(
        now,
        axes,
        ground.vantages,
        entitled,
        causes.designed.cells.mask,
        computed,
        observed,
        verdict,
        sampled,
        seen,
        Reasons(causes, Spread(seen, entitled, computed), Known(down, looked_at, heartbeats, drift or {})),
        frozenset(flapping),
    )


def _sampled(ground: Ground, seen: Seen, candidates: Bits, alive: Bits) -> Bits:
    """Cells nobody probes that are taken as ok: the site is alive, and enough sites of its class are ok."""
    sites, services = candidates.shape
    if not sites or not services:
        return candidates
    classes = ground.classes
    working = seen.sightings.place[seen.code == OK]
    nobody = int(classes.max()) + 1
    kinds = classes[working // services] * services + working % services
    enough = np.bincount(kinds, minlength=(nobody + 1) * services).reshape(-1, services) >= SAMPLE
    if not enough.any():
        return np.zeros_like(candidates)
    found: Bits = candidates & enough.take(np.where(alive, classes, nobody), axis=0)
    return found


_last: list[Causes] = []


def _causes(access: Access, down: Mapping[str, DownElement]) -> Causes:
    """What was computed last, as long as the plan and the elements that are down stay the same."""
    since = {element: state.since for element, state in down.items()}
    known = next((causes for causes in _last if causes.access is access and causes.down == since), None)
    if known is None:
        known = Causes(access, since)
        _last[:] = [known, *_last[:1]]
    return known
