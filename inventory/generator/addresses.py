"""Address blocks of an invented region, handed out one after another so that none overlaps another."""

from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network

from inventory.model.prefix import Prefix, PrefixRole

P2P = IPv4Network("100.64.0.0/10"), IPv6Network("2001:db8:44:fe::/64")
LOOPBACKS = IPv4Network("172.16.0.0/13"), IPv6Network("2001:db8:44:ff::/64")
OOB = IPv4Network("172.28.0.0/14")
LANS = IPv4Network("10.0.0.0/8"), IPv6Network("2001:db8:8000::/33")
TAKEN = IPv4Network("10.50.0.0/16")
"""Where the data centre of the demonstration city stands, which every region has."""

Both = tuple[IPv4Interface, IPv6Interface]


class Addresses:
    """Hands out what nobody has yet."""

    def __init__(self) -> None:
        self._links = self._nodes = self._ports = self._sixes = 0
        self._four = int(LANS[0].network_address)

    def link(self) -> tuple[Both, Both]:
        """The addresses of both ends of a link."""
        self._links += 2
        a, b = ((_four(P2P[0], self._links + n, 31), _six(P2P[1], self._links + n, 127)) for n in (0, 1))
        return a, b

    def loopback(self) -> Both:
        """The address of a router itself."""
        self._nodes += 1
        return _four(LOOPBACKS[0], self._nodes, 32), _six(LOOPBACKS[1], self._nodes, 128)

    def oob(self) -> IPv4Interface:
        """The address of an out-of-band port."""
        self._ports += 1
        return _four(OOB, self._ports, OOB.prefixlen)

    def lan(self, length: int) -> IPv4Network:
        """A block for a LAN."""
        size = 1 << (32 - length)
        start = -(-self._four // size) * size
        if int(TAKEN.network_address) <= start <= int(TAKEN.broadcast_address):
            start = int(TAKEN.broadcast_address) + 1
        self._four = start + size
        return IPv4Network((start, length))

    def lan6(self) -> IPv6Network:
        """A block of IPv6 for a LAN."""
        self._sixes += 1
        return IPv6Network((int(LANS[1].network_address) + (self._sixes << 64), 64))


def _four(block: IPv4Network, offset: int, length: int) -> IPv4Interface:
    return IPv4Interface((int(block.network_address) + offset, length))


def _six(block: IPv6Network, offset: int, length: int) -> IPv6Interface:
    return IPv6Interface((int(block.network_address) + offset, length))


def host(block: IPv4Network | IPv6Network, number: int) -> IPv4Interface | IPv6Interface:
    """The address of that number in a block."""
    kind = IPv4Interface if isinstance(block, IPv4Network) else IPv6Interface
    return kind((int(block.network_address) + number, block.prefixlen))


def plan() -> tuple[Prefix, ...]:
    """The blocks that belong to no site."""
    return (
        Prefix(slug="links", prefix=P2P[0], role=PrefixRole.P2P),
        Prefix(slug="links-v6", prefix=P2P[1], role=PrefixRole.P2P),
        Prefix(slug="loopbacks", prefix=LOOPBACKS[0], role=PrefixRole.LOOPBACK),
        Prefix(slug="loopbacks-v6", prefix=LOOPBACKS[1], role=PrefixRole.LOOPBACK),
        Prefix(slug="oob", prefix=OOB, role=PrefixRole.OOB),
    )
