"""``silesianet netbox``: facts exchanged with a NetBox, shown before anything is written."""

import getpass
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.output import EXIT_UNREACHABLE, JsonOption, console, emit_json, notice, notices
from api.context import Context
from api.netbox_feed import exchange_with, follow_until, settings_of
from inventory.day import day_at
from inventory.errors import RefusedRequest
from inventory.sources.netbox.exchange import Exchange, Pull
from inventory.sources.netbox.plan import Plan

app = typer.Typer(no_args_is_help=True, help="Exchange facts with a NetBox.")

SHOWN = 200
"""Lines of a preview on a terminal."""

UrlOption = Annotated[str | None, typer.Option(help="Address of NetBox; SILESIANET_NETBOX_URL by default.")]
TimeoutOption = Annotated[float | None, typer.Option(min=0.1, help="Seconds one answer of NetBox may take.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
ForgetOption = Annotated[
    bool, typer.Option("--forget", help="Forget what is known of the NetBox so far: another one stands in its place.")
]
FullOption = Annotated[bool, typer.Option("--full", help="Read all of NetBox, not only what its change log names.")]
Said = Callable[[str, int], object]


@app.command()
def pull(
    url: UrlOption = None,
    timeout: TimeoutOption = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete what NetBox has no longer.")] = False,
    full: FullOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    forget: ForgetOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take over what NetBox owns; what is ours stays. An interrupted pull goes on where it stopped."""
    context = Context()
    exchange = _exchange(context, url, timeout, forget)
    _read(exchange, full)
    preview = exchange.preview_pull(day_at(), delete)
    if not as_json:
        _show_pull(preview, delete)
    number = preview.based_on
    if not dry_run and (not preview.changes or _agreed(yes, "write this into our inventory")):
        number = exchange.pull(preview, getpass.getuser(), "pull from NetBox")
    if as_json:
        emit_json({"dry_run": dry_run, "revision": number} | preview.document())
    elif preview.changes and not dry_run:
        console.print(f"now at revision {number}", highlight=False)


@app.command()
def push(
    url: UrlOption = None,
    timeout: TimeoutOption = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete in NetBox what we have no longer.")] = False,
    recreate: Annotated[bool, typer.Option("--recreate", help="Make again what was deleted in NetBox.")] = False,
    full: FullOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    forget: ForgetOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write to NetBox what it lacks and what is ours to say. A push that was interrupted is finished by the next."""
    exchange = _exchange(Context(), url, timeout, forget)
    _read(exchange, full)
    found = exchange.preview_push(recreate, delete)
    if not as_json:
        _show_push(found, delete)
    wanted = bool(found.writes or (delete and found.deletes))
    if not dry_run and (not wanted or _agreed(yes, "write this to NetBox")):
        with _bar("writing", found.writes + (len(found.deletes) if delete else 0)) as said:
            exchange.push(found, delete, said)
        if wanted and not as_json:
            console.print("written", highlight=False)
    if as_json:
        emit_json({"dry_run": dry_run} | found.document())


@app.command()
def follow(
    url: UrlOption = None,
    timeout: TimeoutOption = None,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
) -> None:
    """Take over changes as they are made in NetBox, until interrupted; `serve` does the same when NetBox is set."""
    settings, stopping = settings_of(url, timeout), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if not follow_until(Context(), settings, stopping, notice, once=once):
        raise typer.Exit(EXIT_UNREACHABLE)


@app.command("diff")
def diff_(
    url: UrlOption = None,
    timeout: TimeoutOption = None,
    full: FullOption = False,
    dry_run: DryRunOption = False,
    forget: ForgetOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare both sides: what a pull would do here, and what a push would do there; nothing is ever written."""
    del dry_run  # every comparison is one
    exchange = _exchange(Context(), url, timeout, forget)
    _read(exchange, full)
    preview, found = exchange.preview_pull(day_at()), exchange.preview_push()
    if as_json:
        emit_json({"pull": preview.document(), "push": found.document()})
        return
    console.print("pull would do here:", highlight=False)
    _show_pull(preview, False)
    console.print("push would do in NetBox:", highlight=False)
    _show_push(found, False)


def _exchange(context: Context, url: str | None, timeout: float | None, forget: bool) -> Exchange:
    return exchange_with(context, settings_of(url, timeout), forget)


def _read(exchange: Exchange, full: bool) -> None:
    with _bar("reading", exchange.expected(full) if notices.is_terminal else None) as said:
        if exchange.read(said, full):
            notice("an interrupted reading was taken up where it stopped")


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Said]:
    """A progress bar on a terminal; nothing in a pipe."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notices, transient=True, disable=not notices.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def said(kind: str, more: int) -> None:
            bar.update(task, description=f"{what} {kind}", advance=more)

        yield said


def _agreed(yes: bool, what: str) -> bool:
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise RefusedRequest("nobody can be asked here", fix="look at it with --dry-run, then add --yes")
    if not typer.confirm(f"{what}?"):
        raise RefusedRequest("nothing was written", fix="answer y to write")
    return True


def _show_pull(preview: Pull, delete: bool) -> None:
    _print(list(preview.changes.lines()))
    for name, why in list(preview.left_out.items())[:SHOWN]:
        notice(f"left out: {name}: {why}")
    for line in preview.assumed:
        notice(f"assumed: {line}")
    if preview.deletions:
        done = "deleted, NetBox has them no longer" if delete else "gone from NetBox, kept here; --delete removes them"
        console.print(f"{done}:", highlight=False)
        _print([f"- {name}" for name in preview.deletions])
    console.print(preview.changes.summary if preview.changes else "nothing to change here", highlight=False)


def _show_push(found: Plan, delete: bool) -> None:
    _print(list(found.lines()))
    if found.deletes:
        done = "deleted in NetBox" if delete else "gone here, kept in NetBox; --delete removes them"
        console.print(f"{done}:", highlight=False)
        _print([f"- {path} {key}" for path, key in found.deletes])
    if found.missing:
        _print(["deleted in NetBox, not made again; pull --delete removes them here, push --recreate makes them:"])
        _print([f"? {path} {key}" for path, key in found.missing])
    if found.writes:
        made = found.counts() or "nothing"
        changed = len(found.updates) + len(found.primaries)
        _print([f"create {made}; update {changed} objects"])
    else:
        console.print("nothing to change in NetBox", highlight=False)


def _print(lines: list[str]) -> None:
    for line in lines[:SHOWN] if console.is_terminal else lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if console.is_terminal and len(lines) > SHOWN:
        console.print(f"… and {len(lines) - SHOWN} lines more; --json shows all", highlight=False)
