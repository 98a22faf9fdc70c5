"""The custom fields that what is ours needs in NetBox: their types follow from our model."""

from typing import Any

from inventory.model.device import Interface
from inventory.model.network import NOUNS
from inventory.sources.netbox import models as m
from inventory.sources.netbox.client import Client
from inventory.sources.netbox.identify import LINK_FIELD
from inventory.sources.netbox.mapping import EXCHANGED, INTERFACE_PAIRS
from inventory.sources.netbox.models import CUSTOM, MODELS, OURS, Row
from inventory.sources.netbox.pairs import Owner, custom_type

PATH = "extras/custom-fields"


def owned() -> dict[str, frozenset[str]]:
    """The fields of rows that are ours, by path."""
    found: dict[str, set[str]] = {path: set() for path in MODELS}
    for exchanged in EXCHANGED:
        found[exchanged.path] |= {n for p in exchanged.pairs if p.owner is Owner.OURS for n in p.theirs}
    found[m.INTERFACES] |= {name for pair in INTERFACE_PAIRS if pair.owner is Owner.OURS for name in pair.theirs}
    found[m.CABLES].add(LINK_FIELD)
    return {path: frozenset(names) for path, names in found.items()}


def wanted() -> dict[str, tuple[str, frozenset[str]]]:
    """Type and kinds of objects of each custom field, by its name in NetBox."""
    found: dict[str, tuple[str, set[str]]] = {f"{OURS}link": ("json", {MODELS[m.CABLES].type})}
    for kind, path, pairs in (
        *((NOUNS[e.noun], e.path, e.pairs) for e in EXCHANGED),
        (Interface, m.INTERFACES, INTERFACE_PAIRS),
    ):
        for pair in pairs:
            if pair.owner is Owner.OURS:
                name = OURS + pair.theirs[0].removeprefix(CUSTOM)
                found.setdefault(name, (custom_type(kind, pair.ours), set()))[1].add(MODELS[path].type)
    return {name: (kind, frozenset(types)) for name, (kind, types) in sorted(found.items())}


def missing(client: Client) -> tuple[list[Row], list[Row]]:
    """The custom fields to make, and those to extend to more kinds of objects."""
    have = {row["name"]: row for row in client.find(PATH, "extras.view_customfield", name__isw=OURS)}
    new, more = list[Row](), list[Row]()
    for name, (kind, types) in wanted().items():
        if name not in have:
            new.append(_made(name, kind, types))
        elif lacking := types - set(have[name]["object_types"]):
            more.append({"id": have[name]["id"], "object_types": sorted({*have[name]["object_types"], *lacking})})
    return new, more


def _made(name: str, kind: str, types: frozenset[str]) -> dict[str, Any]:
    label = name.removeprefix(OURS).replace("_", " ")
    said = {"description": "Owned by SilesiaNet: what is written here is replaced", "group_name": "SilesiaNet"}
    return {"name": name, "label": label, "type": kind, "object_types": sorted(types), "required": False} | said
