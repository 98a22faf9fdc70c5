"""Damping of cells that come and go, after RFC 2439: what changes too often is of no use to anybody.

Each change costs a penalty that decays by half in every half-life. Above one threshold the cell counts as failed
until the penalty has decayed below a lower one. Only changes matter, so a list of changes gives the same answer as
all results. Leaks are not damped: what must never work may not work now and then either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from monitoring.observation import Seen
from monitoring.settings import FlapSettings


@dataclass(frozen=True, slots=True)
class Merit:
    """The penalty at an instant (epoch seconds), and whether it holds the cell down."""

    penalty: float
    at: float
    held: bool

    def later(self, at: float, pace: FlapSettings) -> "Merit":
        """The same after the time until then has been forgiven; time never runs backwards."""
        penalty = self.penalty * 0.5 ** (max(0.0, at - self.at) / pace.half_life)
        return Merit(penalty, max(at, self.at), self.held and penalty > pace.reuse)

    def changed(self, pace: FlapSettings) -> "Merit":
        """The same after one more change; a ceiling bounds how long a cell is held."""
        ceiling = max(pace.suppress, pace.reuse * 2 ** min(pace.longest / pace.half_life, 64))
        penalty = min(self.penalty + pace.penalty, ceiling)
        return Merit(penalty, self.at, self.held or penalty >= pace.suppress)


def merit(history: Sequence[Seen], now: float, pace: FlapSettings | None = None) -> Merit:
    """The penalty of a cell now, from its results or its changes, oldest first."""
    pace = pace or _usual()
    found = Merit(0.0, history[0][0] if history else now, False)
    for (_, before, _), (at, ok, _) in pairwise(history):
        if ok != before:
            found = found.later(at, pace).changed(pace)
    return found.later(now, pace)


def damped(history: Sequence[Seen], now: float, pace: FlapSettings | None = None) -> bool | None:
    """Whether a cell can be used, as its newest result says unless it flaps; null without any result."""
    if not history:
        return None
    return history[-1][1] and not merit(history, now, pace).held


@cache
def _usual() -> FlapSettings:
    """The settings of this process, read once: cells are judged by the thousand."""
    return FlapSettings()
