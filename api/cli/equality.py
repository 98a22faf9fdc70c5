"""``silesianet reach equality``: who can use less than others."""

from typing import Annotated

import typer

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from api.equal_access import EqualAccess
from api.watch import Watch
from inventory.database.revision import parse_moment
from monitoring.equality import By, overview
from monitoring.equality.formula import Part


def show_equality(
    by: Annotated[By, typer.Option(help="What sites are grouped by.")] = By.DISTRICT,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """The equal-access index of every group, 0 to 100, with its four parts and the gap to the best."""
    context = Context()
    shape = overview(EqualAccess(context, Watch(context)).at(parse_moment(as_of)), by)
    if as_json:
        emit_json(shape)
        return
    columns = (str(by), "index", *map(str, Part), "gap", "sites", "people", "unknown")
    rows = [
        (g["name"], "hidden" if g["suppressed"] else g["index"], *g["parts"].values(), *(g[k] for k in columns[-4:]))
        for g in [*shape["groups"], shape["overall"] | {"name": "all"}]
    ]
    table(f"Equal access at {shape['at']}, {shape['basis']}", columns, rows)
    for note in shape["notes_en"]:
        console.print(note, highlight=False)
