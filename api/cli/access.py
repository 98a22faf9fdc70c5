"""``silesianet access``: the sealed local admin, who came in, sessions of people."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.access_log import COMMAND_LINE, AccessLog
from api.cli.output import JsonOption, emit_json, notice, table
from api.context import Context
from api.login.sealed import BreakGlass
from api.presentation import envelope
from api.sessions import SessionStore
from api.tokens import TokenStore

Number = Annotated[int, typer.Argument(help="Number of the entry, as `silesianet access log` shows it.")]
Whose = Annotated[str, typer.Argument(help="As the log shows it: ldap:dispatcher, oidc:planner, break-glass.")]

app = typer.Typer(no_args_is_help=True)


@app.command()
def seal(json: JsonOption = False) -> None:
    """Make a password for the local admin and print it, once; put it in an envelope. The one before is worthless."""
    context = Context()
    password = BreakGlass(context.engine).seal()
    AccessLog(context.engine).record("sealed", COMMAND_LINE, detail="a new password for the local admin")
    if json:
        emit_json({"name": "break-glass", "password": password})
    else:
        typer.echo(password)


@app.command()
def unseal() -> None:
    """Remove the local admin."""
    context = Context()
    BreakGlass(context.engine).remove()
    AccessLog(context.engine).record("unsealed", COMMAND_LINE, detail="there is no local admin any more")
    notice("the local admin is removed")


@app.command()
def log(
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many entries, the newest first.")] = 50,
    json: JsonOption = False,
) -> None:
    """Show who logged in and who handed out keys; emergency access that nobody has acknowledged is marked."""
    access_log = AccessLog(Context().engine)
    found, alarms = access_log.newest(most), {entry.id for entry in access_log.alarms()}
    if json:
        entries = [
            {"id": e.id, "at": _instant(e.at), "kind": e.kind, "who": e.who, "address": e.address, "detail": e.detail}
            | {"acknowledged_at": _instant(e.acknowledged_at), "acknowledged_by": e.acknowledged_by}
            for e in found
        ]
        emit_json(envelope(entries))
        return
    rows = [("!" if e.id in alarms else "", e.id, _instant(e.at), e.kind, e.who, e.address, e.detail) for e in found]
    table("Access", ("", "id", "at", "what", "who", "from", "detail"), rows)


@app.command()
def acknowledge(
    number: Annotated[int, typer.Argument(help="Number of the entry, as `silesianet access log` shows it.")],
) -> None:
    """Say that an emergency access is known; the warning goes from the pages."""
    AccessLog(Context().engine).acknowledge(number, COMMAND_LINE)
    notice(f"entry {number} acknowledged")


@app.command()
def end(
    name: Annotated[str, typer.Argument(help="Whose, as the log shows it: ldap:dispatcher, break-glass.")],
) -> None:
    """End every browser session of somebody, and the token made with it."""
    context = Context()
    tokens = TokenStore(context.engine)
    ended = SessionStore(context.engine, tokens).close_all(name)
    if any(token["name"] == name for token in tokens.all()):
        tokens.revoke(name)
    AccessLog(context.engine).record("sessions ended", COMMAND_LINE, detail=f"{name}, {ended}")
    notice(f"{ended} sessions of {name} ended")


def _instant(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
