"""Whom we poll and where: in-band addresses only, or an outage would be invisible; sharded by stable device name."""

import zlib
from ipaddress import IPv4Address

from inventory.model.device import Device, InterfaceKind, Role
from inventory.model.network import Network


def polling_address(device: Device) -> IPv4Address | None:
    """The loopback of a router, the uplink address of a hotspot; never the out-of-band port."""
    for kind in (InterfaceKind.LOOPBACK, InterfaceKind.P2P):
        interface = device.first(kind)
        if interface is not None and interface.ipv4 is not None:
            return interface.ipv4.ip
    return None


def routes(device: Device) -> bool:
    """Whether the device runs OSPF with its neighbours (hotspots do not)."""
    return device.role is not Role.HOTSPOT


def shard_of(device: str, of: int) -> int:
    """The shard of a device: depends on its name alone, so changing an address moves nothing."""
    return zlib.crc32(device.encode()) % of


def polled(network: Network, shard: int = 0, of: int = 1) -> tuple[Device, ...]:
    """Devices we configure and can address, of one shard."""
    return tuple(d for d in network.configured() if polling_address(d) is not None and shard_of(d.slug, of) == shard)
