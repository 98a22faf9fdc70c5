"""One seeded change in the running city: made, judged by the gate, and everything put back as it was."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise

from api.context import Context
from automation.apply import Step
from automation.change import Outcome, Report, Scope, State
from automation.changes import Changes
from automation.expectation import entitled
from automation.settings import ChangeSettings
from bench.change_edits import Case
from bench.drill_city import DrilledCity
from inventory.checks.registry import accept
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.reachability.compute import CellKey
from monitoring.settings import ProbeSettings

WHO = "drill"
FEW, BACKLOG_SECONDS = 3, 45.0
QUICK = ChangeSettings(
    batch_seconds=12, health_seconds=8, settle_seconds=2, gate_seconds=24, margin_seconds=4, fresh_seconds=60
)
"""For a change of a few devices. Bad changes do not wait for the gate's end; the timer of one device is 43 s."""

WIDE = QUICK.model_copy(update={"batch_seconds": 40.0, "health_seconds": 30.0})
"""For a change of many, whose daemons start on two cores at once."""

Probed = dict[CellKey, list[tuple[float, bool, str | None]]]
"""Of each cell: instant, ok, IP family that failed alone."""


@dataclass(frozen=True)
class Ended:
    """What became of a case: its report, the cells lost meanwhile by the agents' results, and how long for."""

    case: Case
    report: Report
    harmed: frozenset[CellKey]
    restored_after: float | None
    """Seconds from the first commit until the last harmed cell was ok again, or the device ran again what it should."""

    well: bool
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Bad ones are rolled back and nothing of them is left; good ones are confirmed and nobody loses anything.

        A loss the gate gave as its reason must be in the agents' results: silence alone shows no fault.
        """
        if self.case.bad:
            undone = self.report.state is State.ROLLED_BACK and self.report.restored is True and self.well
            return undone and bool(self.harmed or not self.report.lost)
        return self.report.state is State.CONFIRMED and not self.harmed and self.well

    @property
    def untouched(self) -> int:
        """Devices that would have changed and were spared."""
        return sum(d.outcome is Outcome.SKIPPED for d in self.report.devices)


class ChangeDrill:
    """The changes of a running city, made in this process; agents and devices are the city's own."""

    def __init__(self, city: DrilledCity) -> None:
        self.city = city
        self.normal: Network = city.network

    @cached_property
    def context(self) -> Context:
        """The city's own store, network and keys."""
        return Context(Settings(home=self.city.home))

    def changes(self, case: Case) -> Changes:
        """Changes with the case's texts and with timers that fit its size."""
        settings = QUICK if len(case.devices) <= FEW else WIDE
        return replace(
            self.context.changes, settings=settings, rendering=case.rendering, configuration=case.configuration
        )

    def carry_out(self, case: Case) -> Ended:
        """Make the change, see how it ends, go back to normal and look whether everything is well."""
        began = time.time()
        target = case.inventory(self.normal) if case.inventory else self.normal
        self.context.inventory.write(accept(target, datetime.now(UTC).date()), WHO, case.why)
        steps: list[tuple[float, str]] = []
        try:
            report = self._applied(self.changes(case), case, lambda step: steps.append((time.time(), step.text)))
        finally:
            self.context.inventory.write(self.normal, WHO, "back to normal")
        over = time.time()
        if report.state is State.CONFIRMED:
            self._back_to_normal(case)
        well = self.city.is_well() and not self.drifted(case)
        first = next(at for at, said in steps if said.startswith(("canary", "batch", "wave")))
        harmed, until = outages(self.whole(target, first), first, over if report.state is State.CONFIRMED else None)
        restored = until - first if harmed else over - first
        return Ended(
            case, report, frozenset(harmed), restored if case.bad else None, well, round(time.time() - began, 1)
        )

    def _applied(self, changes: Changes, case: Case, say: Callable[[Step], None]) -> Report:
        change = changes.plan(changes.create(Scope(devices=case.devices), case.why, WHO).id)
        assert change.plan is not None and change.plan.differs, f"{case.name} changes nothing"
        assert not change.plan.unreached, f"{change.plan.unreached} not reached"
        return changes.apply(change.id, WHO, say)

    def _back_to_normal(self, case: Case) -> None:
        plain = replace(self.context.changes, settings=self.changes(case).settings)
        change = plain.plan(plain.create(Scope(devices=case.devices), "back to normal", WHO).id)
        report = plain.apply(change.id, WHO)
        if report.state is not State.CONFIRMED:
            print(f"    not back to normal: {report.state} {report.reason}", flush=True)

    def drifted(self, case: Case) -> Sequence[str]:
        """Devices of the case that do not run what they should, said with the difference."""
        made = self.context.changes.preview(Scope(devices=case.devices))
        wrong = [d for d in made.devices if d.diff or d.running is None]
        for device in wrong:
            print(f"    {device.name}: {device.reason}\n{device.diff}", flush=True)
        return [device.name for device in wrong]

    def whole(self, target: Network, since: float) -> Probed:
        """The results once there is none missing in between: a site that was cut off hands the newest in first."""
        until, gap = time.monotonic() + BACKLOG_SECONDS, 4 * ProbeSettings().period
        while True:
            found = self.probed(target, since)
            ats = ([since, *(at for at, _, _ in seen)] for seen in found.values())
            whole = all(later - earlier < gap for instants in ats for earlier, later in pairwise(instants))
            if whole or time.monotonic() > until:
                return found
            time.sleep(1)

    def probed(self, target: Network, since: float) -> Probed:
        """Every result of a cell that is entitled before and after, from an instant on, those handed in late too."""
        day = datetime.now(UTC).date()
        cells = entitled(self.normal, day) & entitled(target, day)
        found: Probed = {cell: [] for cell in cells}
        for site, service, at, ok, broken in self.city.results(since, time.time()):
            if (site, service) in found:
                found[site, service].append((at, ok, broken))
        return found


def outages(probed: Probed, first: float, until: float | None = None) -> tuple[set[CellKey], float]:
    """Cells that failed twice in a row, as a whole or in one IP family, and when the last of them was ok again.

    Families take turns in going first, so one that is broken shows in every second result. ``until`` ends the look:
    what happens on the way back to normal is not the change's doing.
    """
    harmed, restored = set(), first
    for cell, seen in probed.items():
        bad = [n for n in range(1, len(seen)) if not seen[n][1] and not seen[n - 1][1]]
        bad += [n for n in range(2, len(seen)) if seen[n][2] is not None and seen[n][2] == seen[n - 2][2]]
        bad = [n for n in bad if until is None or seen[n][0] <= until]
        if bad:
            harmed.add(cell)
            after = seen[max(bad) + 1 :]
            restored = max(restored, next((at for at, ok, broken in after if ok and not broken), time.time()))
    return harmed, restored
