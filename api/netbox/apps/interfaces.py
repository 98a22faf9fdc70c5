"""Interfaces, ports of patch panels among them, and the cables between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.netbox.city import Body, City
from api.netbox.kind import Document, Item, Kind
from api.netbox.shape import CABLE_STATUS, choice, custom, custom_names, when
from inventory.sources.netbox.mapping import INTERFACE_PAIRS
from inventory.sources.netbox.models import OURS
from inventory.sources.netbox.project import PORT, VIRTUAL
from inventory.sources.netbox.values import CABLE_TYPES

INTERFACES, CABLES = "dcim/interfaces", "dcim/cables"
INTERFACE = "dcim.interface"

INTERFACE_TYPE = {VIRTUAL: "Virtual", PORT: "Other", "1000base-t": "1000BASE-T (1GE)", "bridge": "Bridge"}
CABLE_TYPE = {
    "smf": "Single-mode Fiber", "mmf": "Multimode Fiber", "cat6": "CAT6",
    "dac-passive": "Direct Attach Copper (Passive)",
}  # fmt: skip
_CUSTOM = custom_names(INTERFACE_PAIRS)


@dataclass(frozen=True, slots=True)
class Wire:
    """What joins two ports: a cable, or a link of which no cable is recorded."""

    name: str
    body: Body
    of_link: bool

    def far(self, port: str) -> str:
        """The port at the other end."""
        return str(self.body["b"] if self.body["a"] == port else self.body["a"])


def _interfaces(city: City) -> Iterator[tuple[str, Item]]:
    for device in city.all("devices").values():
        for interface in device["interfaces"]:
            yield f"{device['slug']}:{interface['name']}", (device, interface)


def wires(city: City) -> dict[str, Wire]:
    """Cables and bare links by the port they are plugged into."""

    def found(city: City) -> dict[str, Wire]:
        wires: dict[str, Wire] = {}
        for slug, body in city.all("cables").items():
            wires[body["a"]] = wires[body["b"]] = Wire(f"cable:{slug}", body, of_link=False)
        for slug, body in city.all("links").items():
            if body["a"] not in wires and body["b"] not in wires:
                wires[body["a"]] = wires[body["b"]] = Wire(f"link:{slug}", body, of_link=True)
        return wires

    return city.once("wires", found)


def _links(city: City) -> dict[str, Body]:
    """Links by the ports they end at."""

    def found(city: City) -> dict[str, Body]:
        return {end: link for link in city.all("links").values() for end in (link["a"], link["b"])}

    return city.once("links", found)


def _stub(city: City, item: Item) -> Document:
    device, interface = item
    wire = wires(city).get(f"{device['slug']}:{interface['name']}")
    return {
        "device": city.nested("dcim/devices", device["slug"]),
        "name": interface["name"],
        "description": interface.get("description") or "",
        "cable": None if wire is None else city.nested(CABLES, wire.name),
        "_occupied": wire is not None,
    }


def _plugged(city: City, name: str) -> Document:
    """What is at the other end of the cable of a port."""
    wire = wires(city).get(name)
    if wire is None:
        return {}
    peer = city.nested(INTERFACES, wire.far(name))
    peers = {"cable_end": "A" if wire.body["a"] == name else "B"}
    return peers if peer is None else {**peers, "link_peers": [peer], "link_peers_type": INTERFACE}


def _endpoint(city: City, name: str) -> Document:
    """The interface at the far end of the link, panels passed through; else what the cable leads to."""
    link, wire = _links(city).get(name), wires(city).get(name)
    far = None if wire is None else wire.far(name)
    if link is not None:
        far = link["b"] if link["a"] == name else link["a"]
    peer = city.nested(INTERFACES, far)
    if peer is None:
        return {"connected_endpoints_reachable": False}
    at = {"connected_endpoints": [peer], "connected_endpoints_type": INTERFACE}
    return {**at, "connected_endpoints_reachable": True}


def interface_type(interface: Body) -> str:
    """Loopbacks are virtual; of other ports the inventory does not say what they are."""
    return VIRTUAL if interface["kind"] == "loopback" else PORT


def _interface(city: City, item: Item) -> Document:
    device, interface = item
    name = f"{device['slug']}:{interface['name']}"
    return {
        "type": choice(INTERFACE_TYPE, interface_type(interface)),
        "enabled": True,
        "mgmt_only": interface["kind"] == "oob",
        **_plugged(city, name),
        **_endpoint(city, name),
        "custom_fields": {theirs: interface.get(ours) for theirs, ours in _CUSTOM},
        "count_ipaddresses": len(interface["addresses"]),
    }


def _cables(city: City) -> Iterator[tuple[str, Item]]:
    yield from {wire.name: wire for wire in wires(city).values()}.items()


def _cable_stub(_city: City, wire: Wire) -> Document:
    label = "" if wire.of_link else wire.body.get("label") or ""
    return {"display": label or wire.body["slug"], "label": label, "description": ""}


def _cable(city: City, wire: Wire) -> Document:
    own: Body = {} if wire.of_link else wire.body
    length = own.get("length_m")
    status = when(city, wire.body, before="planned", during="connected", after="decommissioning")
    return {
        "type": None if wire.of_link else CABLE_TYPES[wire.body["kind"]],
        "a_terminations": _termination(city, wire.body["a"]),
        "b_terminations": _termination(city, wire.body["b"]),
        "status": choice(CABLE_STATUS, status),
        "length": length,
        "length_unit": None if length is None else {"value": "m", "label": "Meters"},
        "custom_fields": custom(CABLES, "cables", {} if wire.of_link else wire.body)
        | {f"{OURS}link": _link_on(city, wire)},
    }


def _link_on(city: City, wire: Wire) -> Body | None:
    """The link a cable carries; of several cables the one at its near end is said to."""
    for link in (_links(city).get(wire.body["a"]), _links(city).get(wire.body["b"])):
        if link is not None and wires(city)[link["a"] if link["a"] in wires(city) else link["b"]] == wire:
            return link
    return None


def _termination(city: City, name: str) -> list[Document]:
    found = city.nested(INTERFACES, name)
    return (
        []
        if found is None
        else [{"object_type": INTERFACE, "object_id": city.number(INTERFACES, name), "object": found}]
    )


def _ends(city: City, wire: Wire, field: str) -> list[str]:
    """A field of the devices at both ends."""
    devices = (city.all("devices").get(wire.body[end].partition(":")[0]) for end in ("a", "b"))
    return [device[field] for device in devices if device is not None]


_DEVICE = {"device": "dcim/devices"}
_FINDS = {
    "name": lambda _, item: item[1]["name"],
    "device": lambda _, item: item[0]["slug"],
    "device_id": lambda city, item: city.number("dcim/devices", item[0]["slug"]),
    "site": lambda _, item: item[0]["site"],
    "site_id": lambda city, item: city.number("dcim/sites", item[0]["site"]),
    "description": lambda _, item: item[1].get("description") or "",
    "device_role": lambda _, item: item[0]["role"],
    "cabled": lambda city, item: f"{item[0]['slug']}:{item[1]['name']}" in wires(city),
    "connected": lambda city, item: f"{item[0]['slug']}:{item[1]['name']}" in _links(city),
}


KINDS = (
    Kind(
        INTERFACES, INTERFACE,
        "id url display_url display device vdcs module name label type channels channel_id enabled parent bridge "
        "bridge_interfaces lag mtu mac_address primary_mac_address mac_addresses speed duplex wwn mgmt_only "
        "description mode rf_role rf_channel poe_mode poe_type rf_channel_frequency rf_channel_width tx_power "
        "untagged_vlan tagged_vlans qinq_svlan vlan_translation_policy mark_connected cable cable_end wireless_link "
        "link_peers link_peers_type wireless_lans vrf "
        "l2vpn_termination connected_endpoints connected_endpoints_type connected_endpoints_reachable owner tags "
        "custom_fields created last_updated count_ipaddresses count_fhrp_groups _occupied",
        "id url display device name description cable _occupied",
        items=_interfaces, stub=_stub, rest=_interface,
        references=_DEVICE | {"site": "dcim/sites"}, choices={"type": INTERFACE_TYPE},
        finds=_FINDS | {
            "type": lambda _, item: interface_type(item[1]),
            "enabled": lambda _city, _item: True,
            "mgmt_only": lambda _, item: item[1]["kind"] == "oob",
            "kind": lambda _, item: "virtual" if item[1]["kind"] == "loopback" else "physical",
        },
        search=("name", "description"),
    ),
    Kind(
        CABLES, "dcim.cable",
        "id url display_url display type a_terminations b_terminations status profile tenant bundle label color length "
        "length_unit description owner comments tags custom_fields created last_updated",
        "id url display label description",
        items=_cables, stub=_cable_stub, rest=_cable, choices={"status": CABLE_STATUS, "type": CABLE_TYPE},
        references={"device": "dcim/devices", "site": "dcim/sites"},
        finds={
            "label": lambda city, wire: _cable_stub(city, wire)["label"],
            "device": lambda city, wire: _ends(city, wire, "slug"),
            "device_id": lambda city, wire: [city.number("dcim/devices", d) for d in _ends(city, wire, "slug")],
            "site": lambda city, wire: _ends(city, wire, "site"),
            "site_id": lambda city, wire: [city.number("dcim/sites", s) for s in _ends(city, wire, "site")],
        },
        search=("label",),
    ),
)  # fmt: skip
"""Interfaces, cables."""
