"""What follows for an object from the rest of the inventory, worked out from plain rows for whole lists at once.

The same documents as ``api.presentation`` makes from facts, without making facts; a test holds them to each other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from api.listing.fields import Fields, fields_of, scalar
from api.presentation import INTERFACES
from inventory.database.rows import Bodies
from inventory.model.device import Interface
from inventory.model.fact import Fact
from inventory.model.network import NOUNS

type Document = dict[str, Any]
type Nouns = Mapping[str, Bodies]
type Derive = Callable[[Nouns], Callable[[Document], Document]]

SOURCES: dict[str, tuple[str, ...]] = {
    "sites": ("sites", "devices"),
    "devices": ("devices", "links"),
    "circuits": ("circuits", "links"),
    "links": ("links", "circuits"),
    INTERFACES: ("devices", "links"),
}
"""The nouns a list is made of, where it takes more than its own."""


DERIVED: dict[str, dict[str, Any]] = {
    "sites": {"devices": tuple[str, ...]},
    "devices": {"links": tuple[str, ...]},
    "circuits": {"links": tuple[str, ...]},
    "links": {"capacity_bps": int},
    INTERFACES: {"slug": str, "device": str, "site": str, "link": str | None},
}
"""What a list shows beyond the fields of the fact itself, and the types of it."""


def fact_of(noun: str) -> type[Fact]:
    """The fact that the objects of a noun show."""
    return Interface if noun == INTERFACES else NOUNS[noun]


@cache
def fields(noun: str) -> Fields:
    """Every field of the objects of a noun and the type of its values."""
    more = {name: scalar(kind) for name, kind in DERIVED.get(noun, {}).items()}
    return {**more, **fields_of(fact_of(noun))} if noun == INTERFACES else {**fields_of(fact_of(noun)), **more}


def sources(noun: str) -> tuple[str, ...]:
    """The nouns whose change changes a list."""
    return SOURCES.get(noun, (noun,))


def documents(noun: str, nouns: Nouns) -> Iterator[Document]:
    """All objects of a noun, in order of slug."""
    if noun == INTERFACES:
        return _interfaces(nouns)
    derive = _DERIVE.get(noun)
    if derive is None:
        return iter(nouns[noun].values())
    more = derive(nouns)
    return (body | more(body) for body in nouns[noun].values())


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, slug in rows:
        found.setdefault(key, []).append(slug)
    return found


def _sites(nouns: Nouns) -> Callable[[Document], Document]:
    standing = _grouped((device["site"], slug) for slug, device in nouns["devices"].items())
    return lambda site: {"devices": standing.get(site["slug"], [])}


def _devices(nouns: Nouns) -> Callable[[Document], Document]:
    ends = ((link[end], slug) for slug, link in nouns["links"].items() for end in ("a", "b"))
    ending = _grouped((port.partition(":")[0], slug) for port, slug in ends)
    return lambda device: {"links": ending.get(device["slug"], [])}


def _circuits(nouns: Nouns) -> Callable[[Document], Document]:
    riding = _grouped((link["circuit"], slug) for slug, link in nouns["links"].items())
    return lambda circuit: {"links": riding.get(circuit["slug"], [])}


def _links(nouns: Nouns) -> Callable[[Document], Document]:
    circuits = nouns["circuits"]
    return lambda link: {"capacity_bps": circuits[link["circuit"]]["rate"]["down"]}


_DERIVE: dict[str, Derive] = {"sites": _sites, "devices": _devices, "circuits": _circuits, "links": _links}


def _interfaces(nouns: Nouns) -> Iterator[Document]:
    link_at = {link[end]: slug for slug, link in nouns["links"].items() for end in ("a", "b")}
    for name, device in nouns["devices"].items():
        for interface in device["interfaces"]:
            slug = f"{name}:{interface['name']}"
            place = {"slug": slug, "device": name, "site": device["site"]}
            yield place | interface | {"link": link_at.get(slug)}
