"""Faults of every class, put into the running city one at a time: which class does the platform find?"""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.drill_city import DrilledCity, keep
from bench.evidence import publish
from monitoring.calibration import NOTHING, confusion
from monitoring.reachability.compute import CellKey

INJECTIONS: tuple[tuple[str, str, str], ...] = (
    ("outage", "link:pop-sosnica-1--gw-biblioteka-sosnica", "down"),
    ("outage", "link:pop-trynek-1--gw-szkola-trynek", "silent"),
    ("outage", "srg:duct-s-access", "down"),
    ("outage", "device:pop-labedy-1", "off"),
    ("outage", "device:gw-dom-kultury-labedy", "off"),
    ("outage", "device:hs-rynek", "off"),
    ("outage", "device:srv-dc", "off"),
    ("outage", "device:dns1", "off"),
    ("outage", "service:wbo", "stopped"),
    ("outage", "service:edms", "stopped"),
    ("outage", "service:msip", "dns"),
    ("config_drift", "device:gw-szkola-trynek", "drift"),
    ("config_drift", "device:gw-um-zwyciestwa", "drift"),
    ("config_drift", "device:hs-park-chopina", "drift"),
    ("config_drift", "device:gw-biblioteka-sosnica", "blackhole"),
    ("config_drift", "device:gw-skarbnik", "blackhole"),
    ("config_drift", "device:pop-sosnica-1", "blackhole"),
    ("model_wrong", "link:pop-sosnica-1--gw-biblioteka-sosnica", "bypassed"),
    ("model_wrong", "link:pop-labedy-1--gw-dom-kultury-labedy", "bypassed"),
    ("model_wrong", "link:pop-trynek-1--gw-szkola-trynek", "bypassed"),
    ("model_wrong", "service:egib", "moved"),
    ("model_wrong", "service:msip", "moved"),
    ("probe_fault", "site:szkola-trynek", "blind"),
    ("probe_fault", "site:rynek", "blind"),
    ("probe_fault", "site:um-zwyciestwa", "blind"),
    ("probe_fault", "site:szkola-trynek", "clock"),
    ("probe_fault", "site:rynek", "clock"),
    ("probe_fault", "site:biblioteka-sosnica", "untrusting"),
    ("probe_fault", "site:um-zwyciestwa", "untrusting"),
    ("leak", "device:gw-szkola-trynek", "unfiltered"),
    ("leak", "device:gw-biblioteka-sosnica", "unfiltered"),
    ("leak", "device:hs-rynek", "unfiltered"),
)
"""Class, element, way it fails."""

LONGEST_SECONDS = 30.0
STEADY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Case:
    """One injection and what was found: class and element of every cell that has a reason."""

    injected: str
    element: str
    kind: str
    found: dict[CellKey, tuple[str, str]]

    @property
    def answer(self) -> str | None:
        """The class that most cells show; null when nothing was found."""
        return next((name for name, _ in self.classes.most_common(1)), None)

    @property
    def classes(self) -> Counter[str]:
        """How many cells show each class."""
        return Counter(name for name, _ in self.found.values())

    @property
    def elements(self) -> Counter[str]:
        """How many cells point at each element."""
        return Counter(element for _, element in self.found.values())


def inject(city: DrilledCity, injected: str, element: str, kind: str) -> Case:
    """Inject one fault, wait until the reasons have settled, heal."""
    city.inject(element, kind)
    try:
        city.await_converged()
        found = settled(city)
    finally:
        city.heal()
    if not city.is_well():
        city.again()
    return Case(injected, element, kind, found)


def settled(city: DrilledCity) -> dict[CellKey, tuple[str, str]]:
    """The reasons, once they have not changed for some seconds and silent sites are stale."""
    began = changed = time.monotonic()
    before: dict[CellKey, tuple[str, str]] | None = None
    while True:
        reasons = {key: cell["reason"] for key, cell in city.matrix().items()}
        now = {key: (reason["class"], reason["element"]) for key, reason in reasons.items() if reason is not None}
        if now != before:
            before, changed = now, time.monotonic()
        waited, steady = time.monotonic() - began, time.monotonic() - changed
        if waited > LONGEST_SECONDS or (steady > STEADY_SECONDS and waited > city.pace.stale_after + STEADY_SECONDS):
            return now
        time.sleep(0.5)


def lines(cases: list[Case]) -> list[str]:
    """The evidence, as Markdown."""
    by_case = confusion((case.injected, case.answer) for case in cases)
    by_cell = confusion((case.injected, name) for case in cases for name in case.classes.elements())
    text = ["One line per injected fault; the class found is the one that most cells show.", "", *by_case.lines()]
    text += ["", "The same counted by cells:", "", *by_cell.lines()]
    text += ["", "| injected | fault | cells by class found | first element |", "|---" * 4 + "|"]
    for case in cases:
        classes = ", ".join(f"{count} {name}" for name, count in case.classes.most_common()) or NOTHING
        first = next((element for element, _ in case.elements.most_common(1)), "")
        text.append(f"| {case.injected} | `{case.element} {case.kind}` | {classes} | {first and f'`{first}`'} |")
    return text


def drill(city: DrilledCity, only: list[str], page: Path | None) -> None:
    """Every injection of the chosen classes, or elements, or all."""
    cases: list[Case] = []
    for injected, element, kind in INJECTIONS:
        if only and injected not in only and element not in only:
            continue
        cases.append(inject(city, injected, element, kind))
        print(f"{injected}: {element} {kind}: {dict(cases[-1].classes)} {dict(cases[-1].elements)}", flush=True)
        rows = [{"injected": c.injected, "element": c.element, "kind": c.kind, "found": c.classes} for c in cases]
        keep(city.home, "reasons.json", rows)
    publish("Reasons: injected and found", "drill --reasons", lines(cases), page)
