"""How full each link and each site is, against the rate of its circuit in the inventory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inventory.model.link import Link
from inventory.model.network import Network
from monitoring.capacity.percentile import percentile
from monitoring.capacity.store import Series
from monitoring.settings import CapacitySettings


class Advice(StrEnum):
    """What to do about a 95th percentile."""

    FINE = "fine"
    WARN = "warn"
    PLAN = "plan"
    ORDER = "order"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Traffic of one link or site over a span. Rates are bits per second; shares are of the capacity."""

    element: str
    capacity_down_bps: int
    capacity_up_bps: int
    slots: int
    p95_bps: float | None
    p95_share: float | None
    peak_share: float | None
    last_share: float | None
    advice: Advice


def advise(share: float | None, settings: CapacitySettings) -> Advice:
    """Advice for a 95th percentile of the utilisation."""
    if share is None:
        return Advice.UNKNOWN
    for limit, advice in ((settings.order, Advice.ORDER), (settings.plan, Advice.PLAN), (settings.warn, Advice.WARN)):
        if share >= limit:
            return advice
    return Advice.FINE


def of_link(
    network: Network, link: Link, series: Mapping[tuple[str, str], Series], settings: CapacitySettings
) -> Utilisation:
    """Utilisation of a link, seen at end a or, without figures there, at end b."""
    return _utilisation(f"link:{link.slug}", network, (link,), (link,), series, settings)


def of_site(
    network: Network, site: str, series: Mapping[tuple[str, str], Series], settings: CapacitySettings
) -> Utilisation | None:
    """Utilisation of a site: its uplinks summed slot by slot, against those of lowest cost; null without uplinks."""
    uplinks = uplinks_of(network, site)
    if not uplinks:
        return None
    return _utilisation(f"site:{site}", network, uplinks, of_lowest_cost(uplinks), series, settings)


def uplinks_of(network: Network, site: str) -> tuple[Link, ...]:
    """Links by which a site hangs on the network."""
    return tuple(link for device in network.devices_of.get(site, ()) for link in network.uplinks(device.slug))


def of_lowest_cost(uplinks: Sequence[Link]) -> tuple[Link, ...]:
    """The uplinks that carry the traffic while everything is up."""
    cheapest = min(link.ospf_cost for link in uplinks)
    return tuple(link for link in uplinks if link.ospf_cost == cheapest)


def _utilisation(
    element: str,
    network: Network,
    links: Iterable[Link],
    active: Iterable[Link],
    series: Mapping[tuple[str, str], Series],
    settings: CapacitySettings,
) -> Utilisation:
    rates = [network.circuit[link.circuit].rate for link in active]
    down, up = sum(rate.down for rate in rates), sum(rate.up for rate in rates)
    total: dict[int, tuple[float, float]] = {}
    for link in links:
        for slot, (towards_b, towards_a) in directions(link, series).items():
            before = total.get(slot, (0.0, 0.0))
            total[slot] = (before[0] + towards_b, before[1] + towards_a)
    shares = [max(towards_b / down, towards_a / up) for _, (towards_b, towards_a) in sorted(total.items())]
    p95 = percentile(shares)
    return Utilisation(
        element=element,
        capacity_down_bps=down,
        capacity_up_bps=up,
        slots=len(total),
        p95_bps=percentile(max(pair) for pair in total.values()),
        p95_share=p95,
        peak_share=max(shares, default=None),
        last_share=shares[-1] if shares else None,
        advice=advise(p95, settings),
    )


def directions(link: Link, series: Mapping[tuple[str, str], Series]) -> Series:
    """Rates towards end b and towards end a."""
    a, b = link.ends
    if a in series:
        return {slot: (out, into) for slot, (into, out) in series[a].items()}
    return series.get(b, {})
