"""The percentile operators bill and plan by: nearest rank, a value that was really measured."""

from collections.abc import Iterable
from math import ceil


def percentile(values: Iterable[float], share: float = 0.95) -> float | None:
    """Smallest value that at least ``share`` of the values do not exceed; null for no values."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered) - 1e-9) - 1)] if ordered else None
