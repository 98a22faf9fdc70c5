"""What is true now, worked out once and shared by all who ask within a moment: pages, REST, events, metrics."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.context import Context
from api.scope import in_network, network_for
from automation.drift_store import DriftStore
from automation.store import ChangeStore
from inventory.database.revision import When
from inventory.day import day_at
from inventory.model.network import Network
from monitoring.alerts.incidents import Incident, incidents_of
from monitoring.alerts.store import AlertStore
from monitoring.elements import DownElement, ElementStates
from monitoring.long_ago import latest_at
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.matrix_changes import changed
from monitoring.matrix_views import CellsAt
from monitoring.observations import ObservationStore
from monitoring.planner import Planner
from monitoring.probe_plan import alive_after, stale_after
from monitoring.reachability.compute import access_of
from monitoring.reasons import DriftFound
from monitoring.settings import ProbeSettings
from monitoring.sightings_feed import SightingsFeed

FRESH_SECONDS = 0.4

MOST_TOLD = 2_000
"""Changed cells one event tells; of what is beyond it only the number, so that the reader asks for the matrix."""


@dataclass(frozen=True)
class Now:
    """One moment: the inventory in force, the matrix, what is down, when elements were last seen, the incidents."""

    at: float
    network: Network
    matrix: Matrix
    down: Mapping[str, DownElement]
    seen: Mapping[str, float]
    heartbeats: Mapping[str, float]
    incidents: Sequence[Incident]

    @property
    def day(self) -> date:
        """The day the matrix was computed for."""
        return day_at(self.at)

    def part(self, tenant: str | None) -> "Now":
        """The same moment as a caller may see it: what belongs to a tenant, and no incident beyond that."""
        if tenant is None:
            return self
        network = network_for(tenant, self.network)
        matrix = self.matrix.part(network.site)
        down = {name: what for name, what in self.down.items() if in_network(name, network)}
        seen = {name: at for name, at in self.seen.items() if in_network(name, network)}
        heartbeats = {site: at for site, at in self.heartbeats.items() if site in network.site}
        return Now(self.at, network, matrix, down, seen, heartbeats, incidents_of(matrix, network))


@dataclass(frozen=True, eq=False)
class Picture:
    """A matrix and the elements that are down as open pages show them, comparable between two looks."""

    matrix: Matrix
    down: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.down == other.down and not len(changed(other.matrix, self.matrix))

    __hash__ = None  # type: ignore[assignment]


class Watch:
    """Reads the stores; safe to share between threads."""

    def __init__(self, context: Context, pace: ProbeSettings | None = None) -> None:
        self._context = context
        self._pace = pace or ProbeSettings()
        self.states = ElementStates(context.engine)
        self.observations = ObservationStore(context.engine)
        self.planner = Planner(self.observations, self._pace)
        self._findings = DriftStore(context.engine)
        self.changes = ChangeStore(context.engine)
        self.alerts = AlertStore(context.engine)
        self._feed, self._incidents = SightingsFeed(), tuple[Incident, ...]()
        self._lock = threading.Lock()
        self._kept: tuple[float, Now] | None = None
        self._parts: dict[str, Now] = {}

    def now(self, tenant: str | None = None) -> Now:
        """The state, at most 0.4 s old; a tenant's part of it when one is named."""
        with self._lock:
            at = time.monotonic()
            if self._kept is None or at - self._kept[0] > FRESH_SECONDS:
                self._kept = (at, self.look(self._context.inventory.network(), time.time()))
                self._parts = {}
            if tenant is None:
                return self._kept[1]
            if tenant not in self._parts:
                self._parts[tenant] = self._kept[1].part(tenant)
            return self._parts[tenant]

    def at(self, when: When | None, tenant: str | None = None) -> Now:
        """The state now, or of a moment of the past: the inventory and day of then, and what is kept of the probes.

        What is computed for the past takes out what was down then.
        A tenant's part of it when one is named.
        """
        if when is None:
            return self.now(tenant)
        network, at = self._context.inventory.network(when), self._context.inventory.instant(when)
        latest = latest_at(self._context.engine, at, stale_after(network, self._pace), self._pace)
        heartbeats: dict[str, float] = {}
        for (site, _), seen in latest.items():
            heartbeats[site] = max(seen.at, heartbeats.get(site, seen.at))
        down, patience = self.states.down_at(at), stale_after(network, self._pace)
        matrix = build(network, latest, down, heartbeats, at, patience)
        return Now(at, network, matrix, down, {}, heartbeats, incidents_of(matrix, network)).part(tenant)

    def look(self, network: Network, at: float) -> Now:
        """The state as seen against one inventory."""
        down, seen, heartbeats = self.states.down(), self.states.seen(), self.observations.heartbeats()
        day, silence = day_at(at), stale_after(network, self._pace)
        self.observations.speaks_for(silence)
        sightings = self._feed.arrange(access_of(network, day).axes, self.observations.latest())
        matrix = build(
            network,
            sightings,
            down,
            heartbeats,
            at,
            silence,
            alive_after=alive_after(network, self._pace),
            planned=self.planner.cover(network, at),
            looked_at=seen,
            drift=self._drift(),
            flapping=self._feed.flapping(at),
        )
        self._incidents = incidents_of(matrix, network, self._incidents)
        return Now(at, network, matrix, down, seen, heartbeats, self._incidents)

    def _drift(self) -> dict[str, DriftFound]:
        """What the last drift check found, by device."""
        return {f.device: DriftFound(f.at, f.drifted, f.text) for f in self._findings.latest()}

    def snapshot(self) -> dict[str, Any]:
        """What open pages show, comparable between two looks."""
        now = self.now()
        return {
            "matrix": Picture(now.matrix, frozenset(now.down)),
            "change": {change.id: str(change.state) for change in self.changes.list()},
            "alert": {a.fingerprint: (a.status, a.acknowledged_by) for a in self.alerts.all("firing")},
        }


def difference(topic: str, before: Any, after: Any) -> Any:
    """The content of an event: changed cells and elements, changed changes, alerts that began or ended."""
    if topic == "matrix":
        cells = CellsAt(after.matrix, changed(before.matrix, after.matrix))
        told = [cell.document() for cell in cells[:MOST_TOLD]]
        more = max(len(cells) - MOST_TOLD, 0)
        return {"cells": told, "more": more, "down": sorted(after.down), "up": sorted(before.down - after.down)}
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
