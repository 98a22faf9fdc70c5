"""The same lab for containerlab: its topology file, for machines with containers instead of bare namespaces.

Written to the published format; never run here, because containerlab is not installable on the build machine.
"""

from datetime import UTC, date, datetime
from typing import Any

import yaml

from inventory.model.device import Device, InterfaceKind
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from lab import segments
from lab.plan import Kind
from lab.topology import in_force, kind

_IMAGES = {Kind.ROUTER: "frrouting/frr:v8.4.1"}
_HOST_IMAGE = "debian:bookworm-slim"
_HEADER = """\
# SilesiaNet lab for containerlab. The configuration of a router is bound from configs/NAME/frr.conf:
# write it there with `silesianet render NAME`. The port mgmt0 becomes containerlab's own eth0.
"""


def export(network: Network, day: date | None = None) -> str:
    """The topology file, as YAML text."""
    present = in_force(network, day or datetime.now(UTC).date())
    bridges = {f"br-lan{n}": lan for n, lan in enumerate(segments.lans(present), start=1) if len(lan) > 2}
    nodes = {device.slug: _node(device) for device in present.devices}
    nodes |= {name: {"kind": "bridge"} for name in bridges}
    pairs = [link.ends for link in present.links]
    pairs += [(lan[0], lan[1]) for lan in segments.lans(present) if len(lan) == 2]
    for name, lan in bridges.items():
        pairs += [(port, (name, f"p{number}")) for number, port in enumerate(lan, start=1)]
    topology: dict[str, Any] = {
        "name": "silesianet",
        "topology": {
            "nodes": nodes,
            "links": [{"endpoints": [":".join(a), ":".join(b)]} for a, b in pairs],
        },
    }
    oob = next((str(p.prefix) for p in present.prefixes if p.role is PrefixRole.OOB and p.prefix.version == 4), None)
    if oob is not None:
        topology = {"name": "silesianet", "mgmt": {"network": "silesianet-oob", "ipv4-subnet": oob}} | topology
    return _HEADER + yaml.safe_dump(topology, sort_keys=False, allow_unicode=True, width=120)


def _node(device: Device) -> dict[str, Any]:
    what = kind(device)
    node: dict[str, Any] = {"kind": "linux", "image": _IMAGES.get(what, _HOST_IMAGE)}
    oob = device.first(InterfaceKind.OOB)
    if what is Kind.ROUTER:
        node["binds"] = [f"configs/{device.slug}/frr.conf:/etc/frr/frr.conf"]
    if what is Kind.ROUTER and oob is not None and oob.ipv4 is not None:
        node["mgmt-ipv4"] = str(oob.ipv4.ip)
    else:
        node["network-mode"] = "none"  # frees the name eth0, and keeps management in-band
    commands = [
        f"ip addr add {address} dev {interface.name}"
        for interface in device.interfaces
        if interface.kind is InterfaceKind.HOST
        for address in interface.addresses
    ]
    return node | ({"exec": commands} if commands else {})
