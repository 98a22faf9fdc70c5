"""Address blocks and what they are for."""

from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from inventory.model.fact import Dated, Slug


class PrefixRole(StrEnum):
    """Use of a prefix; ``regional`` and ``external`` lie outside the city network."""

    LOOPBACK = "loopback"
    P2P = "p2p"
    LAN = "lan"
    NAT = "nat"
    SERVICE = "service"
    OOB = "oob"
    REGIONAL = "regional"
    EXTERNAL = "external"


class Prefix(Dated):
    """A block of addresses; ``nat`` prefixes exist only behind their hotspot and are never routed."""

    prefix: IPv4Network | IPv6Network
    role: PrefixRole
    site: Slug | None = None
    vlan: Slug | None = None
