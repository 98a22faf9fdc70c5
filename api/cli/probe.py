"""``silesianet probe``: try e-services from here. What this finds is the view of this machine, never that of a site."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api.attached import attached
from api.cli.output import EXIT_FINDINGS, JsonOption, console, emit_json, table
from api.context import Context
from inventory.day import day_at
from inventory.errors import UnknownObject
from monitoring.pop_view import VANTAGE
from monitoring.probe_plan import probe_list
from monitoring.probes import Result, Target, probe

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def group() -> None:
    """Keep ``run`` a command of its own."""


@app.command("run")
def run_probes(
    service: Annotated[list[str] | None, typer.Argument(help="Slugs of e-services; all without any.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="Certificate authority of the e-services.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Probe e-services from this machine, or from the management station while a lab is up; exit 1 if any fails."""
    context = Context()
    network = context.inventory.network()
    plan = probe_list(network, VANTAGE, day_at())
    common = {
        "resolver": plan["resolver"],
        "timeout": plan["timeout"],
        "patience": plan["patience"],
        "ca_file": str(ca_file) if ca_file else None,
    }
    for unknown in set(service or ()) - network.service.keys():
        raise UnknownObject("no such service", where=unknown, fix="`silesianet inventory list services` names them")
    wanted = [entry for entry in plan["probes"] if not service or entry["service"] in service]
    targets = [Target.parse(entry, **common) for entry in wanted]
    results = attached(context.attach, lambda: asyncio.run(_all(targets)))
    rows = [{"service": t.service, "ok": r.ok, "stage": r.stage, "ms": r.ms, "text": r.text} for t, r in results]
    if as_json:
        emit_json({"vantage": VANTAGE, "results": rows})
    else:
        shown = [(r["service"], "+ ok" if r["ok"] else "X failed", r["stage"], r["ms"], r["text"]) for r in rows]
        table("E-services as seen from here (PoP view)", ("e-service", "result", "stage", "ms", "text"), shown)
        console.print(f"{sum(r.ok for _, r in results)} of {len(results)} answer", highlight=False)
    if not all(r.ok for _, r in results):
        raise typer.Exit(EXIT_FINDINGS)


async def _all(targets: list[Target]) -> list[tuple[Target, Result]]:
    return [(target, await probe(target)) for target in targets]
