"""Addresses and prefixes: unique, inside the plan, and on the right LAN."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.device import Device, Interface, InterfaceKind
from inventory.model.network import Network
from inventory.model.prefix import Prefix, PrefixRole

Key = tuple[int, int, int]


class PrefixIndex:
    """Finds the longest prefix that holds an address without looking at every prefix."""

    def __init__(self, prefixes: tuple[Prefix, ...]) -> None:
        self._prefixes: dict[Key, Prefix] = {}
        for prefix in prefixes:
            net = prefix.prefix
            self._prefixes[net.version, net.prefixlen, int(net.network_address)] = prefix
        self._lengths = {v: sorted({n for w, n, _ in self._prefixes if w == v}, reverse=True) for v in (4, 6)}

    def find(self, address: IPv4Address | IPv6Address) -> Prefix | None:
        """The longest prefix that holds the address."""
        for length in self._lengths[address.version]:
            bits = address.max_prefixlen - length
            found = self._prefixes.get((address.version, length, int(address) >> bits << bits))
            if found is not None:
                return found
        return None


def _interfaces(network: Network) -> Iterator[tuple[Device, Interface]]:
    return ((device, interface) for device in network.devices for interface in device.interfaces)


@rule("interface-unique", Severity.ERROR)
def interface_unique(subject: Subject) -> Iterator[Flaw]:
    """The interfaces of a device have different names."""
    for device in subject.network.devices:
        names = [interface.name for interface in device.interfaces]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Flaw("devices", device.slug, f"has several interfaces {name!r}", "rename all but one")


@rule("address-unique", Severity.ERROR, "prefixes")
def address_unique(subject: Subject) -> Iterator[Flaw]:
    """An address is given once; behind address translation once per site."""
    index = PrefixIndex(subject.network.prefixes)
    holder: dict[tuple[object, str | None], str] = {}
    for device, interface in _interfaces(subject.network):
        for address in interface.addresses:
            prefix = index.find(address.ip)
            hidden = prefix is not None and prefix.role is PrefixRole.NAT
            port = f"{device.slug}:{interface.name}"
            first = holder.setdefault((address.ip, device.site if hidden else None), port)
            if first != port:
                problem = f"address {address.ip} of {interface.name} belongs to {first} already"
                yield Flaw("devices", device.slug, problem, "give one of them another address")


@rule("address-planned", Severity.ERROR, "prefixes")
def address_planned(subject: Subject) -> Iterator[Flaw]:
    """An address lies in a prefix of the inventory."""
    index = PrefixIndex(subject.network.prefixes)
    for device, interface in _interfaces(subject.network):
        for address in interface.addresses:
            if index.find(address.ip) is None:
                problem = f"address {address} of {interface.name} lies in no prefix"
                yield Flaw("devices", device.slug, problem, "correct it, or add its prefix to prefixes")


@rule("address-site", Severity.WARNING, "prefixes")
def address_site(subject: Subject) -> Iterator[Flaw]:
    """An address is not taken from the prefix of another site."""
    index = PrefixIndex(subject.network.prefixes)
    for device, interface in _interfaces(subject.network):
        for address in interface.addresses:
            prefix = index.find(address.ip)
            if prefix is not None and prefix.site not in (None, device.site):
                problem = f"address {address} of {interface.name} is from prefix:{prefix.slug} of site:{prefix.site}"
                yield Flaw("devices", device.slug, problem, f"use an address of site:{device.site}")


@rule("prefix-overlap", Severity.ERROR)
def prefix_overlap(subject: Subject) -> Iterator[Flaw]:
    """Prefixes of the same role do not overlap; those behind address translation may."""
    groups: dict[tuple[PrefixRole, int], list[Prefix]] = defaultdict(list)
    for prefix in subject.network.prefixes:
        if prefix.role is not PrefixRole.NAT:
            groups[prefix.role, prefix.prefix.version].append(prefix)
    for group in groups.values():
        widest: Prefix | None = None
        for prefix in sorted(group, key=_span):
            if widest is not None and _span(prefix)[0] <= _span(widest)[1]:
                problem = f"{prefix.prefix} overlaps {widest.prefix} of prefix:{widest.slug}"
                yield Flaw("prefixes", prefix.slug, problem, "make them disjoint")
            if widest is None or _span(prefix)[1] > _span(widest)[1]:
                widest = prefix


def _span(prefix: Prefix) -> tuple[int, int]:
    """First and last address as numbers."""
    return int(prefix.prefix.network_address), int(prefix.prefix.broadcast_address)


@rule("host-attached", Severity.ERROR, "devices")
def host_attached(subject: Subject) -> Iterator[Flaw]:
    """A host is plugged into a LAN interface that exists, with addresses of its subnets."""
    for device, interface in _interfaces(subject.network):
        if interface.attached_to is not None:
            name, _, port = interface.attached_to.partition(":")
            owner = subject.network.device.get(name)
            problem = _attachment(interface, owner.interface(port) if owner else None)
            if problem:
                yield Flaw(
                    "devices", device.slug, f"{interface.name}: {problem}", "correct attached_to or the addresses"
                )


def _attachment(interface: Interface, lan: Interface | None) -> str:
    """What is wrong with where an interface is plugged in; empty when nothing is."""
    if lan is None:
        return f"attached_to {interface.attached_to}, which does not exist"
    if lan.kind is not InterfaceKind.LAN:
        return f"attached_to {interface.attached_to}, which is of kind {lan.kind}, not lan"
    served = {address.network for address in lan.addresses}
    strange = [str(a) for a in interface.addresses if a.network not in served]
    return f"{', '.join(strange)} is not in a subnet of {interface.attached_to}" if strange else ""
