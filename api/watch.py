"""What is true now, worked out once and shared by all who ask within a moment: pages, REST, events, metrics."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.context import Context
from api.scope import in_network, network_for
from automation.store import ChangeStore
from inventory.database.revision import When
from inventory.day import day_at
from inventory.model.network import Network
from monitoring.alerts.incidents import Incident, group
from monitoring.alerts.store import AlertStore
from monitoring.elements import DownElement, ElementStates
from monitoring.matrix import Matrix, build
from monitoring.observations import ObservationStore
from monitoring.settings import ProbeSettings

FRESH_SECONDS = 0.4


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
        cells = tuple(cell for cell in self.matrix.cells if cell.site in network.site)
        sites = tuple(site for site in self.matrix.sites if site in network.site)
        matrix = Matrix(self.matrix.at, sites, self.matrix.services, cells, self.matrix.vantages & network.site.keys())
        down = {name: what for name, what in self.down.items() if in_network(name, network)}
        seen = {name: at for name, at in self.seen.items() if in_network(name, network)}
        heartbeats = {site: at for site, at in self.heartbeats.items() if site in network.site}
        return Now(self.at, network, matrix, down, seen, heartbeats, group(cells, network))


class Watch:
    """Reads the stores; safe to share between threads."""

    def __init__(self, context: Context, pace: ProbeSettings | None = None) -> None:
        self._context = context
        self._stale_after = (pace or ProbeSettings()).stale_after
        self.states = ElementStates(context.engine)
        self.observations = ObservationStore(context.engine)
        self.changes = ChangeStore(context.engine)
        self.alerts = AlertStore(context.engine)
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

        What was down then is not kept, so what is computed for the past has everything up.
        A tenant's part of it when one is named.
        """
        if when is None:
            return self.now(tenant)
        network, at = self._context.inventory.network(when), self._context.inventory.instant(when)
        latest = self.observations.latest_at(at)
        heartbeats: dict[str, float] = {}
        for (site, _), seen in latest.items():
            heartbeats[site] = max(seen.at, heartbeats.get(site, seen.at))
        matrix = build(network, latest, {}, heartbeats, at, self._stale_after)
        return Now(at, network, matrix, {}, {}, heartbeats, group(matrix.cells, network)).part(tenant)

    def look(self, network: Network, at: float) -> Now:
        """The state as seen against one inventory."""
        down, heartbeats = self.states.down(), self.observations.heartbeats()
        matrix = build(network, self.observations.latest(), down, heartbeats, at, self._stale_after)
        return Now(at, network, matrix, down, self.states.seen(), heartbeats, group(matrix.cells, network))

    def snapshot(self) -> dict[str, Any]:
        """What open pages show, comparable between two looks."""
        now = self.now()
        return {
            "matrix": (now.matrix.cells, frozenset(now.down)),
            "change": {change.id: str(change.state) for change in self.changes.list()},
            "alert": {a.fingerprint: (a.status, a.acknowledged_by) for a in self.alerts.all("firing")},
        }


def difference(topic: str, before: Any, after: Any) -> Any:
    """The content of an event: changed cells and elements, changed changes, alerts that began or ended."""
    if topic == "matrix":
        (cells_before, down_before), (cells, down) = before, after
        known = {(cell.site, cell.service): cell for cell in cells_before}
        changed = [cell.document() for cell in cells if known.get((cell.site, cell.service)) != cell]
        return {"cells": changed, "down": sorted(down), "up": sorted(down_before - down)}
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
