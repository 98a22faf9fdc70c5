"""``silesianet lab``: a real network on this machine, from the inventory, with faults to order."""

from pathlib import Path
from typing import Annotated

import typer

import lab
from api.cli.output import EXIT_FINDINGS, JsonOption, console, emit_json, notice, notices, table
from api.context import Context
from inventory.errors import WrongUsage
from lab import containerlab, doctor, faults
from lab.state import LabStatus, load

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
fault_app = typer.Typer(no_args_is_help=True, add_completion=False, help="Break things on purpose, and put them right.")
app.add_typer(fault_app, name="fault")


@app.command("doctor")
def examine(as_json: JsonOption = False) -> None:
    """Try every kernel feature and program the lab needs; name the package that is missing."""
    findings = doctor.examine()
    if as_json:
        emit_json([f.model_dump() for f in findings])
    else:
        rows = [(f.name, "ok" if f.ok else "missing", f.reason, f.fix) for f in findings]
        table("What a lab needs", ("primitive", "state", "reason", "what to do"), rows)
    if not all(f.ok for f in findings):
        raise typer.Exit(EXIT_FINDINGS)


@app.command("up")
def bring_up(as_json: JsonOption = False) -> None:
    """Bring the network of the inventory up, with bootstrap configuration only."""
    context = Context()
    with notices.status("bringing the lab up") as spinner:
        state = lab.up(context.inventory.network(), context.settings.home, lambda text: spinner.update(text))
    if as_json:
        emit_json({"nodes": len(state.nodes), "seconds": state.seconds})
    else:
        console.print(f"{len(state.nodes)} nodes up in {state.seconds:.1f} s, bootstrapped only", highlight=False)


@app.command("down")
def take_down(as_json: JsonOption = False) -> None:
    """Take the lab down; works after a crash too."""
    ended = lab.down(Context().settings.home)
    if as_json:
        emit_json({"nodes": ended})
    else:
        console.print(f"{ended} nodes taken down", highlight=False)


@app.command("status")
def show_status(as_json: JsonOption = False) -> None:
    """What is up and what is broken on purpose."""
    status = lab.status(Context().settings.home)
    if as_json:
        emit_json(status.model_dump(mode="json"))
        return
    if not status.up:
        console.print("no lab is up")
        return
    _print_nodes(status)


def _print_nodes(status: LabStatus) -> None:
    def word(alive: bool, powered: bool) -> str:
        return "dead" if not alive else "on" if powered else "off"

    rows = [(n.name, n.kind, n.site, word(n.alive, n.powered), " ".join(n.addresses)) for n in status.nodes]
    table(f"Lab up since {status.since:%Y-%m-%d %H:%M:%S} UTC", ("node", "kind", "site", "power", "addresses"), rows)
    _print_faults(status.faults)


def _print_faults(present: tuple[faults.Fault, ...]) -> None:
    rows = [(f.element, f.text, f"{f.since:%H:%M:%S}") for f in present]
    table("Faults", ("element", "fault", "since (UTC)"), rows)


@app.command("export")
def export_topology(
    target: Annotated[Path | None, typer.Argument(help="File to write; standard output without it.")] = None,
) -> None:
    """Write the same network as a containerlab topology."""
    text = containerlab.export(Context().inventory.network())
    if target is None:
        typer.echo(text, nl=False)
    else:
        target.write_text(text)
        notice(f"wrote {target}")


@fault_app.command("set")
def set_fault(
    element: Annotated[str, typer.Argument(help="link:SLUG, device:NAME, site:SLUG, srg:SLUG or service:SLUG")],
    kind: Annotated[str, typer.Argument(help=f"How: {', '.join(faults.FaultKind)} (loss=PCT).")],
    as_json: JsonOption = False,
) -> None:
    """Break an element."""
    context = Context()
    fault = faults.set_fault(load(context.settings.home), context.inventory.network(), element, kind)
    if as_json:
        emit_json(fault.model_dump(mode="json"))
    else:
        console.print(f"{fault.element} is {fault.text}", highlight=False)


@fault_app.command("clear")
def clear_fault(
    element: Annotated[str | None, typer.Argument(help="The element to put right.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Put everything right.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put an element right, or all of them."""
    if (element is None) != everything:
        raise WrongUsage("say which fault to clear", fix="name one element, or give --all")
    cleared = faults.clear_fault(load(Context().settings.home), element)
    if as_json:
        emit_json([f.model_dump(mode="json") for f in cleared])
    else:
        console.print(f"{len(cleared)} faults cleared", highlight=False)


@fault_app.command("list")
def show_faults(as_json: JsonOption = False) -> None:
    """Faults in force."""
    present = faults.listed(Context().settings.home)
    if as_json:
        emit_json([f.model_dump(mode="json") for f in present])
    else:
        _print_faults(present)
