"""What NetBox would hold if it held exactly our inventory."""

from collections.abc import Iterator

from inventory.diff import Body
from inventory.model.device import InterfaceKind
from inventory.model.network import Network
from inventory.naming import records
from inventory.sources.netbox import models as m
from inventory.sources.netbox.identify import LINK, LINK_FIELD
from inventory.sources.netbox.mapping import COMMUNES, EXCHANGED, INTERFACE_PAIRS, ORGANISATIONS, Exchanged
from inventory.sources.netbox.models import MODELS, Row, Shelf
from inventory.sources.netbox.names import slug_of
from inventory.sources.netbox.pairs import body

VIRTUAL, PORT = "virtual", "other"
"""NetBox's types of interfaces; which connector a port has we do not know."""


def project(network: Network) -> Shelf:
    """Every row by path and key."""
    shelf: Shelf = {path: {} for path in MODELS}
    for exchanged in EXCHANGED:
        for slug, found in bodies(network, exchanged):
            shelf[exchanged.path][exchanged.prefix + slug] = exchanged.row(found)
            if exchanged.path == m.DEVICES:
                _add_interfaces(shelf, found)
    _add_terminations(shelf, network)
    _add_links(shelf, network)
    _add_words(shelf)
    return shelf


def bodies(network: Network, exchanged: Exchanged) -> Iterator[tuple[str, Body]]:
    """Slug and body of every record that is exchanged as this kind of object."""
    used = _used_tenants(network) if exchanged is ORGANISATIONS else frozenset[str]()
    parents = {tenant.parent for tenant in network.tenants} if exchanged is COMMUNES else set[str | None]()
    for record in records(network, exchanged.noun):
        found = body(record)
        if exchanged is COMMUNES and found["kind"] == "organisation" and record.slug not in parents:
            continue
        if exchanged is ORGANISATIONS and found["kind"] != "organisation" and record.slug not in used:
            continue
        yield record.slug, found


def _used_tenants(network: Network) -> frozenset[str]:
    """Tenants to whom something belongs; NetBox's groups of tenants own nothing."""
    return frozenset(site.tenant for site in network.sites)


def interface_row(device: str, found: Body) -> Row:
    """What NetBox should say of an interface."""
    row: Row = {"device": device, "name": found["name"]}
    row["type"] = VIRTUAL if found["kind"] == InterfaceKind.LOOPBACK else PORT
    row["mgmt_only"] = found["kind"] == InterfaceKind.OOB
    for pair in INTERFACE_PAIRS:
        row |= pair.write(found)
    return row


def _add_interfaces(shelf: Shelf, device: Body) -> None:
    for found in device["interfaces"]:
        key = f"{device['slug']}:{found['name']}"
        shelf[m.INTERFACES][key] = interface_row(device["slug"], found)
        for address in found["addresses"]:
            shelf[m.ADDRESSES][f"{key} {address}"] = {"address": address, "assigned_object": key}


def _add_terminations(shelf: Shelf, network: Network) -> None:
    """A circuit ends where the first link on it ends."""
    for row in shelf[m.CIRCUITS].values():
        row["commit_rate"] = row["down_kbps"]
    for slug, links in network.links_on.items():
        circuit = shelf[m.CIRCUITS].get(slug)
        places = [network.device[name].site for name in links[0].devices if name in network.device]
        if circuit is None or len(places) != 2:
            continue
        for side, site in zip("AZ", places, strict=True):
            shelf[m.TERMINATIONS][f"{slug}:{side}"] = {
                "circuit": slug,
                "term_side": side,
                "termination": site,
                "port_speed": circuit["down_kbps"],
                "upstream_speed": circuit["up_kbps"],
            }


def _add_links(shelf: Shelf, network: Network) -> None:
    """A link is written on the cable at its near end; where none is plugged, one is drawn between its ends."""
    cables = shelf[m.CABLES]
    for cable in network.cables:
        cables[cable.slug] |= {"a": cable.a, "b": cable.b}
    for link in network.links:
        plugged = network.cable_at.get(link.a) or network.cable_at.get(link.b)
        key = plugged.slug if plugged else LINK + link.slug
        drawn: Row = {"a": link.a, "b": link.b, "ends": sorted((link.a, link.b))}
        cables.setdefault(key, drawn)[LINK_FIELD] = body(link)


def _add_words(shelf: Shelf) -> None:
    """What our records refer to by a word is an object in NetBox: makers, types, roles, platforms."""
    for row in list(shelf[m.DEVICES].values()):
        maker, _, model = row["device_type"].partition("::")
        shelf[m.MAKERS].setdefault(maker, {"name": maker, "slug": slug_of(maker)})
        kind = {"manufacturer": maker, "model": model, "slug": slug_of(f"{maker} {model}")}
        shelf[m.TYPES].setdefault(row["device_type"], kind)
    for path, field, words in (
        (m.DEVICES, "role", m.DEVICE_ROLES),
        (m.DEVICES, "platform", m.PLATFORMS),
        (m.CIRCUITS, "type", m.KINDS),
        (m.PREFIXES, "role", m.ROLES),
    ):
        for word in {row[field] for row in shelf[path].values() if row.get(field)}:
            shelf[words].setdefault(word, {"name": word, "slug": word})
