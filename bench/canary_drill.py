"""A change of more than 500 simulated devices whose canary fails: who was touched, and what is said about it?

    python -m bench.canary_drill [--devices 510] [--output docs/evidence/canary.md]

The devices are those of `up --simulated`, of six platforms, met over SSH, eAPI and NETCONF in one process of their own.
They carry no traffic, so probes are taken as ok: what fails here is the device, never an e-service.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api import background, demonstration
from api.context import SIMULATORS, Context
from automation.change import Outcome, Report, Scope, State
from automation.changes import Changes
from automation.expectation import entitled
from automation.gate import Cell, Seen
from automation.settings import ConfigurationSettings
from bench.evidence import publish
from inventory.day import day_at
from inventory.demo.vendors import mixed
from inventory.generator import region
from inventory.settings import Settings
from lab.simulators.control import tell
from lab.simulators.standing import Standing

CASES: Mapping[str, dict[str, Any]] = {
    "a line is rejected": {"reject": "(?i).*contact.*"},
    "its disk is full": {"disk_full": True},
    "it restarts in the middle": {"reboot_on_line": "(?i).*contact.*"},
    "its session is cut": {"drop_after": 0},
    "it says done and does nothing": {"ignore_commit": True},
    "it takes no more sessions": {"full": True},
    "it does not take our key": {"denied": True},
    "its key is not the one we know": {},
}


@dataclass(frozen=True)
class Fine:
    """Probes that are ok, of cells that nobody can probe here."""

    cells: frozenset[Cell]

    def recent(self, n: int) -> dict[Cell, list[Seen]]:
        """Two of each, just now."""
        now = time.time()
        two: list[Seen] = [(now - 0.001, True, None), (now, True, None)]
        return dict.fromkeys(self.cells, two[:n])

    def recent_families(self, _n: int, /) -> dict[tuple[str, str, str], list[Seen]]:
        """Not told apart."""
        return {}


class Region:
    """Simulated devices that are configured, and changes of all of them."""

    def __init__(self, home: Path, sites: int) -> None:
        self.context = Context(Settings(home=home))
        self.network = mixed(region(sites, seed=3))
        self.context.inventory.write(self.network, "drill", "a region on equipment of many vendors")
        self.count = demonstration.start_simulators(self.context, self.network)
        self.control = Standing.of(home).control

    def end(self) -> None:
        """Switch the devices off."""
        background.stop(self.context.settings.home, SIMULATORS)

    def changes(self, contact: str = "") -> Changes:
        """Changes that give every device another contact, with probes as a canary needs them."""
        probes = Fine(entitled(self.network, day_at()))
        plain = replace(self.context.changes, watching=bool(contact), probes=probes)
        return replace(plain, configuration=ConfigurationSettings(contact=contact)) if contact else plain

    def apply(self, changes: Changes, canary: Mapping[str, Any] | None = None) -> tuple[Report, str, float]:
        """Plan and apply; the device named in the first step gets the faults, once the plan is made."""
        change = changes.plan(changes.create(Scope(), "to be seen", "drill").id)
        assert change.plan is not None and not change.plan.unreached, change.plan and change.plan.unreached
        changes.approve(change.id, "drill")
        first: list[str] = []

        def said(text: str) -> None:
            if canary is not None and not first and text.startswith("canary: "):
                first.append(text.removeprefix("canary: ").split()[0].rstrip(",:;"))
                self._ail(first[0], canary)

        began = time.monotonic()
        report = changes.apply(change.id, "drill", lambda step: said(step.text))
        return report, next(iter(first), ""), time.monotonic() - began

    def _ail(self, device: str, faults: Mapping[str, Any]) -> None:
        if faults:
            tell(self.control, "faults", device, **faults)
        else:
            tell(self.control, "change-key", device)

    def running(self, names: Sequence[str]) -> dict[str, str]:
        """What devices run, past SSH."""
        return {name: tell(self.control, "running", name) for name in names}


def rows(sites: int) -> Iterator[str]:
    """The evidence, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        city = Region(Path(folder), sites)
        try:
            yield from _told(city)
        finally:
            city.end()


def _told(city: Region) -> Iterator[str]:
    report, _, seconds = city.apply(city.changes())
    kinds = Counter(d.platform for d in city.network.configured())
    assert report.state is State.CONFIRMED, report.reason
    yield f"{city.count} devices ({', '.join(f'{n} {name}' for name, n in kinds.most_common())}) configured for the"
    yield f"first time in one change: {report.state} after {seconds:.0f} s. Then all of them were given another"
    yield "contact, and the canary failed in one way after the other:"
    yield ""
    yield "| the canary | change | canary ended as | said about it | others touched | s |"
    yield "|---" * 6 + "|"
    for number, (words, faults) in enumerate(CASES.items()):
        yield _row(city, words, faults, f"desk{number}@silesianet.example")


def _row(city: Region, words: str, faults: Mapping[str, Any], contact: str) -> str:
    names = [d.slug for d in city.network.configured()]
    before = city.running(names)
    report, canary, seconds = city.apply(city.changes(contact), faults)
    after = city.running(names)
    touched = [name for name in names if after[name] != before[name] and name != canary]
    done = {d.name: d for d in report.devices}
    assert all(done[name].outcome is Outcome.SKIPPED for name in names if name != canary)
    reason = done[canary].reason.replace("|", "/")
    tell(city.control, "faults", canary)
    others = f"{len(touched)} of {len(names) - 1}"
    return f"| {words} | {report.state} | {done[canary].outcome} | {reason} | {others} | {seconds:.0f} |"


def main() -> None:
    """Run the drill and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=510, help="sites of the region; each has a device")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    publish("A canary that fails", "canary_drill", [*rows(given.devices)], given.output)


if __name__ == "__main__":
    main()
