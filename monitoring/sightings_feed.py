"""Keeps what was seen in memory and reads from the store only the sites that were heard since the last look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, Select, case, null, select

from monitoring.observations import Latest
from monitoring.reachability.cells import Axes
from monitoring.sightings import Row, Sightings, row_of
from monitoring.tables import cells

SITES_AT_ONCE = 500
"""Sites asked for by name; where more were heard everything is read."""


@dataclass(eq=False)
class SightingsFeed:
    """The newest results of every cell; one for each process."""

    engine: Engine
    _heard: dict[str, float] = field(default_factory=dict)
    _rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    _kept: Sightings | None = None

    def read(self, axes: Axes, heartbeats: Mapping[str, float]) -> Sightings:
        """What was seen, given when each site was heard; these must have been read before, never after."""
        fresh = [site for site, at in heartbeats.items() if self._heard.get(site) != at]
        if fresh:
            for row in self._read(fresh):
                self._rows[row[0], row[1]] = row
            self._heard = dict(heartbeats)
        if fresh or self._kept is None or self._kept.axes is not axes:
            self._kept = Sightings.of(axes, self._rows.values())
        return self._kept

    def _read(self, sites: list[str]) -> Iterable[Row]:
        query = _QUERY if len(sites) > SITES_AT_ONCE else _QUERY.where(cells.c.site.in_(sites))
        with self.engine.connect() as connection:
            for site, service, at, ok, since, stage, text, last in connection.execute(query):
                if ok:
                    yield site, service, at, True, since, None, "", False, since
                else:
                    seen = tuple((then, good, where) for then, good, where in last)
                    yield row_of((site, service), Latest(at, False, since, stage, None, text, seen))


_of = cells.c
_QUERY: Select[Any] = select(
    _of.site, _of.service, _of.at, _of.ok, _of.since, _of.stage, _of.text, case((_of.ok, null()), else_=_of.last)
)
"""What went before matters only where the newest result is a failure."""
