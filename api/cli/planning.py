"""``silesianet reach overload``, ``advise`` and ``whatif``: what fails next, and what is worth building."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, console, emit_json, notice, table
from api.cli.planning_tables import show_advice, show_rehearsal
from api.context import Context
from api.planned import elements, traffic
from api.presentation import envelope
from api.watch import Watch
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.diff import diff
from inventory.model.rate import format_rate
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner
from monitoring.reachability.advice import advise, rehearse, wishes
from monitoring.reachability.loads import Full, overloads
from monitoring.settings import PlanningSettings

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

LimitOption = Annotated[int, typer.Option(min=1, help="How many to show.")]


@app.command("overload")
def show_overload(
    failure: Annotated[str | None, typer.Option(metavar="ELEMENT", help="Only this failure.")] = None,
    limit: LimitOption = 20,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Links that every single failure fills above their capacity, and the traffic it leaves without a way."""
    context, when = Context(), parse_moment(as_of)
    network, day = context.inventory.network(when), day_at(context.inventory.instant(when))
    found = overloads(network, day, traffic(context, network), None if failure is None else (failure,))
    if as_json:
        head = {"base": [full.document() for full in found.base], "tried": found.tried}
        results = [o.document() for o in found.failures[:limit]]
        emit_json(head | envelope(results, len(found.failures)))
        return
    rows = [
        (o.element, _lost(o.lost_down_bps), _lost(o.lost_up_bps), "\n".join(map(_line, o.full)))
        for o in found.failures[:limit]
    ]
    table("Traffic after a single failure", ("element", "lost down", "lost up", "links above capacity"), rows)
    for full in found.base:
        console.print(f"above capacity with everything up: {_line(full)}", highlight=False)
    filling = sum(bool(o.full) for o in found.failures)
    console.print(f"{found.tried} failures tried; {filling} fill a link, {len(found.failures)} change something")


@app.command("advise")
def show_what_to_build(
    budget: Annotated[float | None, typer.Option(min=0, metavar="PLN", help="To be spent over the horizon.")] = None,
    candidates: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML with the lines to choose from.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many lines at most.")] = 5,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which lines to build: most person-service-hours saved per zloty first, each after the ones before it."""
    store, when, settings = Context().inventory, parse_moment(as_of), PlanningSettings()
    network, day = store.network(when), day_at(store.instant(when))
    chosen = None if candidates is None else wishes(candidates, network, settings)
    found = advise(network, day, budget, chosen, limit, settings)
    if as_json:
        emit_json(found.document())
        return
    show_advice(found)


@app.command("whatif")
def show_whatif(
    source: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="What `inventory import` would read.")],
    down: Annotated[list[str] | None, typer.Option(metavar="ELEMENT", help="Taken to be down as well.")] = None,
    noun: Annotated[str | None, typer.Option(help="What a CSV file holds when its name does not say.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, cp1250, iso-8859-2 or utf-16.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="The tables in the file are complete.")] = False,
    as_json: JsonOption = False,
) -> None:
    """What a draft of the inventory would do to cells, losses, single points of failure and links."""
    context = Context()
    now = Watch(context).now()
    limit, manner = context.settings.import_max_mb, Manner(noun, encoding, replace)
    loaded = load_checked(source, now.day, limit, current=now.network, manner=manner)
    for text in loaded.notices:
        notice(text)
    missing = elements(down or (), now.network, loaded.network)
    found = rehearse(now.network, loaded.network, now.day, {*now.down, *missing}, traffic(context, now.network))
    changes = diff(now.network, loaded.network)
    if as_json:
        shape: dict[str, Any] = {"dry_run": True, "findings": [f.document() for f in loaded.findings]}
        emit_json(shape | changes.document() | found.document())
        return
    show_rehearsal(changes, found)


def _line(full: Full) -> str:
    return f"link:{full.link} towards end {full.towards}: {full.share:.0%} of {format_rate(full.capacity_bps)}"


def _lost(rate: int) -> str:
    return f"{rate / 1e6:.1f} Mb/s" if rate else ""
