"""What was seen, as arrays: one entry for each cell that was ever probed, however large the matrix around it is."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitoring.cell import Basis, Observed, Sight
from monitoring.observation import Latest
from monitoring.reachability.cells import Axes, CellKey

type Codes = NDArray[np.uint8]
type Bits = NDArray[np.bool_]
type Floats = NDArray[np.float64]
type Places = NDArray[np.int64]
"""Places of cells: row × number of services + column."""

OBSERVED = (Observed.NEVER, Observed.OK, Observed.FAILED, Observed.STALE)
NEVER, OK, FAILED, STALE = range(4)
"""Codes of what is observed, as the octets of the contract have them."""

STAGES = (None, "dns", "tcp", "tls", "http", "icmp")
STAGE_CODE = {stage: code for code, stage in enumerate(STAGES)}

type Row = tuple[str, str, float, bool, float, str | None, str, bool, float]
"""site, service, at, ok, since, stage, text, whether the result before was good, since when that good run lasted."""


def row_of(key: CellKey, latest: Latest) -> Row:
    """What of a cell's newest results decides how it is seen."""
    before = not latest.ok and len(latest.last) > 1 and latest.last[-2][1]
    good = _run_start(latest) if before else latest.since
    return (*key, latest.at, latest.ok, latest.since, latest.stage, latest.text, before, good)


def _run_start(latest: Latest) -> float:
    """Start of the good run before the newest result, as far as it is remembered."""
    start = latest.at
    for at, ok, _ in reversed(latest.last[:-1]):
        if not ok:
            break
        start = at
    return start


@dataclass(frozen=True, eq=False)
class Sightings:
    """Arrays of equal length, ordered by ``place``; times are epoch seconds."""

    axes: Axes
    place: Places
    at: Floats
    ok: Bits
    since: Floats
    stage: Codes
    text: NDArray[np.object_]
    before: Bits
    good: Floats

    @classmethod
    def of(cls, axes: Axes, rows: Iterable[Row]) -> "Sightings":
        """Arrange rows; those of sites or services that the axes do not hold are left out."""
        sites, services, width = axes.site_at, axes.service_at, len(axes.services)
        known = [(sites[r[0]] * width + services[r[1]], r) for r in rows if r[0] in sites and r[1] in services]
        known.sort(key=lambda pair: pair[0])
        columns: list[Any] = list(zip(*(r for _, r in known), strict=True)) or [()] * 9
        text = np.empty(len(known), object)
        text[:] = columns[6]
        return cls(
            axes,
            np.array([place for place, _ in known], np.int64),
            np.array(columns[2], np.float64),
            np.array(columns[3], np.bool_),
            np.array(columns[4], np.float64),
            np.array([STAGE_CODE.get(stage, 0) for stage in columns[5]], np.uint8),
            text,
            np.array(columns[7], np.bool_),
            np.array(columns[8], np.float64),
        )

    @classmethod
    def of_latest(cls, axes: Axes, latest: Mapping[CellKey, Latest]) -> "Sightings":
        """Arrange the newest results as the store gives them."""
        return cls.of(axes, (row_of(key, newest) for key, newest in latest.items()))

    def with_rows(self, rows: Iterable[Row]) -> "Sightings":
        """The same with newer rows of cells that are here; others are left out."""
        fresh = Sightings.of(self.axes, rows)
        at = np.searchsorted(self.place, fresh.place)
        columns: dict[str, Any] = {}
        for name in ("at", "ok", "since", "stage", "text", "before", "good"):
            columns[name] = getattr(self, name).copy()
            columns[name][at] = getattr(fresh, name)
        return replace(self, **columns)


@dataclass(frozen=True, eq=False)
class Seen:
    """Sightings as they are to be read at an instant: one failed probe after a good one is not yet a failure."""

    sightings: Sightings
    now: float
    stale_after: float

    @cached_property
    def code(self) -> Codes:
        """OK, FAILED or STALE of each sighting."""
        s = self.sightings
        fresh = np.where(s.ok | s.before, np.uint8(OK), np.uint8(FAILED))
        return np.where(self.now - s.at > self.stale_after, np.uint8(STALE), fresh)

    @cached_property
    def stage(self) -> Codes:
        """Stage at which each one failed, 0 where it did not."""
        return np.where(self.code == OK, np.uint8(0), self.sightings.stage)

    @cached_property
    def since(self) -> Floats:
        """Since when it has been so."""
        s = self.sightings
        fresh = np.where(~s.ok & s.before, s.good, s.since)
        return np.where(self.code == STALE, s.at, fresh)

    def planned(self, planned: Container[CellKey]) -> "Seen":
        """The same without silent cells that nobody plans to probe any more: of these nothing is known."""
        s = self.sightings
        silent = np.flatnonzero(self.code == STALE)
        gone = [n for n in silent.tolist() if _key(s.axes, int(s.place[n])) not in planned]
        return self._kept(np.delete(np.arange(len(s.place)), gone)) if gone else self

    def index(self, place: int) -> int | None:
        """Where the sighting of a cell is; null when it was never probed."""
        places = self.sightings.place
        found = int(np.searchsorted(places, place))
        return found if found < len(places) and places[found] == place else None

    def part(self, axes: Axes, rows: Places) -> "Seen":
        """What was seen at some rows, as the rows of other axes; the rows ascend."""
        s, width = self.sightings, len(axes.services)
        row = s.place // width if width else s.place
        place = np.searchsorted(rows, row)
        kept = np.isin(row, rows)
        moved = place[kept] * width + s.place[kept] % max(width, 1)
        found = self._kept(np.flatnonzero(kept)).sightings
        return Seen(replace(found, axes=axes, place=moved), self.now, self.stale_after)

    def _kept(self, which: Places) -> "Seen":
        s = self.sightings
        found = Sightings(
            s.axes, s.place[which], s.at[which], s.ok[which], s.since[which], s.stage[which], s.text[which],
            s.before[which], s.good[which],
        )  # fmt: skip
        return Seen(found, self.now, self.stale_after)

    def sight(self, index: int) -> Sight:
        """One sighting."""
        code, s = int(self.code[index]), self.sightings
        text = str(s.text[index]) if code != OK else ""
        return Sight(OBSERVED[code], STAGES[self.stage[index]], Basis.DIRECT, float(self.since[index]), text)


def _key(axes: Axes, place: int) -> CellKey:
    row, column = divmod(place, len(axes.services))
    return axes.sites[row], axes.services[column]
