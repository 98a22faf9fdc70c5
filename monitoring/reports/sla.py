"""Service level of every site and e-service in a month, against what was promised."""

from monitoring.reports.report import Column, Report, ReportKind, Sources, Value
from monitoring.sla.figures import Figure, Month
from monitoring.sla.month import month_of

COLUMNS = (
    Column("site", "Lokalizacja", "Site"),
    Column("site_name", "Nazwa", "Name"),
    Column("service", "E-usługa", "E-service"),
    Column("month", "Miesiąc", "Month"),
    Column("target", "Cel", "Target", "%"),
    Column("availability", "Dostępność", "Availability", "%"),
    Column("met", "Cel osiągnięty", "Target met"),
    Column("down", "Bez usługi", "Downtime", "min"),
    Column("incidents", "Przerwy", "Incidents"),
    Column("longest", "Najdłuższa przerwa", "Longest outage", "min"),
    Column("unknown", "Nic nie wiadomo", "Unknown", "min"),
    Column("excluded", "Wyłączone z rozliczenia", "Excluded", "min"),
    Column("windows", "Wyłączone okna i powody", "Excluded windows and reasons"),
)
_WORDS = {True: "yes", False: "no", None: "unknown"}


def build(sources: Sources) -> Report:
    """Cells that missed their target first, then those nothing is known of, then the rest."""
    asked = sources.options
    month = Month(sources.engine, sources.network, asked.get("month", month_of(sources.at)), sources.at)
    found = month.figures(asked.get("site"), asked.get("service"))
    found.sort(key=lambda f: (f.met is not False, f.met is not None, f.account.share or 0.0))
    rule = f"{month.hold:g} s"
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(_row(sources, figure) for figure in found),
        notes_pl=(
            "Tylko bezpośrednie pomiary z lokalizacji; dostępność to czas z usługą przez czas, o którym coś wiadomo.",
            f"Wynik obowiązuje do następnego; przerwa w wynikach dłuższa niż {rule} to czas, o którym nic nie wiadomo.",
            "Surowe wyniki: GET /api/v1/sla/raw; przelicza je deploy/recompute_sla.py.",
        ),
        notes_en=(
            "Direct probes of the site only; availability is time with service over the time that is known.",
            f"A result holds until the next one; a gap in results of more than {rule} is time nothing is known of.",
            "Raw results: GET /api/v1/sla/raw; deploy/recompute_sla.py works the figure out again.",
        ),
    )


def _row(sources: Sources, f: Figure) -> tuple[Value, ...]:
    a, shown = f.account, f.document()
    share = None if a.share is None else round(a.share * 100, 4)
    windows = "; ".join(f"{w['from']} to {w['until']}: {w['reason']}" for w in shown["excluded"])
    minutes = (_minutes(a.longest), _minutes(a.unknown), _minutes(a.excluded))
    place = (f.site, sources.network.site[f.site].name, f.service, f.month)
    return (*place, f.target, share, _WORDS[f.met], _minutes(a.down), a.incidents, *minutes, windows)


def _minutes(milliseconds: int) -> float:
    return round(milliseconds / 60_000, 2)


REPORT = ReportKind(
    "sla",
    "Dostępność e-usług wobec umowy",
    "Service level of e-services",
    build,
    {
        "month": "YYYY-MM, in Polish time (default: the month of the report)",
        "site": "one site only",
        "service": "one e-service only",
    },
    for_tenants=True,
)
