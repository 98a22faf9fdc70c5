"""Forty seeded changes in the running city: are bad ones undone by themselves, and good ones kept?"""

from collections import Counter
from pathlib import Path
from statistics import median

from bench.change_drill import QUICK, WIDE, ChangeDrill, Ended
from bench.change_edits import Case
from bench.drill_city import DrilledCity, keep
from bench.evidence import publish
from inventory.errors import SilesiaNetError
from monitoring.settings import ProbeSettings

NAMED = 4
"""Cells named in the table."""


def drill(city: DrilledCity, cases: tuple[Case, ...], page: Path | None) -> list[Ended]:
    """Every case in turn; a city that one leaves unwell is replaced."""
    ended: list[Ended] = []
    made = ChangeDrill(city)
    for number, case in enumerate(cases, start=1):
        try:
            ended.append(made.carry_out(case))
        except (SilesiaNetError, TimeoutError) as fault:  # the machine, not the change: once more in a new city
            print(f"    {case.name} could not be carried out: {fault}", flush=True)
            city.again()
            made = ChangeDrill(city)
            ended.append(made.carry_out(case))
        print(f"{number}/{len(cases)} {_said(ended[-1])}", flush=True)
        keep(city.home, "changes.json", [_document(e) for e in ended])
        if not ended[-1].well:
            city.again()
            made = ChangeDrill(city)
    publish("Seeded changes: undone or kept", "drill --changes", lines(ended), page)
    return ended


def lines(ended: list[Ended]) -> list[str]:
    """The evidence, as Markdown."""
    bad, good = [e for e in ended if e.case.bad], [e for e in ended if not e.case.bad]
    undone, kept = sum(e.as_expected for e in bad), sum(e.as_expected for e in good)
    times = sorted(e.restored_after for e in bad if e.restored_after is not None) or [0.0]
    text = [f"{undone} of {len(bad)} bad changes undone by themselves, {kept} of {len(good)} good ones kept."]
    text += ["", f"Time to restore: median {median(times):.0f} s, longest {times[-1]:.0f} s.", "", *_METHOD, ""]
    text += [
        "| change | class | made by | devices | why | expected | happened | harmed | restored s |",
        "|---" * 9 + "|",
    ]
    return [*text, *map(_row, ended)]


_METHOD = (
    "Each change was planned on its devices and applied with the gate, in a city that was well before. Harmed",
    "is every entitled cell that two probes in a row saw fail in one IP family at least, by all results the",
    "site agents handed in, also those of sites that were cut off; restored is the time from the first commit",
    "until the last of them was ok again, or, where no cell was harmed, until every device ran again what it",
    "ran before. Inventory: an edit an operator could import, and that every check of the inventory let pass.",
    "Text: an edit of the rendered text, as by a mistake in a template. Good changes must be kept with no cell",
    "harmed, and were then taken back.",
    "",
    f"Timers: one batch {QUICK.batch_seconds:g} s ({WIDE.batch_seconds:g} s for more than three devices), health "
    f"{QUICK.health_seconds:g} s ({WIDE.health_seconds:g} s), settling {QUICK.settle_seconds:g} s, gate "
    f"{QUICK.gate_seconds:g} s, margin {QUICK.margin_seconds:g} s; probes every {ProbeSettings().period:g} s.",
)


def _row(e: Ended) -> str:
    devices = ", ".join(e.case.devices) if len(e.case.devices) < 4 else f"{len(e.case.devices)} devices"
    happened = f"{e.report.state}{'' if e.as_expected else ' **not as expected**'}: {_because(e)}"
    time = "" if e.restored_after is None else f"{e.restored_after:.0f}"
    expected = "undone" if e.case.bad else "kept"
    cells = (f"`{e.case.name}`", e.case.kind, e.case.made_by, devices, e.case.why, expected, happened, _cells(e), time)
    return f"| {' | '.join(cells)} |"


def _because(e: Ended) -> str:
    reason = e.report.reason.replace("|", "/") or "no cell lost"
    spared = f"; {e.untouched} devices never touched" if e.untouched else ""
    return f"{reason}{spared}"


def _cells(e: Ended) -> str:
    """The cells, or by site when they are many."""
    if len(e.harmed) <= NAMED:
        return ", ".join(f"{site} {service}" for site, service in sorted(e.harmed)) or "none"
    sites = Counter(site for site, _ in e.harmed)
    named = ", ".join(f"{site} {count}" for site, count in sorted(sites.items())[:NAMED])
    more = f" and {len(sites) - NAMED} sites more" if len(sites) > NAMED else ""
    return f"{len(e.harmed)}: {named}{more}"


def _said(e: Ended) -> str:
    mark = "as expected" if e.as_expected else "NOT AS EXPECTED"
    back = "" if e.restored_after is None else f", restored after {e.restored_after:.1f} s"
    return f"{e.case.name} ({e.case.kind}): {e.report.state}, {mark}, {_cells(e)}{back}; {_because(e)} [{e.seconds} s]"


def _document(e: Ended) -> dict[str, object]:
    return {
        "name": e.case.name, "kind": e.case.kind, "bad": e.case.bad, "as_expected": e.as_expected, "well": e.well,
        "harmed": sorted(e.harmed), "restored_after": e.restored_after, "seconds": e.seconds,
        "report": e.report.model_dump(mode="json"),
    }  # fmt: skip
