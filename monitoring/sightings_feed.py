"""Keeps what was seen as arrays, and arranges anew only the cells that were probed since the last look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.flaps import merit
from monitoring.observation import Latest
from monitoring.reachability.cells import Axes, CellKey
from monitoring.settings import FlapSettings
from monitoring.sightings import Sightings, row_of


@dataclass(eq=False)
class SightingsFeed:
    """Arrays of the newest results; one for each reader, whose looks come one after another."""

    pace: FlapSettings = field(default_factory=FlapSettings)
    _latest: Mapping[CellKey, Latest] = field(default_factory=dict)
    _kept: Sightings | None = None
    _restless: dict[CellKey, Latest] = field(default_factory=dict)

    def arrange(self, axes: Axes, latest: Mapping[CellKey, Latest]) -> Sightings:
        """The newest results on some axes."""
        known = self._latest
        fresh = {key: cell for key, cell in latest.items() if known.get(key) is not cell} if latest is not known else {}
        self._latest = latest
        self._restless.update({key: cell for key, cell in fresh.items() if self._often(cell)})
        if self._kept is None or self._kept.axes is not axes or any(key not in known for key in fresh):
            self._kept = Sightings.of_latest(axes, latest)
        elif fresh:
            self._kept = self._kept.with_rows(row_of(key, cell) for key, cell in fresh.items())
        return self._kept

    def flapping(self, now: float) -> frozenset[CellKey]:
        """Cells that come and go too often at an instant (epoch seconds)."""
        held = {key: cell for key, cell in self._restless.items() if merit(cell.changes, now, self.pace).held}
        self._restless = held  # what is let go comes back with its next result, if at all
        return frozenset(held)

    def _often(self, cell: Latest) -> bool:
        """Whether a cell has changed so often that it may be held."""
        return (len(cell.changes) - 1) * self.pace.penalty >= self.pace.suppress
