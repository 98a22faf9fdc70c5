"""The site × e-service matrix: entitled, designed, computed and observed side by side, with verdicts and reasons."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.causes import Causes
from monitoring.cell import Basis, Cell, Observed, Sight, instant, judge, sight
from monitoring.elements import DownElement
from monitoring.observations import Latest
from monitoring.reachability.compute import CellKey, access_of
from monitoring.reasons import Reasons, spread

SAMPLE = 3
"""Sites of a class that must be ok before the class counts as sampled."""


@dataclass(frozen=True)
class Matrix:
    """Every cell at an instant (epoch seconds), sites and services in the order of the inventory."""

    at: float
    sites: tuple[str, ...]
    services: tuple[str, ...]
    cells: tuple[Cell, ...]
    vantages: frozenset[str]
    """Sites with an agent of their own, over which agreement is counted."""

    @cached_property
    def cell(self) -> dict[CellKey, Cell]:
        """Cells by (site, service)."""
        return {(cell.site, cell.service): cell for cell in self.cells}

    @cached_property
    def disagreements(self) -> tuple[Cell, ...]:
        """Cells of sites with an agent where what is seen is not what is computed."""
        return tuple(c for c in self.cells if c.site in self.vantages and not c.agrees)

    @property
    def agreement(self) -> float:
        """Share of the cells of sites with an agent where computed = observed; 1 when there are none."""
        counted = len(self.vantages) * len(self.services)
        return 1 - len(self.disagreements) / counted if counted else 1.0

    def document(self) -> dict[str, Any]:
        """The JSON shape of the contract."""
        cells = [cell.document() for cell in self.cells]
        return {"at": instant(self.at), "sites": self.sites, "services": self.services, "cells": cells}


def build(
    network: Network,
    latest: Mapping[CellKey, Latest],
    down: Mapping[str, DownElement],
    heartbeats: Mapping[str, float],
    now: float,
    stale_after: float,
) -> Matrix:
    """Put together what is intended and what was seen; pure but for a memory of what was computed last."""
    causes = _causes(network, day_at(now), down)
    keys = [(site.slug, service.slug) for site in network.sites for service in network.services]
    sights = {key: sight(latest.get(key), now, stale_after) for key in keys}
    _sample(network, causes, sights, {site for site, at in heartbeats.items() if now - at <= stale_after})
    reasons = Reasons(causes, spread(causes, sights))
    return Matrix(
        now,
        tuple(site.slug for site in network.sites),
        tuple(service.slug for service in network.services),
        tuple(_cell(key, causes, sights[key], reasons) for key in keys),
        frozenset(site.slug for site in network.sites if network.vantage(site.slug) is not None),
    )


def _cell(key: CellKey, causes: Causes, seen: Sight, reasons: Reasons) -> Cell:
    entitled, computed = key in causes.access.entitled, key in causes.now.cells
    verdict = judge(entitled, computed, seen)
    return Cell(
        *key,
        entitled,
        key in causes.designed.cells,
        computed,
        seen.observed,
        seen.stage,
        seen.basis,
        instant(seen.since),
        verdict,
        reasons.of(key, verdict, seen),
    )


def _sample(network: Network, causes: Causes, sights: dict[CellKey, Sight], alive: set[str]) -> None:
    """Take a cell nobody probes as ok where its site is alive and enough sites of its class are ok."""
    seen_ok = Counter(
        (network.site[site].site_class, service)
        for (site, service), seen in sights.items()
        if seen.observed is Observed.OK and seen.basis is Basis.DIRECT
    )
    for (site, service), seen in sights.items():
        enough = seen_ok[network.site[site].site_class, service] >= SAMPLE
        if seen.observed is Observed.NEVER and site in alive and enough and (site, service) in causes.now.cells:
            sights[site, service] = Sight(Observed.OK, None, Basis.SAMPLED)


_last: dict[str, Causes] = {}


def _causes(network: Network, day: date, down: Mapping[str, DownElement]) -> Causes:
    """What was computed last, as long as network, day and the elements that are down stay the same."""
    access, known = access_of(network, day), _last.get("causes")
    if known is None or known.access is not access or known.down != down:
        known = _last["causes"] = Causes(access, dict(down))
    return known
