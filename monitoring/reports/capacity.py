"""How full links and sites are: the report capacity is planned and ordered by."""

import math

from inventory.errors import WrongUsage
from inventory.model.network import Network
from inventory.model.rate import format_rate
from monitoring.capacity.store import TrafficStore
from monitoring.capacity.utilisation import Utilisation, of_link, of_site
from monitoring.reports.report import Column, Report, ReportKind, Sources, Value
from monitoring.settings import CapacitySettings

DAYS = 31
COLUMNS = (
    Column("element", "Element", "Element"),
    Column("name", "Nazwa", "Name"),
    Column("capacity_down_bps", "Przepływność do użytkownika", "Capacity down", "b/s"),
    Column("capacity_up_bps", "Przepływność od użytkownika", "Capacity up", "b/s"),
    Column("p95_bps", "95. percentyl maks(in, out)", "95th percentile of max(in, out)", "b/s"),
    Column("p95_percent", "95. percentyl wykorzystania", "95th percentile of utilisation", "%"),
    Column("peak_percent", "Największe wykorzystanie", "Peak utilisation", "%"),
    Column("last_percent", "Ostatni przedział", "Last slot", "%"),
    Column("slots", "Przedziały", "Slots"),
    Column("advice", "Zalecenie", "Advice"),
)
_ADVICE = ("order", "plan", "warn", "unknown", "fine")


def build(sources: Sources) -> Report:
    """Every link and every site with uplinks, the fullest first; ``days`` limits the period (default 31)."""
    settings = CapacitySettings()
    days = _days(sources.options.get("days"))
    store = TrafficStore(sources.engine, settings.slot)
    series = store.series(sources.at - days * 86400, sources.at)
    network, length = sources.network, store.length_held()
    found = [of_link(network, link, series, settings) for link in network.links]
    found += [u for site in network.sites if (u := of_site(network, site.slug, series, settings)) is not None]
    found.sort(key=lambda u: (_ADVICE.index(u.advice), -(u.p95_share or 0.0), u.element))
    limits = f"{settings.warn:.0%} / {settings.plan:.0%} / {settings.order:.0%}"
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(_row(network, u) for u in found),
        notes_pl=(
            f"Okres: ostatnie {days:g} dni w przedziałach po {length} s; percentyl metodą najbliższej rangi.",
            f"Progi: ostrzeżenie / planowanie / zamówienie przy {limits} 95. percentyla.",
            "Lokalizacja: suma łączy dostępowych w każdym przedziale wobec przepływności łączy o najniższym koszcie.",
            "Interfejs bez liczników 64-bitowych nie ma wartości; luki w pomiarze nie są zerami.",
        ),
        notes_en=(
            f"Period: the last {days:g} days in slots of {length} s; percentile by nearest rank.",
            f"Thresholds: warn / plan / order at {limits} of the 95th percentile.",
            "Site: uplinks summed in each slot, against the capacity of the uplinks of lowest cost.",
            "An interface without 64-bit counters has no figures; gaps in measurement are not zeros.",
        ),
    )


def _row(network: Network, u: Utilisation) -> tuple[Value, ...]:
    kind, _, slug = u.element.partition(":")
    name = network.site[slug].name if kind == "site" else format_rate(u.capacity_down_bps)
    percents = (_percent(share) for share in (u.p95_share, u.peak_share, u.last_share))
    p95 = None if u.p95_bps is None else round(u.p95_bps)
    return (u.element, name, u.capacity_down_bps, u.capacity_up_bps, p95, *percents, u.slots, str(u.advice))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _days(text: str | None) -> float:
    try:
        days = float(text) if text is not None else float(DAYS)
    except ValueError:
        days = math.nan
    if not 0 < days <= 10_000:
        raise WrongUsage(f"days must be a number above 0, not {text!r}", where="days")
    return days


REPORT = ReportKind(
    "capacity",
    "Wykorzystanie łączy i lokalizacji",
    "Utilisation of links and sites",
    build,
    {"days": "period looked at, in days (default 31)"},
    for_tenants=True,
)
