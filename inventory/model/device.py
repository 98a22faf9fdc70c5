"""Devices and their interfaces: routers, hotspots, servers, site agents, patch panels."""

from enum import StrEnum
from ipaddress import IPv4Interface, IPv6Interface
from typing import Annotated

from pydantic import Field, StringConstraints

from inventory.model.fact import Dated, Fact, Slug, Text

INTERFACE_MOST = 31
INTERFACE = rf"[A-Za-z][A-Za-z0-9./_-]{{0,{INTERFACE_MOST - 1}}}"
InterfaceName = Annotated[str, StringConstraints(pattern=rf"^{INTERFACE}$")]
"""As the device spells it; its platform may allow less (``Platform.interface_name``)."""
Port = Annotated[str, StringConstraints(pattern=rf"^[a-z0-9][a-z0-9-]*:{INTERFACE}$")]
"""An interface of a device, written ``device:interface``."""
InterfaceAddress = Annotated[IPv4Interface | IPv6Interface, Field(union_mode="left_to_right")]
"""An address with its length; the first family that fits is taken, which halves the time to read a large network."""


class Role(StrEnum):
    """What a device does in the network."""

    CORE = "core"
    POP = "pop"
    DATACENTRE = "datacentre"
    BORDER = "border"
    SITE = "site"
    HOTSPOT = "hotspot"
    SERVER = "server"
    RESOLVER = "resolver"
    AGENT = "agent"
    NOC = "noc"
    PANEL = "panel"


INFRASTRUCTURE = frozenset({Role.CORE, Role.POP, Role.DATACENTRE, Role.BORDER})
HOSTS = frozenset({Role.SERVER, Role.RESOLVER, Role.AGENT, Role.NOC})
PASSIVE = frozenset({Role.PANEL})


class InterfaceKind(StrEnum):
    """How an interface is used; ``p2p`` interfaces are the ends of links, ``panel`` ports pass through one."""

    LOOPBACK = "loopback"
    P2P = "p2p"
    LAN = "lan"
    HOST = "host"
    OOB = "oob"
    PANEL = "panel"


class Interface(Fact):
    """An interface with its addresses.

    A host's interface names the LAN port it is plugged into, the front port of a patch panel the port behind it.
    """

    name: InterfaceName
    kind: InterfaceKind
    addresses: tuple[InterfaceAddress, ...] = ()
    description: Text | None = None
    attached_to: Port | None = None
    rear: InterfaceName | None = None

    @property
    def ipv4(self) -> IPv4Interface | None:
        """The first IPv4 address, if any."""
        return next((a for a in self.addresses if isinstance(a, IPv4Interface)), None)

    @property
    def ipv6(self) -> IPv6Interface | None:
        """The first IPv6 address, if any."""
        return next((a for a in self.addresses if isinstance(a, IPv6Interface)), None)


class Device(Dated):
    """A box. Its slug is its host name; ``platform`` is null for hosts that are not configured by us."""

    role: Role
    site: Slug
    platform: Slug | None = None
    vendor: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    room: Slug | None = None
    interfaces: tuple[Interface, ...] = ()

    def interface(self, name: str) -> Interface | None:
        """Return the interface of that name."""
        return next((i for i in self.interfaces if i.name == name), None)

    def first(self, kind: InterfaceKind) -> Interface | None:
        """Return the first interface of a kind."""
        return next((i for i in self.interfaces if i.kind is kind), None)

    @property
    def oob(self) -> bool:
        """Whether the device has an out-of-band management port."""
        return self.first(InterfaceKind.OOB) is not None
