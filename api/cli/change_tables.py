"""Plans, reports and drift for people, and the progress bar of a change."""

from collections.abc import Iterable, Sequence
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax

from api.cli.output import console, notices, table
from automation.apply import Step
from automation.change import CellName, Change, Plan, Report
from automation.drift import Drift


class Bar:
    """Progress of a change on a terminal; one line per step in a pipe is left out."""

    def __init__(self, silent: bool = False) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=notices, disable=silent or not notices.is_terminal)
        self._task = self._progress.add_task("planning", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, step: Step) -> None:
        self._progress.update(self._task, description=step.text, completed=step.done, total=step.total)


def print_plan(change: Change, plan: Plan) -> None:
    """Differences device by device, then who gains and loses what."""
    for device in plan.devices:
        if device.diff:
            suffix = "" if device.running is not None else f"   (not reached: {device.reason})"
            console.print(f"\n{device.name}{suffix}", style="bold", highlight=False)
            console.print(Syntax(device.diff, "diff", background_color="default", word_wrap=True))
        for danger in device.dangers:
            console.print(f"  {danger.severity}: {danger.text}", style="bold red", highlight=False)
    changed = sum(bool(d.diff) for d in plan.devices)
    _print_cells("would lose", plan.lost)
    _print_cells("would gain", plan.gained)
    console.print(
        f"\nplan {plan.id} (change {change.id}): {changed} of {len(plan.devices)} devices differ", highlight=False
    )


def print_report(report: Report) -> None:
    """Every device, and the cells that decided."""
    rows = [(d.name, d.outcome, f"{d.seconds:.1f}", d.reason) for d in report.devices]
    table(f"Change {report.change}: {report.state}", ("device", "outcome", "seconds", "reason"), rows)
    if report.reason:
        console.print(report.reason, highlight=False)
    own = [cell for cell in report.lost if cell not in report.coincident]
    _print_cells("lost", own)
    _print_cells("lost at the same time, outside of what the change could touch", report.coincident)
    if report.restored is not None:
        console.print("everything is as before" if report.restored else "NOT everything is as before", highlight=False)


def print_drift(found: Sequence[Drift]) -> None:
    """Devices that differ, then those that did not answer."""
    for device in found:
        if device.drifted:
            console.print(f"\n{device.name}", style="bold", highlight=False)
            console.print(Syntax(device.diff, "diff", background_color="default", word_wrap=True))
        elif not device.reached:
            console.print(f"{device.name}: not reached: {device.reason}", highlight=False)
    drifted = sum(d.drifted for d in found)
    console.print(f"{drifted} of {len(found)} devices have drifted", highlight=False)


def _print_cells(verb: str, cells: Iterable[CellName]) -> None:
    """One line per site."""
    by_site: dict[str, list[str]] = {}
    for cell in cells:
        by_site.setdefault(cell.site, []).append(cell.service)
    for site, services in by_site.items():
        console.print(f"{site} {verb}: {', '.join(services)}", highlight=False)
