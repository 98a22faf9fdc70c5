"""Chance that is the same for the same seed in every release of Python: only ``random()`` is promised to be."""

import random
from collections.abc import Sequence


class Dice:
    """Thrown again and again, in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """True in that share of throws."""
        return self._random() < share

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self._random() * (most - least + 1))

    def one[T](self, of: Sequence[T]) -> T:
        """One of several things."""
        return of[int(self._random() * len(of))]

    def weighted[T](self, things: Sequence[tuple[T, float]]) -> T:
        """One of several things, by their weights, which add up to 1."""
        left = self._random()
        for thing, weight in things:
            left -= weight
            if left < 0:
                return thing
        return things[-1][0]

    def near(self, degrees: float, spread: float) -> float:
        """A coordinate not far away."""
        return round(degrees + (self._random() + self._random() - 1) * spread, 5)
