"""Reads what the index is made of from the stores: probes, what is down, what was probed when."""

import time
from collections.abc import Mapping

from sqlalchemy import Engine

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.elements import ElementStates
from monitoring.equality.index import Equality, equality
from monitoring.equality.site_scores import Probed, site_scores
from monitoring.equality.standing import standing
from monitoring.observations import Latest, ObservationStore
from monitoring.reachability.compute import CellKey, compute
from monitoring.settings import EqualitySettings, ProbeSettings, SlaSettings
from monitoring.sla.availability import account, milliseconds
from monitoring.sla.spells import SpellStore

DAY_SECONDS = 86400.0


def read(
    engine: Engine,
    network: Network,
    at: float,
    settings: EqualitySettings | None = None,
    pace: ProbeSettings | None = None,
) -> Equality:
    """The index of a network at an instant, of the past too: as far as results of then are kept."""
    settings, pace = settings or EqualitySettings(), pace or ProbeSettings()
    past = at < time.time() - pace.stale_after
    store = ObservationStore(engine)
    latest = store.latest_at(at) if past else store.latest()
    heartbeats = _heard(latest) if past else store.heartbeats()
    down = () if past else tuple(ElementStates(engine).down())
    now = standing(compute(network, day_at(at), down), latest, heartbeats, at, pace.stale_after)
    since, hold = at - settings.period_days * DAY_SECONDS, SlaSettings().hold_seconds(pace.stale_after)
    scores = site_scores(compute(network, day_at(at)), now, probed(engine, since, at, hold), settings)
    return equality(network, scores, now.basis, (since, at), settings)


def probed(engine: Engine, since: float, until: float, hold: float) -> Probed:
    """Time with and without service of every cell that was probed in a span."""
    span, most = (milliseconds(since), milliseconds(until)), milliseconds(hold)
    spells = SpellStore(engine, hold).read(since, until)
    accounts = {cell: account(of, span, most) for cell, of in spells.items()}
    return {cell: (a.up, a.down) for cell, a in accounts.items() if a.up + a.down}


def _heard(latest: Mapping[CellKey, Latest]) -> dict[str, float]:
    """When each site was last heard, by its newest result."""
    heard: dict[str, float] = {}
    for (site, _), seen in latest.items():
        heard[site] = max(seen.at, heard.get(site, seen.at))
    return heard
