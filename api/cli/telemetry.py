"""``silesianet snmp`` and ``capacity``: what devices say, and how full their links are."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from api.attached import attached
from api.cli.as_of import AsOfOption
from api.cli.output import EXIT_UNREACHABLE, JsonOption, emit_json, notice, table
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
from api.render import FORMATS
from inventory.database.revision import parse_moment
from inventory.errors import UnknownObject, WrongUsage
from inventory.model.rate import format_rate
from monitoring.reports import REPORTS, Report, Sources
from monitoring.settings import SnmpSettings
from monitoring.snmp.once import ask
from monitoring.snmp.poll import DevicePoll
from monitoring.snmp.pysnmp_session import Client
from monitoring.snmp.sample import Poll, Sample
from monitoring.snmp.session import Oid, Value, dotted, oid
from monitoring.snmp.targets import polled, polling_address
from monitoring.snmp.walk import as_text, subtree

snmp_app = typer.Typer(no_args_is_help=True, add_completion=False, help="Ask devices over SNMP.")
capacity_app = typer.Typer(no_args_is_help=True, add_completion=False, help="How full links and sites are.")
EVERYTHING = "1.3.6.1.2.1"


@capacity_app.callback()
def group() -> None:
    """Keep single commands of a group commands of their own."""


@snmp_app.command("poll")
def poll(
    devices: Annotated[list[str] | None, typer.Argument(help="Names of devices; all without any.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Poll devices of the inventory once, in-band; exit 3 if any is silent."""
    context, settings = Context(), SnmpSettings()
    known = {d.slug: d for d in polled(context.inventory.network())}
    for unknown in set(devices or ()) - known.keys():
        raise UnknownObject(
            "no such polled device", where=unknown, fix="`silesianet inventory list devices` names them"
        )
    addresses = {name: str(polling_address(known[name])) for name in devices or known}

    async def work(client: Client) -> list[Poll]:
        polls = [DevicePoll(n, client.session(a, settings.port), settings) for n, a in addresses.items()]
        return await asyncio.gather(*(one.poll() for one in polls))

    polls = attached(context.attach, lambda: ask(chosen(context, settings), settings, work))
    if as_json:
        emit_json({"devices": [_poll_document(found) for found in polls]})
    else:
        table("Devices", ("device", "answer", "seconds", "interfaces up", "OSPF neighbours"), map(_poll_row, polls))
    if not all(isinstance(found, Sample) for found in polls):
        raise typer.Exit(EXIT_UNREACHABLE)


def _poll_document(found: Poll) -> dict[str, Any]:
    document = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return {"device": found.device, "answered": isinstance(found, Sample)} | document


def _poll_row(found: Poll) -> tuple[object, ...]:
    if not isinstance(found, Sample):
        return found.device, found.reason, round(found.seconds, 3), None, None
    up = f"{sum(i.oper == 'up' for i in found.interfaces)}/{len(found.interfaces)}"
    return found.device, "+ ok", round(found.seconds, 3), up, len(found.neighbours or ())


@snmp_app.command("walk")
def walk(
    host: Annotated[str, typer.Argument(metavar="DEVICE|HOST[:PORT]", help="A device's name or an address.")],
    root: Annotated[str, typer.Argument(metavar="[OID]", help="Where to start.")] = EVERYTHING,
    community: Community = None,
    v3_user: User = None,
    v3_auth_protocol: AuthProtocol = "SHA",
    v3_auth_password: AuthPassword = None,
    v3_priv_protocol: PrivProtocol = "AES",
    v3_priv_password: PrivPassword = None,
    as_json: JsonOption = False,
) -> None:
    """Print every object below an OID."""
    context, settings = Context(), SnmpSettings()
    try:
        start = oid(root)
    except ValueError:
        raise WrongUsage(
            f"{root!r} is no object identifier", where="OID", fix=f"write numbers, as in {EVERYTHING}"
        ) from None
    user = (v3_user, v3_auth_protocol, v3_auth_password, v3_priv_protocol, v3_priv_password)
    secrets = chosen(context, settings, community, user)
    device = context.inventory.network().device.get(host) if context.inventory.revision() else None
    inside = polling_address(device) if device is not None else None
    address = Address(str(inside), settings.port) if inside is not None else Address.parse(host, settings.port)

    async def work(client: Client) -> list[tuple[Oid, Value]]:
        return [pair async for pair in subtree(client.session(*address.resolved()), start)]

    found = attached(context.attach, lambda: ask(secrets, settings, work))
    if as_json:
        emit_json({"objects": [{"oid": dotted(name), "value": _shown(value)} for name, value in found]})
    else:
        table(host, ("OID", "value"), [(dotted(name), _shown(value)) for name, value in found])


def _shown(value: Value) -> str | int | None:
    if isinstance(value, tuple):
        return dotted(value)
    if isinstance(value, bytes):
        text = as_text(value) or ""
        return text if text.isprintable() and "\ufffd" not in text else value.hex(":")
    return value


@capacity_app.command("report")
def report(
    form: Annotated[str, typer.Option("--format", help="table, csv, html or json.")] = "table",
    days: Annotated[str | None, typer.Option(help="Period looked at, in days.")] = None,
    language: Annotated[str, typer.Option(help="pl or en.")] = "en",
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output.")] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Utilisation of every link and site, the fullest first."""
    context, when = Context(), parse_moment(as_of)
    options = {"days": days} if days is not None else {}
    network, at = context.inventory.network(when), context.inventory.instant(when)
    sources = Sources(network, context.engine, at, options)
    made = REPORTS["capacity"].build(sources)
    wanted = "json" if as_json else form
    if wanted == "table":
        _print(made)
    elif wanted not in FORMATS:
        raise WrongUsage(f"no format {wanted!r}", where="--format", fix=f"table, {', '.join(FORMATS)}")
    elif output is not None:
        output.write_bytes(FORMATS[wanted].render(made, language))
    else:
        typer.echo(FORMATS[wanted].render(made, language), nl=False)


def _print(made: Report) -> None:
    """The figures a terminal has room for."""
    rows = []
    for row in made.document()["rows"]:
        rate = "/".join(format_rate(row[key]) for key in ("capacity_down_bps", "capacity_up_bps"))
        rows.append([row["element"], rate, row["p95_percent"], row["peak_percent"], row["slots"], row["advice"]])
    table(made.title_en, ("element", "capacity", "p95 %", "peak %", "slots", "advice"), rows)
    for note in made.notes_en:
        notice(note)
