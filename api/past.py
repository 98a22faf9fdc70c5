"""What had happened: the timeline of a cell, and what had changed for a site before an instant."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from api.context import Context
from api.watch import Watch
from inventory.database.revision import Asked, HistoryEntry, parse_moment
from inventory.day import day_at
from inventory.errors import WrongUsage
from inventory.naming import object_name
from monitoring.cell import instant
from monitoring.concern import concerned
from monitoring.element_history import ElementState
from monitoring.probe_plan import stale_after
from monitoring.reachability.compute import access_of
from monitoring.settings import SlaSettings
from monitoring.sla.availability import Spell
from monitoring.sla.spells import SpellStore
from monitoring.timeline import Event, Past, Span, timeline

DAY_SECONDS = 86400.0
EVERYBODYS = frozenset({"services", "entitlements"})
"""Nouns a change of which concerns every site."""


@dataclass(frozen=True)
class Changed:
    """What had changed in a span of time (epoch seconds) of all that concerns a site."""

    since: float
    until: float
    revisions: tuple[HistoryEntry, ...]
    elements: tuple[ElementState, ...]
    cells: Mapping[str, tuple[Spell, ...]]
    """By e-service, the results that differed from the ones before."""

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        revisions = [
            {"revision": e.revision.id, "at": instant(e.revision.at), "who": e.revision.who, "why": e.revision.why}
            | {"object": object_name(e.noun, e.slug), "action": e.change.action}
            for e in self.revisions
        ]
        elements = [
            {"element": s.element, "up": s.up, "evidence": s.evidence, "at": instant(s.at)} for s in self.elements
        ]
        cells = [
            {"service": service, "observed": "ok" if spell.ok else "failed", "at": instant(spell.start / 1000)}
            for service, spells in self.cells.items()
            for spell in spells
        ]
        ends = {"since": instant(self.since), "until": instant(self.until)}
        return {**ends, "revisions": revisions, "elements": elements, "cells": cells}


class PastReader:
    """Reads the stores for questions about the past."""

    def __init__(self, context: Context, watch: Watch) -> None:
        self._context, self._watch = context, watch

    def timeline(self, site: str, service: str, since: float, until: float) -> tuple[Span, ...]:
        """The spans of a cell between two instants."""
        inventory, states = self._context.inventory, self._watch.states
        written = {e.revision.id: e.revision for e in inventory.history(Asked(since=since, until=until), limit=None)}
        revisions = [written[number] for number in sorted(written)]
        networks = [(since, inventory.network(since)), *((r.at, inventory.network(r.id)) for r in revisions)]
        events = [Event("revision", str(r.id), f"{r.who}: {r.why}", r.at) for r in revisions]
        before = [ElementState(d.element, False, d.evidence, d.since) for d in states.down_at(since).values()]
        past = Past(since, until, networks, events, before, states.changes(since, until))
        spells = self._spells(since, until, site, service).get((site, service), [])
        return timeline(past, (site, service), spells, self._hold)

    def before(self, site: str, at: float, seconds: float = DAY_SECONDS) -> Changed:
        """What had changed in the time before an instant of all that concerns a site."""
        inventory, since = self._context.inventory, at - seconds
        names = concerned(access_of(inventory.network(at), day_at(at)), site)
        entries = inventory.history(Asked(since=since, until=at), limit=None)
        elements = [state for state in self._watch.states.changes(since, at) if state.element in names]
        cells = {
            service: tuple(s for s in _turns(spells) if since < s.start / 1000 <= at)
            for (_, service), spells in self._spells(since, at, site).items()
        }
        return Changed(
            since,
            at,
            tuple(entry for entry in entries if _touches(entry, site, names)),
            tuple(elements),
            {service: changes for service, changes in cells.items() if changes},
        )

    def span(self, since: str | None, until: str | None) -> tuple[float, float]:
        """The time asked about: the day before ``until`` where no beginning is given; never beyond now."""
        inventory = self._context.inventory
        end = min(inventory.instant(parse_moment(until)), time.time())
        start = end - DAY_SECONDS if since is None else inventory.instant(parse_moment(since))
        if start >= end:
            raise WrongUsage("the time asked about is over before it begins", where="since", fix="give an earlier one")
        return start, end

    @property
    def _hold(self) -> float:
        patience = stale_after(self._context.inventory.network(), self._watch.planner.pace)
        return SlaSettings().hold_seconds(patience)

    def _spells(
        self, since: float, until: float, site: str, service: str | None = None
    ) -> dict[tuple[str, str], list[Spell]]:
        return SpellStore(self._context.engine, self._hold).read(since, until, site, service)


def _turns(spells: Sequence[Spell]) -> Iterator[Spell]:
    """Spells that differ from the ones before."""
    return (spell for before, spell in pairwise(spells) if before.ok != spell.ok)


def timeline_document(site: str, service: str, spans: Iterable[Span]) -> dict[str, Any]:
    """The JSON shape of a timeline."""
    return {"site": site, "service": service, "spans": [span.document() for span in spans]}


def _touches(entry: HistoryEntry, site: str, names: Iterable[str]) -> bool:
    """Whether a change of a record concerns a site."""
    bodies = [body for body in (entry.before, entry.after) if body is not None]
    if entry.noun in EVERYBODYS or object_name(entry.noun, entry.slug) in names:
        return True
    if entry.noun == "rules":
        return any(site in body.get("sites", ()) or body.get("classes") for body in bodies)
    return any(body.get("site") == site for body in bodies)
