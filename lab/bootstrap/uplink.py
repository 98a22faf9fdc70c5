"""The way from a site's device towards the core, as far as it must be known before configuration."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from inventory.model.device import Device
from inventory.model.network import Network


@dataclass(frozen=True, slots=True)
class Uplink:
    """An uplink port with its own address and the far end's."""

    interface: str
    address: IPv4Interface
    gateway: IPv4Address


def uplinks(network: Network, device: Device) -> tuple[Uplink, ...]:
    """Uplinks of a site's device, the preferred (cheapest) first."""
    found = []
    for link in sorted(network.uplinks(device.slug), key=lambda link: link.ospf_cost):
        (far_name, far_port), (_, port) = link.ends
        here, there = device.interface(port), network.device[far_name].interface(far_port)
        if here is not None and there is not None and here.ipv4 is not None and there.ipv4 is not None:
            found.append(Uplink(port, here.ipv4, there.ipv4.ip))
    return tuple(found)
