"""Shared segments of the network: who is plugged into which LAN port, and the management network."""

from inventory.model.device import InterfaceKind
from inventory.model.network import Network

Port = tuple[str, str]
"""Node and interface."""


def lans(network: Network) -> tuple[tuple[Port, ...], ...]:
    """Each LAN port followed by the hosts plugged into it."""
    plugged: dict[Port, list[Port]] = {}
    for device in network.devices:
        for interface in device.interfaces:
            here = (device.slug, interface.name)
            if interface.kind is InterfaceKind.LAN:
                plugged.setdefault(here, [])
            elif interface.kind is InterfaceKind.HOST and interface.attached_to is not None:
                to, _, port = interface.attached_to.partition(":")
                if to in network.device:
                    plugged.setdefault((to, port), []).append(here)
    return tuple((lan, *hosts) for lan, hosts in plugged.items())


def management(network: Network) -> tuple[Port, ...]:
    """Every out-of-band port; the NOC's is one of them."""
    ports = ((d, d.first(InterfaceKind.OOB)) for d in network.devices)
    return tuple((device.slug, port.name) for device, port in ports if port is not None)
