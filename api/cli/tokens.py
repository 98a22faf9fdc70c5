"""``silesianet token``: access tokens of people, programs and site agents."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.output import JsonOption, emit_json, notice, table
from api.context import Context
from api.roles import Role
from api.tokens import TokenStore
from inventory.errors import UnknownObject

app = typer.Typer(no_args_is_help=True)


@app.command()
def create(
    name: str,
    role: Annotated[Role, typer.Option(help="What the token may do.")],
    site: Annotated[str | None, typer.Option(help="Site an agent reports for.")] = None,
    days: Annotated[float | None, typer.Option(help="Days until it ends; without it, it does not.")] = None,
    json: JsonOption = False,
) -> None:
    """Make a token and print it, once: only its digest is kept."""
    context = Context()
    if site is not None and site not in context.inventory.network().site:
        raise UnknownObject("no such site", where=site, fix="`silesianet inventory list sites` names them")
    secret = TokenStore(context.engine).create(name, role, site, days=days)
    if json:
        emit_json({"name": name, "role": role, "site": site, "token": secret})
    else:
        typer.echo(secret)


@app.command("list")
def list_tokens(json: JsonOption = False) -> None:
    """Name every token, without its secret."""
    found = list(TokenStore(Context().engine).all())
    if json:
        emit_json({"count": len(found), "next": None, "previous": None, "results": found})
    else:
        rows = [(t["name"], t["role"], t["site"], _day(t["created_at"]), _day(t["expires_at"])) for t in found]
        table("Tokens", ("name", "role", "site", "made", "ends"), rows)


@app.command()
def revoke(name: str) -> None:
    """Make a token and every session opened with it worthless."""
    TokenStore(Context().engine).revoke(name)
    notice(f"{name} revoked")


def _day(moment: object) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d") if isinstance(moment, float) else ""
