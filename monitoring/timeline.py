"""What became of one cell: spans in which it had one thing to say, and what had changed where each of them begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from inventory.day import ZONE, day_at
from inventory.model.fact import Dated
from inventory.model.network import NOUNS, Network
from monitoring.causes import Causes
from monitoring.cell import Observed, Verdict, instant, judge
from monitoring.element_history import ElementState
from monitoring.reachability.cells import CellKey
from monitoring.reachability.compute import access_of
from monitoring.sla.availability import Spell, joined


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: ``kind`` is element or revision, ``name`` the element or the number, ``at`` epoch s."""

    kind: str
    name: str
    text: str
    at: float

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        return {"kind": self.kind, "name": self.name, "text": self.text, "at": instant(self.at)}


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another (epoch seconds) a cell was so; ``causes`` explain why it was not computed to work."""

    start: float
    until: float
    observed: Observed
    entitled: bool
    computed: bool
    verdict: Verdict
    causes: tuple[str, ...]
    changes: tuple[Event, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        shape = {name: getattr(self, name) for name in ("observed", "entitled", "computed", "verdict", "causes")}
        ends = {"from": instant(self.start), "until": instant(self.until)}
        return ends | shape | {"changes": [event.document() for event in self.changes]}

    def part(self, mine: Callable[[str], bool]) -> "Span":
        """The same as far as it is about elements that somebody may know of."""
        events = tuple(event for event in self.changes if event.kind == "element" and mine(event.name))
        return replace(self, causes=tuple(filter(mine, self.causes)), changes=events)

    def like(self, other: "Span") -> bool:
        """Whether another span says the same."""
        return (self.observed, self.entitled, self.computed) == (other.observed, other.entitled, other.computed)


@dataclass(frozen=True)
class Past:
    """What is known of a span of time: networks by when each was written, states of elements, what was done."""

    since: float
    until: float
    networks: Sequence[tuple[float, Network]]
    revisions: Sequence[Event]
    before: Iterable[ElementState]
    elements: Sequence[ElementState]
    _known: dict[tuple[int, date, frozenset[str]], Causes] = field(default_factory=dict)

    def network(self, at: float) -> Network:
        """The network in force at an instant."""
        return [network for written, network in self.networks if written <= at or written == self.networks[0][0]][-1]

    def down(self, at: float) -> Mapping[str, float]:
        """What was down at an instant, and since when."""
        found = {state.element: state.at for state in self.before if not state.up}
        for state in self.elements:
            if state.at <= at:
                found.pop(state.element, None)
                found |= {} if state.up else {state.element: state.at}
        return found

    def causes(self, at: float) -> Causes:
        """What is computed for an instant."""
        network, down = self.network(at), self.down(at)
        day = max((turn for turn in self._turns if turn <= day_at(at)), default=day_at(self.since))
        key = id(network), day, frozenset(down)
        if key not in self._known:
            self._known[key] = Causes(access_of(network, day), down)
        return self._known[key]

    def events(self, at: float) -> tuple[Event, ...]:
        """What happened at an instant."""
        states = [state for state in self.elements if state.at == at]
        told = [Event("element", s.element, f"{'up' if s.up else 'down'}: {s.evidence}", s.at) for s in states]
        return (*told, *(event for event in self.revisions if event.at == at))

    def instants(self) -> set[float]:
        """When anything but what is seen may have changed: writes, elements, midnights in Poland."""
        found = {at for at, _ in self.networks} | {state.at for state in self.elements} | set(self._midnights())
        return {at for at in found if self.since < at < self.until}

    @cached_property
    def _turns(self) -> frozenset[date]:
        """Days of the time asked about on which something dated begins, or is over."""
        first, last = day_at(self.since), day_at(self.until)
        found: set[date] = set()
        for _, network in self.networks:
            records = (record for noun in NOUNS for record in getattr(network, noun) if isinstance(record, Dated))
            for record in records:
                found |= {record.valid_from} if record.valid_from is not None else set()
                found |= {record.valid_to + timedelta(days=1)} if record.valid_to not in (None, date.max) else set()
        return frozenset(day for day in found if first < day <= last)

    def _midnights(self) -> Iterable[float]:
        return (datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp() for day in self._turns)


def timeline(past: Past, cell: CellKey, spells: Sequence[Spell], hold: float) -> tuple[Span, ...]:
    """The spans of a cell; a result holds for ``hold`` seconds, then there is silence."""
    known = _settled(spells, round(hold * 1000))
    seen = {s.start / 1000 for s in known} | {s.until / 1000 + hold for s in known}
    instants = sorted({past.since} | past.instants() | {at for at in seen if past.since < at < past.until})
    spans: list[Span] = []
    for at, until in zip(instants, [*instants[1:], past.until], strict=True):
        span = _span(past, cell, observed_at(known, at, hold), at, until)
        if spans and spans[-1].like(span):
            span = replace(spans.pop(), until=until)
        spans.append(span)
    return tuple(spans)


def observed_at(spells: Sequence[Spell], at: float, hold: float) -> Observed:
    """What was seen at an instant."""
    begun = [spell for spell in spells if spell.start / 1000 <= at]
    if not begun:
        return Observed.NEVER
    if at >= begun[-1].until / 1000 + hold:
        return Observed.STALE
    return Observed.OK if begun[-1].ok else Observed.FAILED


def _settled(spells: Sequence[Spell], hold: int) -> list[Spell]:
    """One failed result between good ones is no failure yet."""
    kept = [s for n, s in enumerate(spells) if s.ok or s.start != s.until or n == 0 or not spells[n - 1].ok]
    return joined(kept, 2 * hold)


def _span(past: Past, cell: CellKey, observed: Observed, at: float, until: float) -> Span:
    causes = past.causes(at)
    entitled, computed = cell in causes.access.entitled, cell in causes.now.cells
    lost = not computed and cell in causes.designed.cells
    blamed = causes.of(cell) if lost else ()
    verdict = judge(entitled, computed, observed)
    return Span(at, until, observed, entitled, computed, verdict, blamed, past.events(at))
