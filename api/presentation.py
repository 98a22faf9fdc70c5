"""How every object of the inventory looks to programs: one place for the command line and for REST.

A record is its JSON (rates in bits per second, money in PLN, dates ISO 8601) and what follows from the rest of the
network. ``interfaces`` is a noun of its own here: the interfaces of all devices, named ``device:interface``.
"""

from collections.abc import Callable
from typing import Any

from inventory.errors import UnknownObject
from inventory.model.device import Device, Interface
from inventory.model.fact import Record
from inventory.model.link import Circuit, Link
from inventory.model.network import NOUNS, Network
from inventory.model.site import Site
from inventory.naming import records

Document = dict[str, Any]
INTERFACES = "interfaces"
LISTED = (*NOUNS, INTERFACES)
"""Every noun that can be listed."""


def present(noun: str, record: Record, network: Network) -> Document:
    """One object: ``slug`` first, then its fields, then what is derived."""
    document = record.model_dump(mode="json")
    derive = _DERIVED.get(noun)
    return document if derive is None else document | derive(record, network)


def listing(noun: str, network: Network) -> list[Document]:
    """All objects of a noun, in order of slug; UnknownObject when the noun is not known."""
    if noun == INTERFACES:
        return [_interface(d, i, network) for d in network.devices for i in d.interfaces]
    if noun not in NOUNS:
        raise UnknownObject(f"there is no noun {noun!r}", fix=f"use one of {', '.join(LISTED)}")
    return [present(noun, record, network) for record in records(network, noun)]


def envelope(results: list[Document], count: int | None = None) -> Document:
    """The list envelope; without paging everything is on one page."""
    return {"count": len(results) if count is None else count, "next": None, "previous": None, "results": results}


def _interface(device: Device, interface: Interface, network: Network) -> Document:
    slug = f"{device.slug}:{interface.name}"
    link = network.link_at.get(slug)
    place = {"slug": slug, "device": device.slug, "site": device.site}
    return place | interface.model_dump(mode="json") | {"link": None if link is None else link.slug}


def _site(site: Site, network: Network) -> Document:
    return {"devices": [d.slug for d in network.devices_of[site.slug]]}


def _device(device: Device, network: Network) -> Document:
    return {"links": [link.slug for link in network.links_of[device.slug]]}


def _circuit(circuit: Circuit, network: Network) -> Document:
    return {"links": [link.slug for link in network.links_on.get(circuit.slug, ())]}


def _link(link: Link, network: Network) -> Document:
    return {"capacity_bps": network.capacity_bps(link)}


_DERIVED: dict[str, Callable[[Any, Network], Document]] = {
    "sites": _site,
    "devices": _device,
    "circuits": _circuit,
    "links": _link,
}
