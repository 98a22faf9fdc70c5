"""``silesianet reach overload``, ``advise`` and ``whatif``: what fails next, and what is worth building."""

from typing import Annotated

import typer

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from api.planned import traffic
from api.presentation import envelope
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.model.rate import format_rate
from monitoring.reachability.loads import Full, overloads

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


def _line(full: Full) -> str:
    return f"link:{full.link} towards end {full.towards}: {full.share:.0%} of {format_rate(full.capacity_bps)}"


def _lost(rate: int) -> str:
    return f"{rate / 1e6:.1f} Mb/s" if rate else ""
