"""Where spells are kept: settled from the single results before these are forgotten, so that a month can be told.

Settled spells and the single results after them make one account; settling changes no figure. A result that comes late
(an agent was cut off and sends what it kept) reopens what was settled from its instant on.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, func, select, update

from monitoring.reachability.cells import CellKey
from monitoring.sla.availability import Spell, joined, milliseconds
from monitoring.sla.tables import spells as table
from monitoring.tables import cells, observations
from monitoring.upsert import put


class SpellStore:
    """Reads spells of all time; ``hold`` (seconds) is how far apart equal results may be."""

    def __init__(self, engine: Engine, hold: float) -> None:
        self._engine, self._hold = engine, milliseconds(hold)

    def read(
        self, since: float, until: float, site: str | None = None, service: str | None = None
    ) -> dict[CellKey, list[Spell]]:
        """Spells that touch a span of time, or lie so near that they tell about its ends, of every cell or of some."""
        first, last = milliseconds(since) - self._hold, milliseconds(until) + self._hold
        found: dict[CellKey, list[Spell]] = {}
        with self._engine.connect() as connection:
            settled = _settled(connection, site, service)
            query = _of(select(table), table, site, service).where(table.c.until >= first, table.c.start <= last)
            for row in connection.execute(query.order_by(table.c.start)):
                found.setdefault((row.site, row.service), []).append(Spell(row.start, row.until, row.ok))
            for row in connection.execute(_of(select(cells.c.site, cells.c.service, cells.c.at), cells, site, service)):
                cell = (row.site, row.service)
                after = max(settled.get(cell, 0), first - 1)
                if milliseconds(row.at) > after and (tail := _single(connection, cell, after, last)):
                    found[cell] = found.get(cell, []) + tail
        return {cell: joined(spells, self._hold) for cell, spells in found.items()}

    def single(self, site: str, service: str, since: float, until: float) -> list[Spell]:
        """As ``read`` for one cell, but every single result that is still kept is a spell of its own."""
        first, last = milliseconds(since) - self._hold, milliseconds(until) + self._hold
        with self._engine.connect() as connection:
            results = _single(connection, (site, service), first - 1, last)
        settled = self.read(since, until, site, service).get((site, service), [])
        oldest = results[0].start if results else last + 1
        return [Spell(s.start, min(s.until, oldest), s.ok) for s in settled if s.start < oldest] + results

    def settle(self, connection: Connection, site: str) -> None:
        """Turn the single results of a site that are not settled yet into spells."""
        settled = _settled(connection, site, None)
        for service in connection.execute(select(cells.c.service).where(cells.c.site == site)).scalars().all():
            until = settled.get((site, service), 0)
            results = _single(connection, (site, service), until, None)
            if results:
                self._add(connection, (site, service), until, results)

    def reopen(self, connection: Connection, site: str, late: Mapping[str, float]) -> None:
        """Forget what was settled from an instant on, by e-service: results older than the newest have come."""
        for service, at in late.items():
            start, here = milliseconds(at), (table.c.site == site, table.c.service == service)
            connection.execute(delete(table).where(*here, table.c.start >= start))
            before = _single(connection, (site, service), start - self._hold - 1, start - 1)
            cut = before[-1].until if before else table.c.start
            connection.execute(update(table).where(*here, table.c.until >= start).values(until=cut))

    def _add(self, connection: Connection, cell: CellKey, until: int, results: list[Spell]) -> None:
        site, service = cell
        query = select(table).where(table.c.site == site, table.c.service == service, table.c.until == until)
        last = connection.execute(query.order_by(table.c.start.desc()).limit(1)).first()
        begun = [Spell(last.start, last.until, last.ok)] if last is not None else []
        rows = [{"start": s.start, "until": s.until, "ok": s.ok} for s in joined(begun + results, self._hold)]
        put(connection, table, [{"site": site, "service": service, **row} for row in rows])


def _settled(connection: Connection, site: str | None, service: str | None) -> dict[CellKey, int]:
    """Until when each cell is settled."""
    query = select(table.c.site, table.c.service, func.max(table.c.until))
    rows = connection.execute(_of(query, table, site, service).group_by(table.c.site, table.c.service))
    return {(site, service): until for site, service, until in rows}


def _single(connection: Connection, cell: CellKey, after: int, last: int | None) -> list[Spell]:
    """Single results of a cell after one instant and until another, as spells of no length."""
    of = observations.c
    query = select(of.at, of.ok).where(of.site == cell[0], of.service == cell[1], of.at > (after - 1) / 1000)
    if last is not None:
        query = query.where(of.at <= (last + 1) / 1000)
    found = {milliseconds(row.at): row.ok for row in connection.execute(query.order_by(of.at))}
    return [Spell(at, at, ok) for at, ok in found.items() if at > after and (last is None or at <= last)]


def _of[Q: Select[Any]](query: Q, of: Table, site: str | None, service: str | None) -> Q:
    """A query narrowed to a site and an e-service."""
    query = query if site is None else query.where(of.c.site == site)
    return query if service is None else query.where(of.c.service == service)
