"""``silesianet up`` and ``down``: the demonstration city from nothing to the printed matrix, and back to nothing."""

import os
import time
from collections import Counter
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import lab
from api import demonstration
from api.cli.output import EXIT_ROLLED_BACK, console, notice, notices, table
from api.cli.reach import grid, legend
from api.context import Context
from api.roles import Role
from api.watch import Watch
from automation.apply import Step
from automation.backup import backup
from automation.change import Outcome, Report, Scope, State
from automation.drift import drift
from inventory.model.rate import format_rate
from lab import doctor
from monitoring.capacity.utilisation import Utilisation

BANNER = (
    "Simulated devices: they take configurations and carry no traffic, so nothing is observed and the gate is open. "
    "With root, `make up` runs the city for real."
)

SimulatedOption = Annotated[
    bool, typer.Option("--simulated", help="On simulated devices of many vendors, as without root.")
]


def up(simulated: SimulatedOption = False) -> None:
    """Start the demonstration city: inventory, lab, server, agents, configuration; print who can use what."""
    if simulated or os.geteuid() != 0:
        _up_simulated()
        return
    began = time.monotonic()
    context = Context()
    home = context.settings.home
    _require_lab()
    network = demonstration.load_city(context)
    demonstration.stop(context)
    with notices.status("bringing the lab up") as spinner:
        state = lab.up(network, home, lambda text: spinner.update(f"lab: {text}"))
    notice(f"lab: {len(state.nodes)} nodes in {state.seconds:.1f} s, bootstrapped only")
    token = demonstration.write_token(context, home / demonstration.ADMIN_TOKEN_FILE, "admin", Role.ADMIN)
    url = demonstration.start_server(context)
    agents = demonstration.start_agents(context, state, network)
    notice(f"server: {url}, {agents} site agents started")
    report = _configure(context, state.started_at.timestamp())
    prometheus = demonstration.start_prometheus(context, url)
    matrix = demonstration.settled(context)
    console.print(grid(matrix))
    legend(matrix)
    _print_devices(report)
    _print_busiest(demonstration.busiest_links(context))
    console.print(f"\nWeb page and API  {url}   (token in {token})", highlight=False)
    console.print(f"Prometheus        {prometheus}", highlight=False)
    console.print(f"From nothing to here in {time.monotonic() - began:.0f} s", highlight=False)
    if report.state is not State.CONFIRMED:
        raise typer.Exit(EXIT_ROLLED_BACK)


def _up_simulated() -> None:
    """Without root there are no namespaces: the same city on simulated devices, which carry no traffic."""
    began = time.monotonic()
    context = Context()
    demonstration.stop(context)
    network = demonstration.load_city(context, simulated=True)
    with notices.status("starting simulated devices"):
        count = demonstration.start_simulators(context, network)
    notice(
        f"{count} simulated devices of {len({d.platform for d in network.configured()})} platforms, switched on only"
    )
    token = demonstration.write_token(
        context, context.settings.home / demonstration.ADMIN_TOKEN_FILE, "admin", Role.ADMIN
    )
    url = demonstration.start_server(context)
    report = _configure(context, time.time())
    matrix = Watch(context).now().matrix
    console.print(grid(matrix))
    legend(matrix)
    _print_devices(report)
    found = drift(context.changes, Scope())
    saved = backup(context.changes, Scope(), context.settings.home / "backup")
    console.print(
        f"drift: {sum(d.drifted for d in found)} of {len(found)} devices; backup: {sum(s.reached for s in saved)}"
    )
    console.print(f"\n{BANNER}", style="bold", highlight=False)
    console.print(f"\nWeb page and API  {url}   (token in {token})", highlight=False)
    console.print(f"From nothing to here in {time.monotonic() - began:.0f} s", highlight=False)
    if report.state is not State.CONFIRMED:
        raise typer.Exit(EXIT_ROLLED_BACK)


def down() -> None:
    """Stop everything that `up` started; what was stored stays in the home folder."""
    demonstration.stop(Context(), notice)


def _require_lab() -> None:
    missing = [finding for finding in doctor.examine() if not finding.ok]
    for finding in missing:
        notice(f"{finding.name}: {finding.reason}; {finding.fix}")
    if missing:
        raise typer.Exit(1)


def _configure(context: Context, on_since: float) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=notices, transient=True) as progress:
        bar = progress.add_task("configuring", total=None)

        def show(step: Step) -> None:
            progress.update(bar, description=step.text, completed=step.done, total=step.total)

        return demonstration.configure(context, on_since, show)


def _print_busiest(links: list[Utilisation]) -> None:
    rows = [
        (u.element, format_rate(u.capacity_down_bps), "-" if u.peak_share is None else f"{u.peak_share:.2%}")
        for u in links
    ]
    table("Busiest links", ("link", "capacity", "peak utilisation"), rows)


def _print_devices(report: Report) -> None:
    counts = Counter(device.outcome for device in report.devices)
    spelled = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    console.print(
        f"\n{len(report.devices)} devices in {report.seconds:.1f} s: {spelled}; change {report.change} {report.state}"
    )
    for device in report.devices:
        if device.outcome not in (Outcome.DONE, Outcome.UNCHANGED):
            console.print(f"  {device.name}: {device.outcome}: {device.reason}", highlight=False)
    if report.reason:
        console.print(f"  {report.reason}", highlight=False)
