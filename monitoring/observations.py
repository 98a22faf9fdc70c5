"""What site agents saw: the newest of every cell quickly, everything of the last days for reports."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Float, Row, Select, bindparam, delete, func, select

from monitoring.increments import Increments, tick
from monitoring.observation import KEEP_LAST, OK, Latest, Observation, Seen, merged
from monitoring.settings import ProbeSettings, SlaSettings
from monitoring.sla.spells import SpellStore
from monitoring.tables import cells, observations, vantages
from monitoring.upsert import put, put_new

__all__ = ["KEEP_LAST", "Latest", "Observation", "ObservationStore", "Seen"]

type CellKey = tuple[str, str]
type Health = Mapping[str, Any]


class ObservationStore:
    """Results by (site, service, at): adding one twice changes nothing, adding an old one never hides a newer."""

    def __init__(self, engine: Engine, keep_days: float | None = None) -> None:
        self._engine, self._keep = engine, (keep_days or ProbeSettings().keep_days) * 86400
        self._pruned: dict[str, float] = {}
        self._settled: dict[str, float] = {}
        self._settle = SlaSettings().settle
        self.speaks_for(ProbeSettings().stale_after)
        self._cells = Increments(engine, cells, _cell)
        self._vantages = Increments(engine, vantages, _vantage)

    def add(
        self, site: str, results: Sequence[Observation], received: float | None = None, health: Health | None = None
    ) -> None:
        """Store what a site's agent sent, that it was heard, and what it says of itself.

        Results from the future are dated now.
        """
        now = time.time() if received is None else received
        fresh = [r if r.at <= now else replace(r, at=now) for r in results if r.at > now - self._keep]
        heard = {"site": site, "heard": now, "health": dict(health) if health is not None else None}
        with self._engine.execution_options(writes=True).begin() as connection:
            known = _known(connection, site, {r.service for r in fresh})
            put_new(connection, observations, [_history_row(site, result) for result in fresh])
            self._spells.reopen(connection, site, _late(known, fresh))
            if now - self._settled.get(site, 0.0) > self._settle:
                self._settled[site] = now
                self._spells.settle(connection, site)
            if now - self._pruned.get(site, 0.0) > 3600:
                self._pruned[site] = now
                _prune(connection, site, now - self._keep)
            seq = tick(connection)
            put(connection, cells, [_cell_row(site, s, cell, seq) for s, cell in merged(known, fresh).items()])
            put(connection, vantages, [heard | {"seq": seq}])

    def speaks_for(self, seconds: float) -> None:
        """How long a single result holds, which depends on how often a network of this size is probed."""
        self._spells = SpellStore(self._engine, SlaSettings().hold_seconds(seconds))

    def latest(self) -> Mapping[CellKey, Latest]:
        """The newest result of every cell ever observed, by (site, service); the same object while nothing is new."""
        return self._cells.read()

    def latest_at(self, at: float) -> dict[CellKey, Latest]:
        """The newest result of every cell as it was at an instant, as far as results of then are kept."""
        seen: dict[CellKey, list[Observation]] = {}
        with self._engine.connect() as connection:
            for site, service, *result in connection.execute(_NEWEST, {"until": at}):
                seen.setdefault((site, service), []).append(Observation(service, *result))
        return {key: merged({}, results)[key[1]] for key, results in seen.items()}

    def recent(self, n: int) -> dict[CellKey, list[Seen]]:
        """The newest ``n`` results (at most 8) of every cell, oldest first."""
        return {key: list(cell.last[-n:]) for key, cell in self.latest().items()}

    def recent_families(self, n: int) -> dict[tuple[str, str, str], list[Seen]]:
        """The newest ``n`` results (at most 8) of every cell in each IP family, oldest first."""
        return {
            (*key, family): list(seen[-n:])
            for key, cell in self.latest().items()
            for family, seen in cell.tried.items()
        }

    def history(self, site: str, service: str, start: float, end: float) -> list[Seen]:
        """Results of one cell in a span of time, oldest first."""
        of, table = observations.c, observations
        query = select(of.at, of.ok, of.stage).where(of.site == site, of.service == service, of.at.between(start, end))
        with self._engine.connect() as connection:
            return [(row.at, row.ok, row.stage) for row in connection.execute(query.order_by(table.c.at))]

    def heartbeat(self, site: str) -> float | None:
        """When the site's agent was last heard."""
        return self.heartbeats().get(site)

    def heartbeats(self) -> dict[str, float]:
        """When each site's agent was last heard."""
        return {site: heard for site, (heard, _) in self._vantages.read().items()}

    def health(self) -> dict[str, Health]:
        """What each site's agent last said of itself; agents that say nothing are left out."""
        return {site: said for site, (_, said) in self._vantages.read().items() if said is not None}

    def days_left(self) -> dict[str, float]:
        """Days for which the certificate of each e-service is still valid, as seen by the site that saw the least."""
        least: dict[str, float] = {}
        for (_, service), cell in self.latest().items():
            if cell.days_left is not None:
                least[service] = min(cell.days_left, least.get(service, cell.days_left))
        return least

    def prune(self, now: float) -> None:
        """Forget history older than the days kept; done for each site hourly as its results come in."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(observations).where(observations.c.at < now - self._keep))


def _newest_until() -> Select[Any]:
    """The few newest results of every cell until an instant, each cell found by its place in the index."""
    of, cell, until = observations.c, cells.c, bindparam("until", type_=Float)
    mine = (of.site == cell.site, of.service == cell.service, of.at <= until)
    first = select(of.at).where(*mine).order_by(of.at.desc()).offset(KEEP_LAST - 1).limit(1).scalar_subquery()
    since = func.coalesce(first, 0.0)
    spans = select(cell.site, cell.service, since.label("since")).cte("spans").prefix_with("MATERIALIZED")
    return select(of.site, of.service, of.at, of.ok, of.stage, of.ms).join(
        spans, (of.site == spans.c.site) & (of.service == spans.c.service) & of.at.between(spans.c.since, until)
    )


_NEWEST = _newest_until()


def _known(connection: Connection, site: str, services: Collection[str]) -> dict[str, Latest]:
    query = select(cells).where(cells.c.site == site, cells.c.service.in_(services)).with_for_update()
    return {row.service: _cell(row)[1] for row in connection.execute(query)} if services else {}


def _late(known: Mapping[str, Latest], fresh: Sequence[Observation]) -> dict[str, float]:
    """By service, the oldest result that is older than the newest known before."""
    late: dict[str, float] = {}
    for r in fresh:
        if r.service in known and r.at < known[r.service].at:
            late[r.service] = min(r.at, late.get(r.service, r.at))
    return late


def _cell(r: Row[Any]) -> tuple[CellKey, Latest]:
    last, changes = (tuple((at, ok, stage) for at, ok, stage in seen) for seen in (r.last, r.changes))
    tried = {family: tuple((at, ok, stage) for at, ok, stage in seen) for family, seen in r.tried.items()}
    detail = r.families, r.stages, r.days_left, tried
    return (r.site, r.service), Latest(r.at, r.ok, r.since, r.stage, r.ms, r.text, last, changes, *detail)


def _vantage(row: Row[Any]) -> tuple[str, tuple[float, Health | None]]:
    return row.site, (row.heard, row.health)


def _history_row(site: str, r: Observation) -> dict[str, object]:
    broken = next((family for family, how in r.families.items() if r.ok and how != OK), None)
    return {"site": site, "service": r.service, "at": r.at, "ok": r.ok, "stage": r.stage, "ms": r.ms, "broken": broken}


def _cell_row(site: str, service: str, c: Latest, seq: int) -> dict[str, object]:
    row = {"at": c.at, "ok": c.ok, "since": c.since, "stage": c.stage, "ms": c.ms, "text": c.text}
    kept = {"last": [list(seen) for seen in c.last], "changes": [list(seen) for seen in c.changes]}
    detail = {"families": dict(c.families), "stages": dict(c.stages), "days_left": c.days_left}
    detail |= {"tried": {family: [list(seen) for seen in all_] for family, all_ in c.tried.items()}}
    return {"site": site, "service": service, **row, **kept, **detail, "seq": seq}


def _prune(connection: Connection, site: str, before: float) -> None:
    of = observations.c
    for service in connection.execute(select(cells.c.service).where(cells.c.site == site)).scalars().all():
        connection.execute(delete(observations).where(of.site == site, of.service == service, of.at < before))
