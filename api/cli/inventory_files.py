"""``silesianet inventory import``, ``export`` and ``generate``: the inventory as files, of every kind people keep."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, emit_json, notice, notices
from api.context import Context
from inventory.checks.finding import Severity
from inventory.database.revision import parse_when
from inventory.day import day_at
from inventory.diff import diff
from inventory.generator import region
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner
from inventory.sources.outgoing import Kind, save

_SOURCE = "A folder of NOUN.yaml or of NOUN.csv files, or one .yaml, .csv, .xlsx or .geojson file."
_TARGET = "A folder, or a file; .yaml, .csv, .xlsx or .geojson tells the format."
_REPLACE = "The tables in the file are complete: delete what they do not hold. YAML always is."


def import_(
    source: Annotated[Path, typer.Argument(metavar="DIR|FILE", help=_SOURCE)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")] = False,
    who: Annotated[str | None, typer.Option(help="Who makes the change; the login name by default.")] = None,
    why: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    noun: Annotated[str | None, typer.Option(help="What a CSV file holds when its name does not say.")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, cp1250, iso-8859-2 or utf-16; found out if left out.")]
    = None,
    replace: Annotated[bool, typer.Option("--replace", help=_REPLACE)] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take files into the inventory: all of it, or nothing when any part is wrong."""
    context = Context()
    number = context.inventory.revision()
    current = context.inventory.network(number)
    manner = Manner(noun, encoding, replace)
    with _working(f"reading {source}"):
        loaded = load_checked(source, day_at(), context.settings.import_max_mb, current=current, manner=manner)
        changes = diff(current, loaded.network)
    if changes and not dry_run:
        reason = why or f"import of {source}"
        with _working(f"writing: {changes.summary}"):
            number = context.inventory.write(loaded.network, who or getpass.getuser(), reason, based_on=number).id
    for text in loaded.notices:
        notice(text)
    for finding in loaded.findings:
        if finding.severity is Severity.WARNING:
            notice(f"warning: {finding}")
    if as_json:
        document = {"dry_run": dry_run, "revision": number, "findings": [f.document() for f in loaded.findings]}
        emit_json(document | changes.document())
        return
    ending = f"{changes.summary}; " + ("nothing was written" if dry_run else f"now at revision {number}")
    unchanged = f"nothing to change; the inventory stays at revision {number}"
    typer.echo("\n".join([*changes.lines(), ending if changes else unchanged]))


def export(
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE", help=_TARGET)],
    kind: Annotated[Kind | None, typer.Option("--format", help="Instead of what the name tells.")] = None,
    noun: Annotated[str | None, typer.Option(help="What to write to a CSV file whose name does not say.")] = None,
    as_of: AsOfOption = None,
) -> None:
    """Write the inventory as files that ``import`` reads."""
    with _working(f"writing {target}"):
        save(Context().inventory.network(parse_when(as_of) if as_of else None), target, kind, noun)
    notice(f"written to {target}")


def generate(
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE", help=_TARGET)],
    sites: Annotated[int, typer.Option(help="How many sites; ten times as many interfaces.")] = 300,
    seed: Annotated[int, typer.Option(help="The same number gives the same region.")] = 1,
    kind: Annotated[Kind | None, typer.Option("--format", help="Instead of what the name tells.")] = None,
) -> None:
    """Invent a region on the communes of the programme and write it as files; nothing is imported."""
    with _working(f"inventing {sites} sites"):
        save(region(sites, seed), target, kind)
    notice(f"{sites} invented sites written to {target}")


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Say on a terminal what is being done and for how long; a pipe hears nothing."""
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=notices, transient=True, disable=not notices.is_terminal) as bar:
        bar.add_task(what, total=None)
        yield
