"""Finds what is still free: the next prefix inside a block, the next address in a prefix, the next VLAN number."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network, ip_interface

from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.network import Network
from inventory.model.prefix import Prefix

type Block = IPv4Network | IPv6Network
type Address = IPv4Address | IPv6Address

VLAN_NUMBERS = range(2, 4095)


def next_prefix(network: Network, within: Block, length: int) -> Block:
    """The lowest block of that length inside another that no prefix and no interface of the inventory touches.

    RefusedRequest when none is free, WrongUsage when the length does not fit.
    """
    if not within.prefixlen <= length <= within.max_prefixlen:
        limits = f"/{within.prefixlen} to /{within.max_prefixlen}"
        raise WrongUsage(f"/{length} does not fit into {within}", fix=f"ask for {limits}")
    size, start = 1 << (within.max_prefixlen - length), int(within.network_address)
    for first, last in _taken(network, within):
        if first - start >= size:
            break
        start = max(start, -(-(last + 1) // size) * size)
    if start + size - 1 > int(within.broadcast_address):
        raise RefusedRequest(f"no /{length} is free", where=str(within), fix="ask for a smaller one or another block")
    return type(within)((start, length))


def next_address(network: Network, within: Prefix) -> IPv4Interface | IPv6Interface:
    """The lowest address of a prefix that nobody has, with the prefix's length; RefusedRequest when all are taken."""
    block = within.prefix
    taken = {int(address) for address in addresses(network) if address.version == block.version and address in block}
    for number in _usable(block):
        if number not in taken:
            return ip_interface(f"{type(block.network_address)(number)}/{block.prefixlen}")
    raise RefusedRequest("no address is free", where=f"prefix:{within.slug}", fix="choose another prefix")


def next_vid(network: Network, site: str) -> int:
    """The lowest VLAN number a site does not use; UnknownObject, RefusedRequest."""
    if site not in network.site:
        raise UnknownObject(f"there is no site:{site}", fix="see silesianet inventory list sites")
    taken = {vlan.vid for vlan in network.vlans if vlan.site == site}
    found = next((vid for vid in VLAN_NUMBERS if vid not in taken), None)
    if found is None:
        raise RefusedRequest("no VLAN number is free", where=f"site:{site}", fix="give a VLAN up")
    return found


def addresses(network: Network) -> Iterator[Address]:
    """Every address in use: of interfaces and of e-services."""
    yield from (a.ip for d in network.devices for i in d.interfaces for a in i.addresses)
    yield from (a for service in network.services for a in service.endpoint.addresses)


def _usable(block: Block) -> Iterable[int]:
    """Numbers of the addresses a host may have: without network and broadcast where the family has them."""
    first, last = int(block.network_address), int(block.broadcast_address)
    if block.max_prefixlen - block.prefixlen < 2:
        return range(first, last + 1)
    return range(first + 1, last if block.version == 4 else last + 1)


def _taken(network: Network, within: Block) -> list[tuple[int, int]]:
    """(first, last) of the smaller blocks and the addresses in use inside a block, in order."""
    blocks: set[Block] = {p.prefix for p in network.prefixes}
    blocks |= {a.network for d in network.devices for i in d.interfaces for a in i.addresses}
    inside = (b for b in blocks if b.version == within.version and b.prefixlen > within.prefixlen)
    spans = [(int(b.network_address), int(b.broadcast_address)) for b in inside]
    spans += [(int(a), int(a)) for a in addresses(network) if a.version == within.version]
    low, high = int(within.network_address), int(within.broadcast_address)
    return sorted(span for span in spans if low <= span[0] and span[1] <= high)
