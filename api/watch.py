"""What is true now, worked out once and shared by all who ask within a moment: pages, REST, events, metrics."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.context import Context
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

    def now(self) -> Now:
        """The state, at most 0.4 s old."""
        with self._lock:
            at = time.monotonic()
            if self._kept is None or at - self._kept[0] > FRESH_SECONDS:
                self._kept = (at, self.look(self._context.inventory.network(), time.time()))
            return self._kept[1]

    def at(self, when: When | None) -> Now:
        """The state now, or of a moment of the past: the inventory and day of then, and what is kept of the probes.

        What was down then is not kept, so what is computed for the past has everything up.
        """
        if when is None:
            return self.now()
        network, at = self._context.inventory.network(when), self._context.inventory.instant(when)
        latest = self.observations.latest_at(at)
        heartbeats: dict[str, float] = {}
        for (site, _), seen in latest.items():
            heartbeats[site] = max(seen.at, heartbeats.get(site, seen.at))
        matrix = build(network, latest, {}, heartbeats, at, self._stale_after)
        return Now(at, network, matrix, {}, {}, heartbeats, group(matrix.cells, network))

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
