"""The site × e-service matrix: entitled, designed, computed and observed side by side, with verdicts and reasons.

Everything is an array of sites by services; a :class:`~monitoring.cell.Cell` is made only for those who ask for one,
and its reason is looked for only then. What is true of cells that were ever probed is kept for these alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from monitoring.cell import Basis, Cell, Observed, Reason, Sight, Verdict, instant, judge
from monitoring.evidence import Witness
from monitoring.matrix_views import ByKey, CellsAt
from monitoring.reachability.cells import Axes, CellKey
from monitoring.reasons import Reasons
from monitoring.sightings import FAILED, NEVER, OBSERVED, OK, STALE, Bits, Codes, Places, Seen

VERDICTS = (Verdict.UNKNOWN, Verdict.OK, Verdict.LOST, Verdict.LEAK, Verdict.BLOCKED)
VERDICT_CODE = {verdict: code for code, verdict in enumerate(VERDICTS)}
LOST, LEAK = VERDICT_CODE[Verdict.LOST], VERDICT_CODE[Verdict.LEAK]

type Blamed = tuple[CellKey, str | None]
"""A lost cell, and the element to blame."""

NO_BLAME: Mapping[CellKey, str] = MappingProxyType({})

_JUDGED = np.array(
    [VERDICT_CODE[judge(bool(bits & 1), bool(bits & 2), observed)] for observed in OBSERVED for bits in range(4)],
    np.uint8,
)
"""Verdict of a cell that was probed, by observed × 4 + computed × 2 + entitled."""


def judged(entitled: Bits, computed: Bits, code: Codes) -> Codes:
    """Verdicts of cells that were probed."""
    found: Codes = _JUDGED[(code << 2) | (computed.view(np.uint8) << 1) | entitled.view(np.uint8)]
    return found


@dataclass(frozen=True, eq=False)
class Matrix:
    """Every cell at an instant (epoch seconds); arrays have a row for each site and a column for each service."""

    at: float
    axes: Axes
    vantages: frozenset[str]
    """Sites with an agent of their own, over which agreement is counted."""
    entitled: Bits
    designed: Bits
    computed: Bits
    observed: Codes
    verdict: Codes
    sampled: Bits
    seen: Seen
    reasons: Reasons
    flapping: frozenset[CellKey] = frozenset()

    @property
    def sites(self) -> tuple[str, ...]:
        """Slugs of the rows."""
        return self.axes.sites

    @property
    def services(self) -> tuple[str, ...]:
        """Slugs of the columns."""
        return self.axes.services

    @property
    def cells(self) -> CellsAt:
        """Every cell, made one by one as they are asked for."""
        return CellsAt(self, range(self.observed.size))

    @property
    def cell(self) -> ByKey:
        """Cells by (site, service)."""
        return ByKey(self)

    def at_site(self, site: str) -> CellsAt:
        """The cells of a site."""
        start, width = self.axes.site_at[site] * len(self.services), len(self.services)
        return CellsAt(self, range(start, start + width))

    def of_service(self, service: str) -> CellsAt:
        """The cells of an e-service."""
        return CellsAt(self, range(self.axes.service_at[service], self.observed.size, len(self.services)))

    def having(self, *verdicts: Verdict) -> CellsAt:
        """The cells with one of some verdicts."""
        return CellsAt(self, np.flatnonzero(np.isin(self.verdict, [VERDICT_CODE[v] for v in verdicts])))

    @cached_property
    def probed(self) -> Places:
        """Places of the cells that were ever probed: no other is lost, a leak or contradicts."""
        return self.seen.sightings.place

    @property
    def lost(self) -> CellsAt:
        """Cells that count as lost: those that are, and entitled ones that come and go too often to be of use."""
        return CellsAt(self, self._lost)

    @cached_property
    def _lost(self) -> Places:
        verdict = self.verdict.reshape(-1)[self.probed]
        found: Places = self.probed[(verdict == LOST) | (self._held & (verdict == VERDICT_CODE[Verdict.OK]))]
        return found

    @cached_property
    def _held(self) -> Bits:
        """Which of the probed cells flap."""
        held = np.zeros(len(self.probed), np.bool_)
        for site, service in self.flapping:
            if site in self.axes.site_at and service in self.axes.service_at:
                index = self.seen.index(self.axes.site_at[site] * len(self.services) + self.axes.service_at[service])
                if index is not None:
                    held[index] = True
        return held

    def blamed(self, before: Mapping[CellKey, str] = NO_BLAME) -> Iterator[Blamed]:
        """Every cell of ``lost`` with the element to blame for it, if any is known.

        A cell that flaps is blamed on what it was blamed on before, so that it opens no new incident each time.
        """
        for place in self._lost.tolist():
            row, column = divmod(place, len(self.services))
            key = self.sites[row], self.services[column]
            if key in self.flapping and key in before:
                yield key, before[key]
            else:
                reason = self.reason(place)
                yield key, reason.element if reason is not None else None

    def reachable(self) -> Iterator[tuple[CellKey, bool]]:
        """Entitled cells that are probed and known to work or to be lost."""
        verdict, ok = self.verdict.reshape(-1)[self.probed], VERDICT_CODE[Verdict.OK]
        known = (verdict == ok) | (verdict == LOST)
        for place, works in zip(self.probed[known].tolist(), (verdict[known] == ok).tolist(), strict=True):
            row, column = divmod(place, len(self.services))
            yield (self.sites[row], self.services[column]), works

    @cached_property
    def working(self) -> frozenset[str]:
        """E-services that work for some site that is entitled to them."""
        working = self.verdict == VERDICT_CODE[Verdict.OK]
        working.reshape(-1)[self._lost] = False
        found = working.any(axis=0)
        return frozenset(service for service, works in zip(self.services, found.tolist(), strict=True) if works)

    @cached_property
    def wrong(self) -> CellsAt:
        """Cells that are lost, leak, or are seen to be the opposite of what is computed."""
        verdict, code = self.verdict.reshape(-1)[self.probed], self.seen.code
        computed = self.computed.reshape(-1)[self.probed]
        contradicts = np.where(computed, code == FAILED, code == OK)
        return CellsAt(self, self.probed[(verdict == LOST) | (verdict == LEAK) | contradicts])

    @cached_property
    def reasoned(self) -> Places:
        """Places of the cells that have a reason: the wrong ones, and entitled ones that are silent."""
        verdict, code = self.verdict.reshape(-1)[self.probed], self.seen.code
        silent = (code == STALE) & self.entitled.reshape(-1)[self.probed] & (verdict != LOST)
        wrong = np.isin(self.probed, self.wrong.places)
        found: Places = self.probed[silent | wrong]
        return found

    @cached_property
    def disagreements(self) -> CellsAt:
        """Cells of sites with an agent where what is seen is not what is computed."""
        return CellsAt(self, np.flatnonzero(~self._agreeing & self._watched[:, None]))

    @cached_property
    def silent(self) -> int:
        """How many of the disagreements are cells of which nothing is seen now."""
        return int(np.count_nonzero(np.isin(self.observed[self._watched], (NEVER, STALE))))

    @cached_property
    def agreement(self) -> float:
        """Share of the cells of sites with an agent where computed = observed; 1 when there are none."""
        counted = int(np.count_nonzero(self._watched)) * len(self.services)
        return 1 - len(self.disagreements) / counted if counted else 1.0

    @cached_property
    def _agreeing(self) -> Bits:
        found: Bits = np.where(self.computed, self.observed == OK, self.observed == FAILED)
        return found

    @cached_property
    def _watched(self) -> Bits:
        return np.array([site in self.vantages for site in self.sites], np.bool_)

    def counts(self) -> dict[Verdict, int]:
        """How many cells have each verdict."""
        return {verdict: int(np.count_nonzero(self.verdict == code)) for code, verdict in enumerate(VERDICTS)}

    def document(self) -> dict[str, Any]:
        """The JSON shape of the contract."""
        cells = [cell.document() for cell in self.cells]
        return {"at": instant(self.at), "sites": self.sites, "services": self.services, "cells": cells}

    def part(self, sites: Iterable[str]) -> "Matrix":
        """The rows of some sites, in the order they have here; reasons stay those of the whole."""
        wanted = set(sites)
        rows = np.array([row for row, site in enumerate(self.sites) if site in wanted], np.int64)
        axes = Axes(tuple(self.sites[row] for row in rows), self.services)
        return Matrix(
            self.at, axes, self.vantages & wanted, self.entitled[rows], self.designed[rows], self.computed[rows],
            self.observed[rows], self.verdict[rows], self.sampled[rows], self.seen.part(axes, rows), self.reasons,
            frozenset(key for key in self.flapping if key[0] in wanted),
        )  # fmt: skip

    def make(self, place: int) -> Cell:
        """The cell at a place, with its reason and evidence where it has one."""
        if place in self._reasoned:
            return self._reasoned[place]
        row, column = divmod(place, len(self.services))
        key, seen = (self.sites[row], self.services[column]), self._sight(place)
        verdict = VERDICTS[self.verdict[row, column]]
        reason = self.reasons.of(key, verdict, seen) if seen.basis is Basis.DIRECT else None
        found = Cell(
            *key,
            bool(self.entitled[row, column]),
            bool(self.designed[row, column]),
            bool(self.computed[row, column]),
            seen.observed,
            seen.stage,
            seen.basis,
            instant(seen.since),
            verdict,
            reason,
            self.reasons.families(key),
            key in self.flapping,
            Witness(self.reasons).of(key, reason, seen) if reason is not None else (),
        )
        if reason is not None:
            self._reasoned[place] = found
        return found

    def reason(self, place: int) -> Reason | None:
        """Why the cell at a place is not as it should be."""
        if place in self._reasoned:
            return self._reasoned[place].reason
        row, column = divmod(place, len(self.services))
        key = self.sites[row], self.services[column]
        return self.reasons.of(key, VERDICTS[self.verdict[row, column]], self._sight(place))

    @cached_property
    def _reasoned(self) -> dict[int, Cell]:
        return {}

    def _sight(self, place: int) -> Sight:
        index = self.seen.index(place)
        if index is not None:
            return self.seen.sight(index)
        sampled = bool(self.sampled.reshape(-1)[place])
        return Sight(Observed.OK, basis=Basis.SAMPLED) if sampled else Sight()
