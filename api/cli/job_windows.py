"""``silesianet jobs window``: when which devices may be changed."""

import getpass
import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import JsonOption, emit_json, notice, table
from api.cli.terms import instant_of
from api.context import Context
from automation.jobs import cron
from automation.jobs.admission import Calendar
from automation.jobs.window import Window
from automation.plan import chosen
from inventory.model.fact import Fact

app = typer.Typer(no_args_is_help=True, add_completion=False, help="When which devices may be changed.")

NameArgument = Annotated[str, typer.Argument(help="Its name.")]


@app.command("add")
def add(
    name: NameArgument,
    expression: Annotated[
        str | None, typer.Option("--cron", metavar="CRON", help="When it opens: minute hour day month weekday.")
    ] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="How long it stays open each time.")] = None,
    begins: Annotated[str | None, typer.Option("--from", metavar="WHEN", help="Not before this instant.")] = None,
    ends: Annotated[str | None, typer.Option("--until", metavar="WHEN", help="Not after this instant.")] = None,
    blackout: Annotated[bool, typer.Option("--blackout", help="Nothing may be changed while it is open.")] = False,
    device: DeviceOption = None,
    site: SiteOption = None,
    reason: Annotated[str, typer.Option(help="Why; told to whoever is refused.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Add a maintenance window, outside of which its devices are not changed, or a black-out."""
    context = Context()
    scope = scope_of(device, site)
    chosen(context.inventory.network(), scope)
    made = Window(
        name=name, blackout=blackout, cron=expression, minutes=minutes, begins=instant_of(begins),
        ends=instant_of(ends), scope=scope, reason=reason, who=getpass.getuser(), created=time.time(),
    )  # fmt: skip
    calendar = Calendar(context.engine)
    calendar.add(made)
    if as_json:
        emit_json(_document(made, calendar.zone))
    else:
        notice(f"{made.kind} {name}: {_when(made, calendar.zone)}")


@app.command("list")
def list_windows(as_json: JsonOption = False) -> None:
    """Windows and black-outs, and when each opens next."""
    calendar = Calendar(Context().engine)
    zone, found = calendar.zone, calendar.list()
    if as_json:
        results = [_document(window, zone) for window in found]
        emit_json({"count": len(found), "next": None, "previous": None, "results": results})
        return
    rows = [(w.name, w.kind, _about(w), _when(w, zone), w.reason, w.who) for w in found]
    table("Windows", ("name", "kind", "about", "when", "reason", "who"), rows)


@app.command("remove")
def remove(name: NameArgument) -> None:
    """Remove a window or a black-out."""
    Calendar(Context().engine).remove(name)
    notice(f"{name} is removed")


def _document(window: Window, zone: ZoneInfo) -> dict[str, Any]:
    now = time.time()
    until = window.open_until(now, zone)
    seen = {"open": until is not None, "opens": window.next_opening(now, zone)}
    return {"slug": window.name} | _plain(window) | seen


def _plain(fact: Fact) -> dict[str, Any]:
    return fact.model_dump(mode="json")


def _about(window: Window) -> str:
    return ", ".join((*window.scope.devices, *window.scope.sites)) or "everything"


def _when(window: Window, zone: ZoneInfo) -> str:
    now = time.time()
    until = window.open_until(now, zone)
    if until is not None:
        return "open" if until == float("inf") else f"open until {cron.shown(until, zone)}"
    opens = window.next_opening(now, zone)
    return "over" if opens is None else f"opens at {cron.shown(opens, zone)}"
