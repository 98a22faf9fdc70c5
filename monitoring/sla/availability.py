"""Time with and without service, from the results of direct probes: one rule, in whole milliseconds.

A result holds until the next one. Where the next one comes later than ``hold``, or never, the time between is unknown,
which is neither up nor down. Before the first result all is unknown. Excluded windows count as nothing.
Whole milliseconds make the figure the same whoever adds it up, in whatever order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

type Span = tuple[int, int]
"""From and until, milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Equal results that follow one another closely: from the first to the last, milliseconds since the epoch."""

    start: int
    until: int
    ok: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a span of time, in milliseconds; an incident runs from a failed result to the next good one."""

    total: int
    up: int
    down: int
    excluded: int
    incidents: int
    longest: int

    @property
    def unknown(self) -> int:
        """Time nobody probed."""
        return self.total - self.up - self.down - self.excluded

    @property
    def share(self) -> float | None:
        """Availability over the time that is known; null when none is."""
        known = self.up + self.down
        return self.up / known if known else None


def joined(spells: Iterable[Spell], hold: int) -> list[Spell]:
    """Spells in order of time, put together where equal ones follow within ``hold``; a single result is a spell too."""
    found: list[Spell] = []
    for spell in spells:
        last = found[-1] if found else None
        if last is not None and last.ok == spell.ok and spell.start - last.until <= hold:
            found[-1] = Spell(last.start, max(last.until, spell.until), last.ok)
        else:
            found.append(spell)
    return found


def account(spells: Sequence[Spell], span: Span, hold: int, excluded: Iterable[Span] = ()) -> Account:
    """Settle a span; ``spells`` are in order of time and may reach beyond it on both sides."""
    windows = united(excluded, span)
    up = down = incidents = longest = outage = 0
    for number, spell in enumerate(spells):
        following = spells[number + 1].start if number + 1 < len(spells) else spell.until
        end = following if following - spell.until <= hold else spell.until
        known = _covered((spell.start, end), span, windows)
        if spell.ok:
            up, outage = up + known, 0
            continue
        incidents += known > 0 and outage == 0
        down, outage = down + known, outage + known
        longest = max(longest, outage)
    return Account(span[1] - span[0], up, down, sum(b - a for a, b in windows), incidents, longest)


def united(windows: Iterable[Span], span: Span) -> tuple[Span, ...]:
    """Windows inside a span, in order and without overlap."""
    found: list[Span] = []
    for start, end in sorted(windows):
        start, end = max(start, span[0], found[-1][1] if found else span[0]), min(end, span[1])
        if start < end:
            found.append((start, end))
    return tuple(found)


def _covered(stretch: Span, span: Span, windows: Sequence[Span]) -> int:
    """Milliseconds of a stretch inside the span and outside the windows."""
    start, end = max(stretch[0], span[0]), min(stretch[1], span[1])
    if start >= end:
        return 0
    return end - start - sum(max(0, min(end, b) - max(start, a)) for a, b in windows)


def milliseconds(at: float) -> int:
    """An instant in whole milliseconds."""
    return round(at * 1000)
