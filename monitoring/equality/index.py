"""The equal-access index of a network at an instant: every group with its parts, the gap to the best, who is hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from inventory.model.network import Network
from monitoring.cell import instant
from monitoring.equality.formula import Floats, Means, Part, means, weights
from monitoring.equality.grouping import TABLES, By, labelled, title
from monitoring.equality.site_scores import SiteScores
from monitoring.equality.standing import Grounds
from monitoring.equality.suppression import Limits, hidden
from monitoring.settings import EqualitySettings

OVERALL = "all"


@dataclass(frozen=True, slots=True)
class Standpoint:
    """One group. ``index`` is 0 to 100, parts are shares 0 to 1; everything is null where the group is suppressed."""

    group: str
    name: str
    suppressed: bool = False
    index: float | None = None
    parts: tuple[float | None, ...] = (None,) * len(Part)
    gap: float | None = None
    sites: int | None = None
    people: int | None = None
    blind: float | None = None

    def document(self) -> dict[str, Any]:
        """The JSON shape: index and parts 0 to 100, with one decimal."""
        shown = {str(part): _percent(share) for part, share in zip(Part, self.parts, strict=True)}
        return {
            "group": self.group,
            "name": self.name,
            "suppressed": self.suppressed,
            "index": _rounded(self.index),
            "parts": shown,
            "gap": _rounded(self.gap),
            "sites": self.sites,
            "people": self.people,
            "unknown": _percent(self.blind),
        }


@dataclass(frozen=True)
class Equality:
    """The index at an instant (epoch seconds); ``since`` is where the period of the time part begins."""

    at: float
    since: float
    basis: Grounds
    overall: Standpoint
    groups: Mapping[By, tuple[Standpoint, ...]]

    def figures(self) -> dict[tuple[str, str], float]:
        """The index by (table, group), of groups that are shown; everybody together is (all, all)."""
        tables = [(OVERALL, (self.overall,)), *((str(by), self.groups[by]) for by in TABLES)]
        return {(by, g.group): g.index for by, groups in tables for g in groups if g.index is not None}

    def document(self, by: By) -> dict[str, Any]:
        """The JSON shape of one table."""
        return {
            "at": instant(self.at),
            "since": datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "basis": self.basis,
            "by": by,
            "overall": self.overall.document(),
            "groups": [group.document() for group in self.groups[by]],
        }


def equality(
    network: Network, scores: SiteScores, basis: Grounds, span: tuple[float, float], settings: EqualitySettings
) -> Equality:
    """Group the scores of sites and hide what is too small; ``span`` is the period the time part looks at."""
    labels = {by: labelled(network, scores.sites, by) for by in By}
    limits = Limits(settings.min_sites, settings.min_people)
    gone = hidden([labels[by][1] for by in TABLES], scores.people, limits)
    weighing = weights(settings)
    everyone = means(scores.parts, scores.people, np.zeros(len(scores.sites), np.int64), 1, weighing)
    groups = {}
    for number, by in enumerate((*TABLES, By.SITE)):
        names, label = labels[by]
        found = means(scores.parts, scores.people, label, len(names), weighing)
        blind = _means_of(scores.blind, scores, label, len(names))
        kept = [by is By.SITE or (number, g) not in gone for g in range(len(names))]
        groups[by] = _standpoints(network, by, names, found, blind, kept)
    whole = len(scores.sites) < limits.sites or int(scores.people.sum()) < limits.people
    blind = _means_of(scores.blind, scores, np.zeros(len(scores.sites), np.int64), 1)
    overall = Standpoint(OVERALL, OVERALL, True) if whole else _standpoint(OVERALL, OVERALL, everyone, blind, 0, None)
    return Equality(span[1], span[0], basis, overall, groups)


def _means_of(shares: Floats, scores: SiteScores, label: Any, groups: int) -> Floats:
    """People-weighted means of one share."""
    heads = np.maximum(scores.people, 1).astype(np.float64)
    total = np.bincount(label, heads, groups)
    return np.bincount(label, heads * shares, groups) / np.where(total > 0, total, 1.0)


def _standpoints(
    network: Network, by: By, names: tuple[str, ...], found: Means, blind: Floats, kept: list[bool]
) -> tuple[Standpoint, ...]:
    """Every group of one table, the hidden ones by name only."""
    shown = [float(found.index[g]) for g in range(len(names)) if kept[g]]
    best = max((i for i in shown if not np.isnan(i)), default=None)
    return tuple(
        _standpoint(name, title(network, name, by), found, blind, g, best)
        if kept[g]
        else Standpoint(name, title(network, name, by), True)
        for g, name in enumerate(names)
    )


def _standpoint(group: str, name: str, found: Means, blind: Floats, g: int, best: float | None) -> Standpoint:
    index = _known(found.index[g])
    gap = best - index if best is not None and index is not None else None
    parts = tuple(_known(share) for share in found.parts[g])
    return Standpoint(group, name, False, index, parts, gap, int(found.sites[g]), int(found.people[g]), float(blind[g]))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _percent(share: float | None) -> float | None:
    return None if share is None else _rounded(share * 100)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
