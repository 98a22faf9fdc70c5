"""What site agents saw: the newest of every cell quickly, everything of the last days for reports."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select

from monitoring.settings import ProbeSettings
from monitoring.tables import cells, observations, vantages
from monitoring.upsert import put, put_new

KEEP_LAST = 8
"""Results kept beside each cell, so that the gate and the matrix never read the history."""

type Seen = tuple[float, bool, str | None]
"""One result in short: at (epoch seconds), ok, stage at which it failed."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The result of one probe of an e-service, as the site's agent reported it."""

    service: str
    at: float
    ok: bool
    stage: str | None = None
    ms: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest result of a cell; ``since`` is when its run of equal results began, ``last`` is oldest first."""

    at: float
    ok: bool
    since: float
    stage: str | None
    ms: float | None
    text: str
    last: tuple[Seen, ...]


class ObservationStore:
    """Results by (site, service, at): adding one twice changes nothing, adding an old one never hides a newer."""

    def __init__(self, engine: Engine, keep_days: float | None = None) -> None:
        self._engine, self._keep = engine, (keep_days or ProbeSettings().keep_days) * 86400
        self._pruned: dict[str, float] = {}

    def add(self, site: str, results: Sequence[Observation], received: float | None = None) -> None:
        """Store what a site's agent sent, and that it was heard; results from the future are dated now."""
        now = time.time() if received is None else received
        fresh = [r if r.at <= now else _dated(r, now) for r in results if r.at > now - self._keep]
        with self._engine.execution_options(writes=True).begin() as connection:
            put(connection, vantages, [{"site": site, "heard": now}])
            known = {service: latest for (_, service), latest in _cells(connection, site).items()}
            put_new(connection, observations, [_history_row(site, result) for result in fresh])
            put(connection, cells, [_cell_row(site, s, latest) for s, latest in _merged(known, fresh).items()])
            if now - self._pruned.get(site, 0.0) > 3600:
                self._pruned[site] = now
                _prune(connection, site, list(known), now - self._keep)

    def latest(self) -> dict[tuple[str, str], Latest]:
        """The newest result of every cell that was ever observed, by (site, service)."""
        with self._engine.connect() as connection:
            return _cells(connection, None)

    def latest_at(self, at: float) -> dict[tuple[str, str], Latest]:
        """The newest result of every cell as it was at an instant, as far as results of then are kept."""
        of, found = observations.c, {}
        newest = select(of.at, of.ok, of.stage, of.ms).order_by(of.at.desc()).limit(KEEP_LAST)
        with self._engine.connect() as connection:
            for site, service in connection.execute(select(cells.c.site, cells.c.service)).all():
                rows = connection.execute(newest.where(of.site == site, of.service == service, of.at <= at)).all()
                seen = [Observation(service, row.at, row.ok, row.stage, row.ms) for row in rows]
                if rows:
                    found[site, service] = _merged({}, seen)[service]
        return found

    def recent(self, n: int) -> dict[tuple[str, str], list[Seen]]:
        """The newest ``n`` results (at most 8) of every cell, oldest first."""
        return {key: list(cell.last[-n:]) for key, cell in self.latest().items()}

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
        with self._engine.connect() as connection:
            return {row.site: row.heard for row in connection.execute(select(vantages))}

    def prune(self, now: float) -> None:
        """Forget history older than the days kept; done for each site hourly as its results come in."""
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(observations).where(observations.c.at < now - self._keep))


def _dated(result: Observation, at: float) -> Observation:
    return Observation(result.service, at, result.ok, result.stage, result.ms, result.text)


def _cells(connection: Connection, site: str | None) -> dict[tuple[str, str], Latest]:
    query = select(cells) if site is None else select(cells).where(cells.c.site == site).with_for_update()
    return {
        (r.site, r.service): Latest(r.at, r.ok, r.since, r.stage, r.ms, r.text, tuple((a, o, s) for a, o, s in r.last))
        for r in connection.execute(query)
    }


def _merged(known: Mapping[str, Latest], fresh: Iterable[Observation]) -> dict[str, Latest]:
    """Cells that change, each with the new results worked in by their own time."""
    changed: dict[str, Latest] = {}
    for result in sorted(fresh, key=lambda r: r.at):
        before = changed.get(result.service, known.get(result.service))
        after = _after(before, result)
        if after != before:
            changed[result.service] = after
    return changed


def _after(cell: Latest | None, result: Observation) -> Latest:
    seen: Seen = (result.at, result.ok, result.stage)
    if cell is None:
        return Latest(result.at, result.ok, result.at, result.stage, result.ms, result.text, (seen,))
    if any(at == result.at for at, _, _ in cell.last):
        return cell
    last = tuple(sorted((*cell.last, seen), key=lambda s: s[0])[-KEEP_LAST:])
    if result.at < cell.at:
        return Latest(cell.at, cell.ok, _run_start(cell.since, last), cell.stage, cell.ms, cell.text, last)
    since = cell.since if result.ok == cell.ok else result.at
    return Latest(result.at, result.ok, since, result.stage, result.ms, result.text, last)


def _run_start(since: float, last: tuple[Seen, ...]) -> float:
    """Start of the newest run of equal results, once a back-filled result may have cut it short."""
    start = last[-1][0]
    for at, ok, _ in reversed(last):
        if ok != last[-1][1]:
            return start
        start = at
    return min(since, start)


def _history_row(site: str, r: Observation) -> dict[str, object]:
    return {"site": site, "service": r.service, "at": r.at, "ok": r.ok, "stage": r.stage, "ms": r.ms}


def _cell_row(site: str, service: str, c: Latest) -> dict[str, object]:
    row = {"at": c.at, "ok": c.ok, "since": c.since, "stage": c.stage, "ms": c.ms, "text": c.text}
    return {"site": site, "service": service, **row, "last": [list(seen) for seen in c.last]}


def _prune(connection: Connection, site: str, services: list[str], before: float) -> None:
    of = observations.c
    for service in services:
        connection.execute(delete(observations).where(of.site == site, of.service == service, of.at < before))
