"""``silesianet jobs schedule``: work that comes round."""

import getpass
from typing import Annotated

import typer

from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import JsonOption, emit_json, notice, table
from api.context import Context
from automation.jobs import cron
from automation.jobs.admission import Calendar
from automation.jobs.schedule import KINDS, Schedule, Schedules
from automation.plan import chosen
from inventory.errors import WrongUsage

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Work that comes round.")


@app.command("add")
def add(
    expression: Annotated[str, typer.Argument(metavar="CRON", help="Minute hour day month weekday, in quotes.")],
    command: Annotated[list[str], typer.Argument(help=f"What to do: {', '.join(KINDS)}, with its options after `--`.")],
    device: DeviceOption = None,
    site: SiteOption = None,
    name: Annotated[str, typer.Option(help="Its name; made of what it does without it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Compare, save or configure devices again and again. A scheduled apply is approved by whoever adds it."""
    context = Context()
    kind, devices, sites = _split(command)
    scope = scope_of([*(device or ()), *devices], [*(site or ()), *sites])
    chosen(context.inventory.network(), scope)
    schedules = Schedules(context.engine)
    made = schedules.add(name or _free(kind, schedules), expression, kind, scope, getpass.getuser())
    if as_json:
        emit_json(_document(made))
    else:
        notice(f"schedule {made.name}: {kind}, next at {cron.shown(made.next, Calendar(context.engine).zone)}")


@app.command("list")
def list_schedules(as_json: JsonOption = False) -> None:
    """Schedules, when each is due and the last job it made."""
    context = Context()
    found, zone = Schedules(context.engine).list(), Calendar(context.engine).zone
    if as_json:
        emit_json({"count": len(found), "next": None, "previous": None, "results": [_document(s) for s in found]})
        return
    about = [", ".join((*s.scope.devices, *s.scope.sites)) or "everything" for s in found]
    rows = [
        (s.name, s.cron, s.kind, what, cron.shown(s.next, zone), s.last_job, s.who)
        for s, what in zip(found, about, strict=True)
    ]
    table("Schedules", ("name", "cron", "does", "about", "next", "last job", "who"), rows)


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Remove a schedule; jobs it has made stay."""
    Schedules(Context().engine).remove(name)
    notice(f"{name} is removed")


def _document(schedule: Schedule) -> dict[str, object]:
    return {"slug": schedule.name} | schedule.model_dump(mode="json")


def _split(words: list[str]) -> tuple[str, list[str], list[str]]:
    """What to do and on which devices and sites, as it would be typed after ``silesianet``."""
    kind, *rest = words
    named: dict[str, list[str]] = {"--device": [], "--site": []}
    while rest:
        option, *rest = rest
        option, equals, value = option.partition("=")
        if option not in named or not (equals or rest):
            raise WrongUsage(f"{option!r} cannot be scheduled", fix="give --device or --site, each with a name")
        if not equals:
            value, *rest = rest
        named[option].append(value)
    return kind, named["--device"], named["--site"]


def _free(kind: str, schedules: Schedules) -> str:
    taken = {schedule.name for schedule in schedules.list()}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{kind}-{n}") not in taken)
