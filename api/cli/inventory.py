"""``silesianet inventory``: what should be true, read from files, checked, shown, compared and written back."""

from datetime import date
from typing import Annotated

import typer

from api.cli.allocation import free, show_trace
from api.cli.as_of import AsOfOption
from api.cli.history import app as history_app
from api.cli.history import compare, revert
from api.cli.inventory_files import export, generate, import_
from api.cli.inventory_tables import object_text, rows
from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from api.presentation import LISTED, envelope, listing, present
from inventory.checks.registry import check as find_flaws
from inventory.checks.registry import errors, rules
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.errors import WrongUsage
from inventory.model.network import Network
from inventory.naming import find
from inventory.schema import describe_fields, schema_document

app = typer.Typer(no_args_is_help=True, help="What should be true: the inventory of the network.")

app.command()(free)
app.command("trace")(show_trace)
app.command("import")(import_)
app.command()(export)
app.command()(generate)


@app.command()
def schema(as_json: JsonOption = False) -> None:
    """Describe the files: a table of fields, or the JSON Schema."""
    if as_json:
        emit_json(schema_document())
    else:
        table("Fields of the inventory", ("noun", "field", "required", "type"), describe_fields())


@app.command("check")
def check_(
    as_of: AsOfOption = None,
    day: Annotated[str | None, typer.Option(metavar="DATE", help="Day to judge for; today by default.")] = None,
    list_rules: Annotated[bool, typer.Option("--rules", help="List the rules instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Hold the inventory to every rule; exit code 1 when a rule of severity error is broken."""
    if list_rules:
        known = [{"rule": r.name, "severity": r.severity, "explanation": r.explanation} for r in rules().values()]
        if as_json:
            emit_json(envelope(known))
        else:
            table(f"Rules ({len(known)})", ("rule", "severity", "what it demands"), (tuple(r.values()) for r in known))
        return
    findings = find_flaws(_network(as_of), _day(day))
    if as_json:
        emit_json(envelope([f.document() for f in findings]))
    else:
        columns = ("severity", "rule", "object", "problem", "fix")
        table(f"Findings ({len(findings)})", columns, (tuple(f.document().values()) for f in findings))
    if errors(findings):
        raise typer.Exit(1)


@app.command("list")
def list_(
    noun: Annotated[str, typer.Argument(metavar="NOUN", help=", ".join(LISTED))],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the objects of a noun."""
    objects = listing(noun, _network(as_of))
    if as_json:
        emit_json(envelope(objects))
    elif not objects:
        console.print(f"{noun} (0)", highlight=False)
    else:
        table(f"{noun} ({len(objects)})", *rows(objects))


@app.command()
def show(
    element: Annotated[str, typer.Argument(metavar="ELEMENT", help="link:SLUG, device:NAME, site:SLUG, circuit:SLUG…")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one object with all its fields."""
    network = _network(as_of)
    noun, record = find(network, element)
    document = present(noun, record, network)
    if as_json:
        emit_json(document)
    else:
        console.print(object_text(document), markup=False, highlight=False, soft_wrap=True)


app.command("diff")(compare)
app.command("revert")(revert)
app.add_typer(history_app, name="history")


def _network(as_of: str | None) -> Network:
    return Context().inventory.network(parse_moment(as_of))


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else day_at()
    except ValueError as error:
        raise WrongUsage(f"{text!r} is not a date", fix="write it as YYYY-MM-DD") from error
