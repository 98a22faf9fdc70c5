"""The page of what is exchanged with NetBox: every field, where it is there, and who owns it."""

from collections.abc import Iterator

from api.reference.page import table
from inventory.model.network import NOUNS
from inventory.sources.netbox.client import OLDEST
from inventory.sources.netbox.mapping import EXCHANGED, INTERFACE_PAIRS
from inventory.sources.netbox.models import CUSTOM, INTERFACES, OURS
from inventory.sources.netbox.pairs import Owner, Pair

HEAD = f"""# What is exchanged with NetBox

NetBox {OLDEST} or later. What the last column says:

- `netbox`: a pull takes NetBox's value, a push writes ours only into objects it makes.
- `silesianet`: a push writes ours, a pull takes NetBox's value only for records that are new to us.

A field that is empty on NetBox's side and needed on ours is kept, or assumed for a new record;
each assumption is reported.

A link is the cable between its ends, with the whole link in the custom field `{OURS}link`; where its near end
is cabled through patch panels, the field is on that cable. Addresses are NetBox's IP addresses on the interface.
The rate of a circuit is that of its terminations.
"""


def page() -> str:
    """The page, in Markdown."""
    held = {exchanged.noun for exchanged in EXCHANGED} | {"links"}
    ours = ", ".join(f"`{noun}`" for noun in NOUNS if noun not in held)
    columns = ("ours", "NetBox", "owner")
    return "\n".join([HEAD, f"Never leave our inventory: {ours}.", "", *table(columns, _rows()), ""])


def _rows() -> Iterator[tuple[str, str, str]]:
    for exchanged in EXCHANGED:
        place = exchanged.path
        if exchanged.named:
            after = f", after `{exchanged.prefix}`" if exchanged.prefix else ""
            yield f"{exchanged.noun} `slug`", f"`{place}` {exchanged.named}{after}", "made once"
        yield from (_row(exchanged.noun, place, pair) for pair in exchanged.pairs)
    yield from (_row("interfaces", INTERFACES, pair) for pair in INTERFACE_PAIRS)


def _row(noun: str, path: str, pair: Pair) -> tuple[str, str, str]:
    names = ", ".join(
        f"custom field {OURS}{name.removeprefix(CUSTOM)}" if pair.owner is Owner.OURS else name for name in pair.theirs
    )
    return f"{noun} `{pair.ours}`", f"`{path}` {names}", pair.owner.value
