"""How right the platform is: classes found against faults put in on purpose, losses predicted against losses seen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from monitoring.cell import Fault
from monitoring.reachability.compute import CellKey

NOTHING = "none"
"""Found where no cell was wrong, injected where nothing was touched."""


@dataclass(frozen=True)
class Confusion:
    """How often a fault of one class was found as another; ``counts`` by (injected, found)."""

    counts: Counter[tuple[str, str]]

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Classes that occur, in the order of the contract, what is no class last."""
        met = {name for pair in self.counts for name in pair}
        known = [str(fault) for fault in Fault if fault in met]
        return (*known, *sorted(met - set(known)))

    @property
    def cases(self) -> int:
        """How many faults were judged."""
        return self.counts.total()

    @property
    def right(self) -> int:
        """How many were found as what they were."""
        return sum(count for (injected, found), count in self.counts.items() if injected == found)

    @property
    def accuracy(self) -> float:
        """Share found as what they were; 1 when there were none."""
        return self.right / self.cases if self.cases else 1.0

    def lines(self) -> Sequence[str]:
        """A Markdown table, injected classes in rows and found ones in columns."""
        rows = [
            f"| {injected} | " + " | ".join(str(self.counts[injected, found]) for found in self.classes) + " |"
            for injected in self.classes
        ]
        head = f"| injected \\ found | {' | '.join(self.classes)} |"
        summary = f"{self.right} of {self.cases} found as what they were ({self.accuracy:.1%})."
        return [head, "|---" * (len(self.classes) + 1) + "|", *rows, "", summary]

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        cells = [{"injected": i, "found": f, "count": n} for (i, f), n in sorted(self.counts.items())]
        return {"classes": self.classes, "cells": cells, "cases": self.cases, "accuracy": self.accuracy}


def confusion(pairs: Iterable[tuple[str, str | None]]) -> Confusion:
    """Count pairs of (injected class, found class); null means that nothing was found."""
    return Confusion(Counter((str(injected), str(found or NOTHING)) for injected, found in pairs))


@dataclass(frozen=True)
class Comparison:
    """Losses of one element: predicted by computation, and seen while it was down; over ``cells`` cells."""

    element: str
    predicted: frozenset[CellKey]
    observed: frozenset[CellKey]
    cells: int

    @property
    def missed(self) -> frozenset[CellKey]:
        """Cells predicted to work that did not: the dangerous error."""
        return self.observed - self.predicted

    @property
    def spared(self) -> frozenset[CellKey]:
        """Cells predicted to be lost that went on working."""
        return self.predicted - self.observed

    @property
    def equal(self) -> int:
        """Cells in which prediction and observation are the same."""
        return self.cells - len(self.missed) - len(self.spared)


@dataclass(frozen=True)
class Calibration:
    """All comparisons of one run."""

    comparisons: tuple[Comparison, ...]

    @property
    def cells(self) -> int:
        """Cells compared, those of every element counted anew."""
        return sum(c.cells for c in self.comparisons)

    @property
    def missed(self) -> int:
        """Cells predicted to work that did not."""
        return sum(len(c.missed) for c in self.comparisons)

    @property
    def spared(self) -> int:
        """Cells predicted to be lost that went on working."""
        return sum(len(c.spared) for c in self.comparisons)

    @property
    def share(self) -> float:
        """Share of cells in which prediction and observation are the same; 1 when nothing was compared."""
        return sum(c.equal for c in self.comparisons) / self.cells if self.cells else 1.0

    @property
    def wrong(self) -> tuple[Comparison, ...]:
        """Elements for which the prediction was not exact, the worst first."""
        found = [c for c in self.comparisons if c.missed or c.spared]
        return tuple(sorted(found, key=lambda c: (-len(c.missed), -len(c.spared), c.element)))

    def lines(self) -> Sequence[str]:
        """A Markdown table: the sum, and every element for which the prediction was not exact."""
        summary = (
            f"{len(self.comparisons)} elements, {self.cells} cells: predicted = observed in {self.share:.3%}; "
            f"{self.missed} predicted to work that did not, {self.spared} predicted to be lost that worked."
        )
        if not self.wrong:
            return [summary]
        rows = [f"| `{c.element}` | {len(c.predicted)} | {len(c.observed)} | {_named(c)} |" for c in self.wrong]
        return [summary, "", "| element | predicted | observed | differences |", "|---|---|---|---|", *rows]

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        wrong = [{"element": c.element, "missed": sorted(c.missed), "spared": sorted(c.spared)} for c in self.wrong]
        sums = {"cells": self.cells, "share": self.share, "missed": self.missed, "spared": self.spared}
        return {"elements": len(self.comparisons), **sums, "wrong": wrong}


def compare(element: str, predicted: Iterable[CellKey], observed: Iterable[CellKey], cells: int) -> Comparison:
    """One element: what was predicted to be lost, what was lost, and over how many cells it is judged."""
    return Comparison(element, frozenset(predicted), frozenset(observed), cells)


def _named(comparison: Comparison) -> str:
    """The cells that differ: ``!`` should have worked, ``+`` went on working."""
    missed = [f"!{site}/{service}" for site, service in sorted(comparison.missed)]
    return " ".join([*missed, *(f"+{site}/{service}" for site, service in sorted(comparison.spared))])
