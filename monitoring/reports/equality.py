"""Equal access: which district, tenant or class of site can use less than others."""

from inventory.errors import WrongUsage
from monitoring.equality import By, Equality, Standpoint, read
from monitoring.equality.formula import Part
from monitoring.equality.overview import notes
from monitoring.reports.report import Column, Report, ReportKind, Sources, Value

COLUMNS = (
    Column("by", "Podział", "Table"),
    Column("group", "Grupa", "Group"),
    Column("name", "Nazwa", "Name"),
    Column("index", "Wskaźnik równego dostępu", "Equal-access index"),
    Column("usable", "E-usługi do użycia teraz", "E-services usable now", "%"),
    Column("speed", "Szybkość wobec celu", "Speed against target", "%"),
    Column("resilience", "Odporność na pojedynczą awarię", "Survives any single failure", "%"),
    Column("time", "Czas z usługą", "Time with service", "%"),
    Column("gap", "Do najlepszej grupy", "Gap to the best"),
    Column("sites", "Miejsca", "Sites"),
    Column("people", "Osoby", "People"),
    Column("unknown", "Nic nie wiadomo", "Unknown", "%"),
)


def build(sources: Sources) -> Report:
    """Every group of one table, or of the three published ones; the total comes first."""
    found = read(sources.engine, sources.network, sources.matrix())
    polish, english = notes(found)
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(rows(found, _tables(sources.options.get("by")))),
        notes_pl=polish,
        notes_en=english,
    )


def rows(found: Equality, tables: tuple[By, ...]) -> list[tuple[Value, ...]]:
    """The total and the groups of the tables."""
    groups = [("all", found.overall), *((str(by), group) for by in tables for group in found.groups[by])]
    return [_row(by, group) for by, group in groups]


def _row(by: str, group: Standpoint) -> tuple[Value, ...]:
    shown = group.document()
    parts = (shown["parts"][part] for part in Part)
    figures = (shown[key] for key in ("gap", "sites", "people", "unknown"))
    return (by, group.group, group.name, shown["index"], *parts, *figures)


def _tables(text: str | None) -> tuple[By, ...]:
    if text is None:
        return (By.DISTRICT, By.TENANT, By.CLASS)
    if text not in set(By):
        raise WrongUsage(f"by must be one of {', '.join(By)}, not {text!r}", where="by")
    return (By(text),)


REPORT = ReportKind(
    "equal-access",
    "Równy dostęp do e-usług",
    "Equal access to e-services",
    build,
    {"by": "district, tenant, class or site (default: the first three)"},
)
