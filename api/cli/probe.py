"""``silesianet probe``: try e-services from here or from a device, and see how the agents of the sites are."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from api.attached import attached
from api.cli.output import EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, console, emit_json, notice, table
from api.context import Context
from api.presentation import envelope
from inventory.day import day_at
from inventory.errors import UnknownObject, WrongUsage
from inventory.model.network import Network
from inventory.model.service import Service
from monitoring.agents import Heard
from monitoring.device_view import answer, question
from monitoring.observation import Observation
from monitoring.observations import ObservationStore
from monitoring.planner import Planner
from monitoring.pop_view import VANTAGE
from monitoring.probe_plan import probe_list
from monitoring.probes import FAMILIES, Result, Target, kinds, probe
from monitoring.views import Vantage, ViewStore

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

DEVICE = "device:"


@app.command("run")
def run_probes(
    service: Annotated[list[str] | None, typer.Argument(help="Slugs of e-services; all without any.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Run on a device: device:NAME.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only e-services probed in this way; repeatable.")] = None,
    family: Annotated[str | None, typer.Option(help="Only this IP family: 4 or 6; both are tried without it.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="Authority of the e-services; a lab's own by itself.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Probe e-services from this machine, from the management station while a lab is up, or from a device.

    Exit code 1 if any fails. This is never the view of a site.
    """
    context = Context()
    network = context.inventory.network()
    wanted = _chosen(network, service or (), kind or ())
    if family is not None and family not in FAMILIES:
        raise WrongUsage(f"{family!r} is no IP family", where="--family", fix="write 4 or 6")
    if from_ is not None:
        if not from_.startswith(DEVICE) or from_.removeprefix(DEVICE) not in network.device:
            raise UnknownObject("no such device", where=from_, fix="write device:NAME as in the inventory")
        vantage, seen = from_, _from_device(context, network, from_.removeprefix(DEVICE), wanted)
        ViewStore(context.engine).add(Vantage.DEVICE, from_.removeprefix(DEVICE), seen)
    else:
        vantage, seen = VANTAGE, _from_here(context, network, wanted, family, ca_file)
    _show(vantage, seen, as_json)


@app.command("agents")
def show_agents(as_json: JsonOption = False) -> None:
    """The agents of the sites: which are heard, and how they are; exit code 1 if a site is blind."""
    context = Context()
    found = list(Planner(ObservationStore(context.engine)).agents(context.inventory.network()))
    if as_json:
        emit_json(envelope([agent.model_dump(mode="json") for agent in found]))
    else:
        columns = ("site", "state", "heard_at", "version", "clock_offset", "queue", "dropped", "late")
        table("Site agents", columns, [[getattr(agent, name) for name in columns] for agent in found])
    if any(agent.state is not Heard.HEARD for agent in found):
        raise typer.Exit(EXIT_FINDINGS)


@app.command("views")
def show_views(as_json: JsonOption = False) -> None:
    """What was last seen from the management station (PoP view) and from devices; it never confirms a site."""
    found = [view.document() for view in ViewStore(Context().engine).all()]
    if as_json:
        emit_json(envelope(found))
        return
    columns = ("kind", "vantage", "service", "ok", "stage", "ms", "at", "text")
    table("Seen from elsewhere than a site", columns, [[view[name] for name in columns] for view in found])


def _chosen(network: Network, services: Sequence[str], wanted: Sequence[str]) -> list[Service]:
    for unknown in sorted(set(services) - network.service.keys()):
        raise UnknownObject("no such service", where=unknown, fix="`silesianet inventory list services` names them")
    for unknown in sorted(set(wanted) - set(kinds())):
        raise WrongUsage(f"no probe of kind {unknown!r}", where="--kind", fix=f"use {', '.join(kinds())}")
    found = [service for service in network.services if not services or service.slug in services]
    return [service for service in found if not wanted or service.endpoint.protocol in wanted]


def _from_here(
    context: Context, network: Network, wanted: Iterable[Service], family: str | None, ca_file: Path | None
) -> list[Observation]:
    plan, slugs = probe_list(network, VANTAGE, day_at()), {service.slug for service in wanted}
    names = "resolver", "resolvers", "timeout", "patience", "certificate_days"
    common: dict[str, Any] = {name: plan[name] for name in names}
    authority = str(ca_file) if ca_file else context.authority
    common |= {"families": [family] if family else plan["families"], "ca_file": authority}
    targets = [Target.parse(entry, **common) for entry in plan["probes"] if entry["service"] in slugs]
    if family is not None:
        targets = [target for target in targets if not target.addresses or target.at(family)]
    return attached(context.attach, lambda: asyncio.run(_all(targets)))


async def _all(targets: Iterable[Target]) -> list[Observation]:
    return [_observation(target, time.time(), await probe(target, both=True)) for target in targets]


def _observation(target: Target, at: float, r: Result) -> Observation:
    return Observation(target.service, at, r.ok, r.stage, r.ms, r.text, r.families, r.stages, r.days_left)


def _from_device(context: Context, network: Network, name: str, wanted: Iterable[Service]) -> list[Observation]:
    """Results of probes run on a device over its command line, one after the other."""
    from api.composition import shells  # the drivers take a second to import
    from automation.change import Scope
    from automation.questions import answers

    seen = []
    for service in wanted:
        command = question(network.device[name], service)
        (said,) = answers(network, Scope(devices=(name,)), shells(context), command)
        if said.output is None:
            notice(said.reason)
            raise typer.Exit(EXIT_UNREACHABLE)
        seen.append(answer(service, said.output))
    return seen


def _show(vantage: str, seen: Sequence[Observation], as_json: bool) -> None:
    names = ("service", "ok", "stage", "ms", "text", "families", "stages", "days_left")
    rows = [{name: getattr(result, name) for name in names} for result in seen]
    if as_json:
        kind = Vantage.DEVICE if vantage.startswith(DEVICE) else Vantage.POP
        emit_json({"vantage": vantage, "kind": kind, "results": rows})
    else:
        shown = [(r.service, "+ ok" if r.ok else "X failed", r.stage, _by_family(r), r.ms, r.text) for r in seen]
        title = f"E-services as seen from {vantage} (PoP view)"
        table(title, ("e-service", "result", "stage", "families", "ms", "text"), shown)
        console.print(f"{sum(r.ok for r in seen)} of {len(seen)} answer", highlight=False)
    if not all(r.ok for r in seen):
        raise typer.Exit(EXIT_FINDINGS)


def _by_family(result: Observation) -> str:
    return " ".join(f"IPv{family} {how}" for family, how in result.families.items())
