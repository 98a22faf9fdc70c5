"""Service level of every entitled cell in a month: what was promised, what was seen, and what was left out and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine

from inventory.errors import RefusedRequest
from inventory.model.device import Role
from inventory.model.fact import Dated
from inventory.model.network import Network
from monitoring.cell import instant
from monitoring.probe_plan import stale_after
from monitoring.reachability.cells import CellKey, Cells
from monitoring.reachability.compute import access_of
from monitoring.settings import ProbeSettings, SlaSettings
from monitoring.sla.availability import Account, Span, Spell, account, milliseconds
from monitoring.sla.exclusions import Exclusion, ExclusionStore
from monitoring.sla.month import first_day, midnight, next_month
from monitoring.sla.spells import SpellStore

CELLS_MOST = 100_000
"""Figures beyond which a question must be narrower."""

NOT_ENTITLED = "not entitled on these days"


@dataclass(frozen=True, slots=True)
class Window:
    """Time that does not count, epoch seconds, and why."""

    start: float
    end: float
    reason: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell in one month; ``target`` is a percentage."""

    site: str
    service: str
    month: str
    target: float
    account: Account
    windows: tuple[Window, ...]

    @property
    def met(self) -> bool | None:
        """Whether the target was reached over the time that is known; null when none is."""
        share = self.account.share
        return None if share is None else share * 100 >= self.target

    def document(self) -> dict[str, Any]:
        """The JSON shape; times in whole milliseconds, availability as a percentage."""
        a = self.account
        return {
            "slug": f"{self.site}:{self.service}:{self.month}",
            "site": self.site,
            "service": self.service,
            "month": self.month,
            "target": self.target,
            "availability": None if a.share is None else a.share * 100,
            "met": self.met,
            "total_ms": a.total,
            "up_ms": a.up,
            "down_ms": a.down,
            "unknown_ms": a.unknown,
            "excluded_ms": a.excluded,
            "incidents": a.incidents,
            "longest_ms": a.longest,
            "excluded": [{"from": instant(w.start), "until": instant(w.end), "reason": w.reason} for w in self.windows],
        }


class Month:
    """A month of a network, up to an instant; entitlements are those of the inventory given."""

    def __init__(self, engine: Engine, network: Network, month: str, at: float) -> None:
        self.network, self.month, self._engine = network, month, engine
        self._first = first_day(month)
        end = midnight(next_month(self._first))
        self.span = (midnight(self._first), max(min(end, at), midnight(self._first)))
        self.hold = hold_seconds(network)
        self._segments = list(self._entitled())
        self._given = ExclusionStore(engine).all()

    def figures(self, site: str | None = None, service: str | None = None) -> list[Figure]:
        """Every entitled cell of a site with an agent, in inventory order; or some of them."""
        cells = self._cells(site, service)
        if len(cells) > CELLS_MOST:
            raise RefusedRequest(f"{len(cells)} figures are too many", fix="ask for a site or an e-service")
        spells = SpellStore(self._engine, self.hold).read(*self.span, site, service)
        return [self.figure(cell, spells.get(cell, [])) for cell in cells]

    def figure(self, cell: CellKey, spells: list[Spell]) -> Figure:
        """The figure of one cell from its spells."""
        windows = self.windows(cell)
        spans = [(milliseconds(w.start), milliseconds(w.end)) for w in windows]
        found = account(spells, self.milliseconds, milliseconds(self.hold), spans)
        return Figure(*cell, self.month, self.network.service[cell[1]].slo_percent, found, windows)

    @property
    def milliseconds(self) -> Span:
        """The span in whole milliseconds."""
        return milliseconds(self.span[0]), milliseconds(self.span[1])

    def windows(self, cell: CellKey) -> tuple[Window, ...]:
        """What does not count for a cell: days without entitlement, and windows given by people."""
        found = [Window(*span, NOT_ENTITLED) for span, entitled in self._segments if cell not in entitled]
        found += [Window(e.start, e.end, _told(e)) for e in self._given if e.concerns(*cell)]
        inside = [w for w in found if w.start < self.span[1] and w.end > self.span[0]]
        return tuple(sorted(inside, key=lambda w: (w.start, w.end, w.reason)))

    def _cells(self, site: str | None, service: str | None) -> Cells:
        """Cells entitled at some time of the month, of sites with an agent."""
        axes, agents = self._segments[0][1].axes, {device.site for device in self.network.with_role(Role.AGENT)}
        rows = np.array([slug in agents and site in (None, slug) for slug in axes.sites], np.bool_)
        columns = np.array([service in (None, slug) for slug in axes.services], np.bool_)
        whole = np.logical_or.reduce([entitled.mask for _, entitled in self._segments])
        return Cells(axes, whole & rows[:, None] & columns)

    def _entitled(self) -> Iterator[tuple[tuple[float, float], Cells]]:
        """Stretches of the month with the cells entitled in each; entitlements change at midnight."""
        starts = [self._first, *sorted(self._changes())]
        ends = [*starts[1:], next_month(self._first)]
        for start, end in zip(starts, ends, strict=True):
            yield (midnight(start), midnight(end)), access_of(self.network, start).entitled

    def _changes(self) -> set[date]:
        network = self.network
        facts: list[Dated] = [*network.sites, *network.services, *network.entitlements, *network.exceptions]
        begins = {fact.valid_from for fact in facts if fact.valid_from is not None}
        ends = {fact.valid_to + timedelta(days=1) for fact in facts if fact.valid_to not in (None, date.max)}
        return {day for day in begins | ends if self._first < day < next_month(self._first)}


def hold_seconds(network: Network) -> float:
    """Longest time between two results of a cell that still counts as known."""
    return SlaSettings().hold_seconds(stale_after(network, ProbeSettings()))


def _told(window: Exclusion) -> str:
    late = "" if window.at <= window.start else ", afterwards"
    return f"{window.reason} (said by {window.by} at {instant(window.at)}{late})"
