"""Lines that do not exist yet, laid into a network: circuit, link, and ports with free addresses at both ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_interface

from inventory.allocation import Block, next_prefix
from inventory.model.device import Device, Interface, InterfaceKind
from inventory.model.link import Circuit, Link
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole

NOBODYS: tuple[Block, ...] = (IPv4Network("198.18.0.0/15"), IPv6Network("2001:2::/48"))
"""Addresses for tests of networks (RFC 2544, RFC 5180), where the inventory has no block for links."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two devices; ``a`` is nearer to the core."""

    slug: str
    a: str
    b: str
    circuit: Circuit
    srgs: tuple[str, ...] = ()
    ospf_cost: int = 10


def laid(network: Network, lines: Sequence[Line]) -> Network:
    """The network with the lines in it; everything else is as it was."""
    for line in lines:
        network = _with(network, line)
    return network


def _with(network: Network, line: Line) -> Network:
    pairs = list(_addresses(network))
    devices, ports = dict(network.device), dict[str, str]()
    for side, name in enumerate((line.a, line.b)):
        device = devices[name]
        port = _free_port(device)
        addresses = tuple(pair[side] for pair in pairs)
        added = Interface(name=port, kind=InterfaceKind.P2P, addresses=addresses)
        devices[name] = device.model_copy(update={"interfaces": (*device.interfaces, added)})
        ports[name] = f"{name}:{port}"
    link = Link(
        slug=line.slug, a=ports[line.a], b=ports[line.b], circuit=line.circuit.slug, srgs=line.srgs,
        ospf_cost=line.ospf_cost,
    )  # fmt: skip
    circuits = network.circuits if line.circuit.slug in network.circuit else (*network.circuits, line.circuit)
    update = {"devices": tuple(devices.values()), "links": (*network.links, link), "circuits": circuits}
    return network.model_copy(update=update)


def _addresses(network: Network) -> Iterator[tuple[object, object]]:
    """For each IP family, the two addresses of the next free pair."""
    for nobodys in NOBODYS:
        blocks = (p.prefix for p in network.prefixes if p.role is PrefixRole.P2P)
        within = next((block for block in blocks if block.version == nobodys.version), nobodys)
        pair = next_prefix(network, within, within.max_prefixlen - 1)
        yield tuple(ip_interface(f"{address}/{pair.prefixlen}") for address in (pair[0], pair[1]))  # type: ignore[misc]


def _free_port(device: Device) -> str:
    taken = {interface.name for interface in device.interfaces}
    return next(name for n in range(1, 10_000) if (name := f"eth{n}") not in taken)
