"""Rules for devices: which device broke which rule, by the last `silesianet compliance`."""

from datetime import UTC, datetime

from inventory.database.compliance import ComplianceStore, RuleFound
from monitoring.reports.report import Column, Report, ReportKind, Sources, Value

COLUMNS = (
    Column("device", "Urządzenie", "Device"),
    Column("rule", "Reguła", "Rule"),
    Column("verdict", "Wynik", "Verdict"),
    Column("line", "Wiersz", "Line"),
    Column("text", "Treść", "Text"),
    Column("checked", "Sprawdzono", "Checked"),
)
NOTHING = "does not apply"


def build(sources: Sources) -> Report:
    """What is known of devices of today's inventory; a rule that has nothing to ask of a device is left out."""
    found = [f for f in ComplianceStore(sources.engine).latest() if f.device in sources.network.device]
    if sources.options.get("all") != "1":
        found = [f for f in found if f.verdict == "broken"]
    return Report(
        slug=REPORT.slug,
        title_pl=REPORT.title_pl,
        title_en=REPORT.title_en,
        at=sources.at,
        columns=COLUMNS,
        rows=tuple(_row(f) for f in found if f.verdict != NOTHING),
        notes_pl=("Według ostatniego sprawdzenia każdego urządzenia. Wiersz 0: czegoś brakuje.",),
        notes_en=("By the last look at each device. Line 0: something is missing.",),
    )


def _row(found: RuleFound) -> tuple[Value, ...]:
    checked = datetime.fromtimestamp(found.at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return (found.device, found.rule, found.verdict, found.line, found.text, checked)


REPORT = ReportKind(
    "compliance",
    "Zgodność urządzeń z regułami",
    "Devices held to the rules",
    build,
    options={"all": "1: also rules that are kept"},
)
