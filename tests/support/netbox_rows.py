"""What a NetBox would say, made without one: rows with numbers for the keys of other objects."""

from collections import defaultdict
from typing import Any

from inventory.model.network import NOUNS, Network
from inventory.sources.netbox import models as m
from inventory.sources.netbox.mapping import EXCHANGED
from inventory.sources.netbox.models import MODELS, Row, Shelf

HELD = frozenset({exchanged.noun for exchanged in EXCHANGED} | {"links"})
"""Nouns that NetBox holds."""
PSEUDO = ("a", "b", "ends", "down_kbps", "up_kbps")


def numbered(shelf: Shelf) -> dict[str, list[tuple[int, Row]]]:
    """Rows as the mirror keeps them."""
    numbers: dict[str, dict[str | None, int]] = defaultdict(dict)
    for path, rows in shelf.items():
        numbers[path] = {key: number for number, key in enumerate(rows, 1)}
    return {
        path: [(numbers[path][key], _row(path, row, numbers)) for key, row in rows.items()]
        for path, rows in shelf.items()
    }


def _row(path: str, row: Row, numbers: dict[str, dict[str | None, int]]) -> Row:
    model = MODELS[path]
    kept: dict[str, Any] = dict.fromkeys((*model.plain, *model.refs, *model.mixed))
    kept |= {n: v for n, v in row.items() if n not in PSEUDO and (v is not None or not n.startswith("cf_"))}
    for name, target in model.refs.items():
        kept[name] = numbers[target].get(kept[name])
    for name, target in model.mixed.items():
        kept[name] = None if kept[name] is None else [MODELS[target].type, numbers[target][kept[name]]]
    if path == m.CABLES:
        for side in ("a", "b"):
            kept[f"{side}_terminations"] = [[MODELS[m.INTERFACES].type, numbers[m.INTERFACES][row[side]]]]
    return kept


def held(network: Network) -> Network:
    """The part of a network that NetBox holds."""
    part = network.model_copy(update={noun: () for noun in NOUNS if noun not in HELD})
    projects = tuple(project.model_copy(update={"programme": None}) for project in part.projects)
    return part.model_copy(update={"projects": projects})


def quarter(city: Network, sites: frozenset[str]) -> Network:
    """A few sites of the city with all that stands at them, and the links between them."""
    devices = {d.slug for d in city.devices if d.site in sites}
    links = tuple(link for link in city.links if {*link.devices} <= devices)
    used = {link.circuit for link in links}
    kept: dict[str, Any] = {
        "sites": tuple(s for s in city.sites if s.slug in sites),
        "rooms": tuple(r for r in city.rooms if r.site in sites),
        "devices": tuple(d for d in city.devices if d.slug in devices),
        "links": links,
        "circuits": tuple(c for c in city.circuits if c.slug in used),
        "cables": tuple(c for c in city.cables if {p.partition(":")[0] for p in c.ports} <= devices),
        "vlans": tuple(v for v in city.vlans if v.site in sites),
        "prefixes": tuple(p for p in city.prefixes if p.site in sites or p.site is None),
        "services": (), "entitlements": (), "exceptions": (), "rules": (),
    }  # fmt: skip
    return city.model_copy(update=kept)
