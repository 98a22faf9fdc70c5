"""``silesianet inventory history``, ``diff`` and ``revert``: what happened to the inventory, proven and taken back."""

import getpass
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.output import EXIT_FINDINGS, JsonOption, console, emit_json
from api.context import Context
from api.entries import entry_document, moment
from api.presentation import envelope
from inventory.database.revision import Asked, When, parse_moment, parse_when
from inventory.diff import Changes
from inventory.naming import split
from inventory.revert import revert as take_back

LIST = "list"


class ListsByItself(TyperGroup):
    """A group that lists when no command of it is named, so that an object may follow it directly."""

    default = LIST

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [LIST, *args])


app = typer.Typer(cls=ListsByItself, help="Who changed what, when and why; and the proof of it.")

SinceOption = Annotated[str | None, typer.Option(metavar="WHEN", help="Only from this revision, date or instant on.")]
UntilOption = Annotated[str | None, typer.Option(metavar="WHEN", help="Only up to this revision, date or instant.")]


@app.command(LIST)
def history(
    element: Annotated[str | None, typer.Argument(metavar="ELEMENT", help="Only the history of one object.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many changes of objects to show.")] = 100,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who changed what, when and why, newest first."""
    noun, slug = split(element) if element else (None, None)
    asked = Asked(noun, slug, parse_moment(since), parse_moment(until))
    entries = Context().inventory.history(asked, limit)
    if as_json:
        emit_json(envelope([entry_document(entry) for entry in entries]))
        return
    shown = None
    for entry in entries:
        if entry.revision.id != shown:
            shown = entry.revision.id
            revision = entry.revision
            _say(f"revision {shown}  {moment(revision.at)}  {revision.who}: {revision.why}")
        for line in entry.change.lines():
            _say(f"  {line}")


@app.command()
def verify(
    expect: Annotated[str | None, typer.Option(metavar="DIGEST", help="A digest noted earlier.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compute the chain of digests anew; exit code 1 and the first entry that was tampered with, if any was."""
    found = Context().inventory.verify(expect)
    if as_json:
        emit_json(found.document())
    elif found.finding:
        _say(str(found.finding))
    else:
        _say(f"{found.entries} changes in {found.revision} revisions are as they were written\ndigest {found.digest}")
    if found.finding:
        raise typer.Exit(EXIT_FINDINGS)


def compare(
    before: Annotated[str | None, typer.Argument(metavar="A", help="Earlier revision or instant.")] = None,
    after: Annotated[str | None, typer.Argument(metavar="B", help="Later one; now by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two moments; without arguments, what the last revision changed."""
    store = Context().inventory
    latest = store.revision()
    start: When = parse_when(before) if before else max(latest - 1, 0)
    end: When = parse_when(after) if after else latest
    changes = store.diff(start, end)
    if as_json:
        emit_json({"from": start, "to": end} | changes.document())
    else:
        _print(changes)


def revert(
    revision: Annotated[int, typer.Argument(metavar="REVISION", min=1, help="Number of the revision to take back.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")] = False,
    who: Annotated[str | None, typer.Option(help="Who makes the change; the login name by default.")] = None,
    why: Annotated[str | None, typer.Option(help="Why, for the history.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what one revision did, as a new revision; refused where objects were changed since."""
    done = take_back(Context().inventory, revision, who or getpass.getuser(), why or "", dry_run)
    if as_json:
        emit_json(done.document(dry_run))
        return
    _print(done.changes)
    _say("nothing was written" if dry_run or not done.changes else f"now at revision {done.revision}")


def _print(changes: Changes) -> None:
    for line in (*changes.lines(), changes.summary):
        _say(line)


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
