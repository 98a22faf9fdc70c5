"""``silesianet devices``: what a device is, and what it prints when asked."""

from typing import Annotated

import typer

from api.attached import attached
from api.cli.onboard import onboard
from api.cli.output import EXIT_UNREACHABLE, JsonOption, console, emit_json, notice, table
from api.cli.snmp_options import (
    Address,
    AuthPassword,
    AuthProtocol,
    Community,
    PrivPassword,
    PrivProtocol,
    User,
    chosen,
)
from api.context import Context
from monitoring.discovery import FoundDevice
from monitoring.discovery import discover as ask_what
from monitoring.settings import SnmpSettings
from monitoring.snmp.once import ask
from monitoring.snmp.pysnmp_session import Client

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.command("onboard")(onboard)


@app.command("run")
def run(
    command: Annotated[str, typer.Argument(help="What to type on each device; a question, never a change.")],
    device: Annotated[list[str] | None, typer.Option(help="Only this device; may be repeated.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Only devices of this site; may be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Type a command on the command line of devices and print what each says; exit code 3 if one did not answer."""
    from api.composition import shells  # the drivers take a second to import
    from automation.change import Scope
    from automation.questions import answers

    context = Context()
    scope = Scope(devices=tuple(device or ()), sites=tuple(site or ()))
    said = answers(context.inventory.network(), scope, shells(context), command)
    if as_json:
        emit_json({"command": command, "devices": [vars(answer) for answer in said]})
    else:
        for answer in said:
            console.rule(answer.name, align="left")
            console.print(answer.output, markup=False, highlight=False)
    for answer in said:
        if answer.output is None:
            notice(answer.reason)
    if any(answer.output is None for answer in said):
        raise typer.Exit(EXIT_UNREACHABLE)


@app.command("discover")
def discover(
    host: Annotated[str, typer.Argument(metavar="HOST[:PORT]", help="Name or address.")],
    community: Community = None,
    v3_user: User = None,
    v3_auth_protocol: AuthProtocol = "SHA",
    v3_auth_password: AuthPassword = None,
    v3_priv_protocol: PrivProtocol = "AES",
    v3_priv_password: PrivPassword = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a device over SNMP what it is; what it does not say is null."""
    context, settings = Context(), SnmpSettings()
    user = (v3_user, v3_auth_protocol, v3_auth_password, v3_priv_protocol, v3_priv_password)
    address = Address.parse(host, settings.port)

    async def work(client: Client) -> FoundDevice:
        return await ask_what(client.session(*address.resolved()))

    found = attached(context.attach, lambda: ask(chosen(context, settings, community, user), settings, work)).document()
    if as_json:
        emit_json(found)
        return
    interfaces = found.pop("interfaces")
    table(host, ("property", "value"), found.items())
    if interfaces:
        table("Interfaces", list(interfaces[0]), [list(row.values()) for row in interfaces])
