"""``silesianet inventory free`` and ``trace``: what can still be given out, and where a port leads."""

from typing import Annotated

import typer

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from inventory.allocation import next_address, next_prefix, next_vid
from inventory.database.revision import parse_moment
from inventory.errors import WrongUsage
from inventory.model.prefix import Prefix
from inventory.model.site import Site
from inventory.naming import find
from inventory.tracing import trace


def free(
    element: Annotated[str, typer.Argument(metavar="ELEMENT", help="prefix:SLUG, or site:SLUG for a VLAN number.")],
    length: Annotated[
        int | None, typer.Option(metavar="BITS", help="A block of this length instead of an address.")
    ] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the next free address or block of a prefix, or the next free VLAN number of a site."""
    network = Context().inventory.network(parse_moment(as_of))
    _, record = find(network, element)
    found: str | int
    if isinstance(record, Prefix):
        found = str(next_address(network, record) if length is None else next_prefix(network, record.prefix, length))
    elif isinstance(record, Site) and length is None:
        found = next_vid(network, record.slug)
    else:
        raise WrongUsage("nothing is given out there", where=element, fix="name prefix:SLUG or site:SLUG")
    if as_json:
        emit_json({"element": element, "free": found})
    else:
        console.print(found, highlight=False)


def show_trace(
    port: Annotated[str, typer.Argument(metavar="DEVICE:INTERFACE", help="Where to start.")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow the cables from a port through patch panels to the other end."""
    hops = trace(Context().inventory.network(parse_moment(as_of)), port)
    if as_json:
        emit_json({"port": port, "hops": [hop.document() for hop in hops], "end": hops[-1].far if hops else None})
    elif not hops:
        console.print(f"nothing is plugged into {port}", highlight=False)
    else:
        table(f"From {port}", ("from", "cable", "to"), [(hop.near, hop.cable, hop.far) for hop in hops])
