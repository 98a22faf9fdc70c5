"""Breaks every link and every device of the running city in turn and compares what is lost with what was predicted.

    python -m bench.drill [--elements] [--reasons] [--changes] [--kills] [--canary] [--cycles]
        [--only link:x,device:y] [--kinds link,device,srg]

Predictions come from the inventory alone; what is compared with them is every single result that the agents of
the sites sent in two full periods of probes after routing had converged, those handed in later included.
Changes are seeded and judged by the gate; kills end processes and devices at every moment of a change; a canary that
fails keeps a change from hundreds of simulated devices.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import drill_changes, drill_kills, drill_reasons
from bench.change_cases import chosen
from bench.drill_city import DrilledCity, keep
from bench.evidence import publish
from inventory.model.device import Role
from inventory.model.element import Element, ElementKind
from monitoring.calibration import Calibration, Comparison, compare
from monitoring.reachability import compute

FAULT = {
    ElementKind.LINK: "down",
    ElementKind.DEVICE: "off",
    ElementKind.SRG: "down",
    ElementKind.SITE: "off",
    ElementKind.SERVICE: "stopped",
}
EVIDENCE = Path("docs/evidence")
WATCHERS = frozenset({Role.AGENT, Role.NOC, Role.PANEL})
"""Devices without which nothing would be seen, and patch panels."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element: how it compared, and seconds to converge and to heal."""

    comparison: Comparison
    unseen: int
    converged: float
    healed: float


def elements(city: DrilledCity, kinds: list[str]) -> list[str]:
    """Every element of some kinds."""
    network = city.network
    slugs = {
        "link": [link.slug for link in network.links],
        "device": [d.slug for d in network.devices if d.role not in WATCHERS],
        "srg": [srg.slug for srg in network.srgs if any(srg.slug in link.srgs for link in network.links)],
        "site": [s.slug for s in network.sites if any(d.platform for d in network.devices_of[s.slug])],
        "service": [s.slug for s in network.services],
    }
    return [f"{kind}:{slug}" for kind in kinds for slug in slugs[kind]]


def break_one(city: DrilledCity, element: str) -> Row:
    """Break an element, look, heal."""
    day = datetime.now(UTC).date()
    designed, left = compute(city.network, day).cells, compute(city.network, day, [element]).cells
    city.inject(element, FAULT[Element.parse(element).kind])
    try:
        converged = city.await_converged()
        start, end = city.window()
    finally:
        city.heal()
    began = time.monotonic()
    well = city.is_well()
    seen = city.seen(start, end)
    healed = time.monotonic() - began
    if not well:
        city.again()
    judged = [cell for cell in city.cells if cell not in seen.unseen]
    # what flickers is neither: it counts against the prediction, whatever that was
    works = {cell: seen.works.get(cell, cell not in left) for cell in judged}
    blocked = {cell for cell in judged if cell not in designed and not works[cell]}
    predicted = {cell for cell in judged if cell not in left} - blocked
    observed = {cell for cell in judged if not works[cell]} - blocked
    return Row(compare(element, predicted, observed, len(judged)), len(seen.unseen), converged, healed)


def lines(rows: list[Row], seconds: float) -> list[str]:
    """The evidence, as Markdown."""
    calibration = Calibration(tuple(row.comparison for row in rows))
    unseen = sum(row.unseen for row in rows)
    text = [*calibration.lines(), "", f"{unseen} cells were not seen and not compared. {seconds / 60:.1f} minutes."]
    text += ["", "| element | lost as predicted | lost as seen | equal | converged s | healed s |", "|---" * 6 + "|"]
    for row in rows:
        c = row.comparison
        figures = f"{len(c.predicted)} | {len(c.observed)} | {c.equal} of {c.cells}"
        text.append(f"| `{c.element}` | {figures} | {row.converged:.1f} | {row.healed:.1f} |")
    return text


def drill(city: DrilledCity, chosen: list[str], page: Path | None) -> None:
    """Every chosen element in turn."""
    rows, began = [], time.monotonic()
    for number, element in enumerate(chosen, start=1):
        rows.append(break_one(city, element))
        c = rows[-1].comparison
        said = f"{len(c.predicted)} predicted, {len(c.observed)} seen, {len(c.missed)} missed, {len(c.spared)} spared"
        print(f"{number}/{len(chosen)} {element}: {said}", flush=True)
        for mark, cells in (("!", c.missed), ("+", c.spared)):
            for cell in sorted(cells):
                print(f"    {mark} {' '.join(cell)}", flush=True)
        keep(city.home, "drill.json", Calibration(tuple(row.comparison for row in rows)).document())
    publish("Drill: predicted and observed losses", "drill", lines(rows, time.monotonic() - began), page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elements", action="store_true", help="break every element in turn")
    parser.add_argument("--reasons", action="store_true", help="inject faults of every class and read the reasons")
    parser.add_argument("--changes", action="store_true", help="seed good and bad changes: kept, or undone?")
    parser.add_argument("--kills", action="store_true", help="end processes and devices in mid-change")
    parser.add_argument("--canary", action="store_true", help="let a canary fail before 500 simulated devices")
    parser.add_argument("--cycles", action="store_true", help="bring the lab up and down twenty times")
    parser.add_argument("--only", default="", help="by commas: elements, classes or changes")
    parser.add_argument("--kinds", default="link,device", help=f"of {', '.join(ElementKind)}")
    parser.add_argument("--home", type=Path, default=Path("var/drill"))
    options = parser.parse_args()
    on_city = options.elements or options.reasons or options.changes or options.kills
    everything = not (on_city or options.canary or options.cycles)
    only = [word for word in options.only.split(",") if word]
    page = None if only else EVIDENCE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the city is taken down on the way out
    if on_city or everything:
        os.environ["SILESIANET_HOME"] = str(options.home.resolve())  # for what this process starts by itself
        city = DrilledCity(options.home.resolve())
        try:
            city.up()
            if options.elements or everything:
                drill(city, only or elements(city, options.kinds.split(",")), page and page / "drill.md")
            if options.reasons or everything:
                drill_reasons.drill(city, only if options.reasons else [], page and page / "reasons.md")
            if options.changes or everything:
                drill_changes.drill(city, chosen(only if options.changes else []), page and page / "changes.md")
            if options.kills or everything:
                drill_kills.drill(city, drill_kills.chosen(only if options.kills else []), page and page / "kills.md")
        finally:
            city.down()
    if options.canary or everything:
        subprocess.run([sys.executable, "-m", "bench.canary_drill", "--output", EVIDENCE / "canary.md"], check=True)
    if options.cycles or everything:
        subprocess.run([sys.executable, "-m", "bench.lab_cycles"], check=True, env=os.environ)


if __name__ == "__main__":
    main()
