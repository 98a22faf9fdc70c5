"""The matrix cell by cell, in plain Python as it stands in the contract: what the arrays are compared with."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.cell import Basis, Observed, Sight, Verdict, instant
from monitoring.observations import Latest
from monitoring.reachability.compute import compute

type Key = tuple[str, str]


def slow_cells(
    network: Network,
    latest: Mapping[Key, Latest],
    down: tuple[str, ...],
    heartbeats: Mapping[str, float],
    now: float,
    stale_after: float,
) -> dict[Key, dict[str, Any]]:
    """What every cell has to say, but for its reason."""
    day = day_at(now)
    whole, left = compute(network, day), compute(network, day, down)
    keys = [(site.slug, service.slug) for site in network.sites for service in network.services]
    sights = {key: sight(latest.get(key), now, stale_after) for key in keys}
    alive = {site for site, at in heartbeats.items() if now - at <= stale_after}
    works = Counter(
        (network.site[site].site_class, service)
        for (site, service), seen in sights.items()
        if seen.observed is Observed.OK
    )
    for key in keys:
        enough = works[network.site[key[0]].site_class, key[1]] >= 3
        if sights[key].observed is Observed.NEVER and key[0] in alive and enough and left(*key):
            sights[key] = Sight(Observed.OK, None, Basis.SAMPLED)
    return {
        key: {
            "entitled": network.entitled(*key, day),
            "designed": whole(*key),
            "computed": left(*key),
            "observed": seen.observed,
            "stage": seen.stage,
            "basis": seen.basis,
            "since": instant(seen.since),
            "verdict": verdict(network.entitled(*key, day), left(*key), seen),
        }
        for key, seen in sights.items()
    }


def sight(latest: Latest | None, now: float, stale_after: float) -> Sight:
    """One failed probe after a good one is not yet a failure, two are; silence is stale."""
    if latest is None:
        return Sight()
    if now - latest.at > stale_after:
        return Sight(Observed.STALE, latest.stage, Basis.DIRECT, latest.at, latest.text)
    if latest.ok:
        return Sight(Observed.OK, None, Basis.DIRECT, latest.since)
    if len(latest.last) > 1 and latest.last[-2][1]:
        return Sight(Observed.OK, None, Basis.DIRECT, _run_start(latest))
    return Sight(Observed.FAILED, latest.stage, Basis.DIRECT, latest.since, latest.text)


def _run_start(latest: Latest) -> float:
    start = latest.at
    for at, ok, _ in reversed(latest.last[:-1]):
        if not ok:
            break
        start = at
    return start


def verdict(entitled: bool, computed: bool, seen: Sight) -> Verdict:
    """The verdict of the contract."""
    if seen.observed is Observed.OK:
        if entitled:
            return Verdict.OK
        return Verdict.LEAK if seen.basis is Basis.DIRECT else Verdict.UNKNOWN
    if seen.observed is Observed.FAILED:
        return Verdict.LOST if entitled else Verdict.BLOCKED
    return Verdict.LOST if seen.observed is Observed.STALE and entitled and not computed else Verdict.UNKNOWN
