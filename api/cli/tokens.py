"""``silesianet token``: access tokens of people, programs and site agents."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.access_log import COMMAND_LINE, AccessLog
from api.cli.output import JsonOption, emit_json, notice, table
from api.context import Context
from api.roles import Role
from api.scope import check_binding
from api.settings import ApiSettings
from api.tokens import TokenStore

app = typer.Typer(no_args_is_help=True)


@app.command()
def create(
    name: str,
    role: Annotated[Role, typer.Option(help="What the token may do.")],
    site: Annotated[str | None, typer.Option(help="Site an agent reports for.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Commune or organisation whose objects are all it sees.")] = None,
    days: Annotated[float | None, typer.Option(help="Days until it ends; else SILESIANET_TOKEN_MAX_DAYS.")] = None,
    json: JsonOption = False,
) -> None:
    """Make a token and print it, once: only its digest is kept."""
    context = Context()
    check_binding(context.inventory.network(), site, tenant)
    secret = _store(context).create(name, role, site, days=days, tenant=tenant)
    AccessLog(context.engine).record("token made", COMMAND_LINE, detail=f"{name}, {role}")
    if json:
        emit_json({"name": name, "role": role, "site": site, "tenant": tenant, "token": secret})
    else:
        typer.echo(secret)


@app.command("list")
def list_tokens(json: JsonOption = False) -> None:
    """Name every token, without its secret."""
    found = list(_store(Context()).all())
    if json:
        emit_json({"count": len(found), "next": None, "previous": None, "results": found})
    else:
        rows = [
            (
                t["name"],
                t["role"],
                t["site"] or t["tenant"],
                *(_day(t[f"{w}_at"]) for w in ("created", "expires")),
                _hour(t["last_used_at"]),
            )
            for t in found
        ]
        table("Tokens", ("name", "role", "bound to", "made", "ends", "last used"), rows)


@app.command()
def revoke(name: str) -> None:
    """Make a token and every session opened with it worthless."""
    context = Context()
    _store(context).revoke(name)
    AccessLog(context.engine).record("token revoked", COMMAND_LINE, detail=name)
    notice(f"{name} revoked")


def _store(context: Context) -> TokenStore:
    return TokenStore(context.engine, ApiSettings().token_max_days)


def _day(moment: object) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d") if isinstance(moment, float) else ""


def _hour(moment: object) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:00") if isinstance(moment, float) else "never"
