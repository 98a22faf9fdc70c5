"""Links: both ends exist, are meant for a link, are used once, and can talk to each other."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.device import INFRASTRUCTURE, Interface, InterfaceKind, Role
from inventory.model.link import Link
from inventory.model.network import Network

IN_BAND = frozenset({Role.SITE, Role.HOTSPOT})


def _ends(network: Network, link: Link) -> Iterator[tuple[str, str, str, Interface | None]]:
    """(port, device, interface, what is there) of both ends whose device exists."""
    for port, (device, name) in zip((link.a, link.b), link.ends, strict=True):
        if device in network.device:
            yield port, device, name, network.device[device].interface(name)


@rule("link-end-known", Severity.ERROR, "devices")
def link_end_known(subject: Subject) -> Iterator[Flaw]:
    """Each end of a link is an interface that exists."""
    for link in subject.network.links:
        for device, _ in link.ends:
            if device not in subject.network.device:
                yield Flaw("links", link.slug, f"leads to device {device!r}, which does not exist", "correct a or b")
        for port, device, _, interface in _ends(subject.network, link):
            if interface is None:
                names = ", ".join(i.name for i in subject.network.device[device].interfaces)
                yield Flaw("links", link.slug, f"leads to {port}, which does not exist", f"{device} has {names}")


@rule("link-end-p2p", Severity.ERROR, "devices")
def link_end_p2p(subject: Subject) -> Iterator[Flaw]:
    """Each end of a link is an interface of kind p2p."""
    for link in subject.network.links:
        for port, _, _, interface in _ends(subject.network, link):
            if interface is not None and interface.kind is not InterfaceKind.P2P:
                yield Flaw("links", link.slug, f"{port} is of kind {interface.kind}", "use an interface of kind p2p")


@rule("link-end-once", Severity.ERROR, "links")
def link_end_once(subject: Subject) -> Iterator[Flaw]:
    """An interface is the end of one link only, and a link joins two devices."""
    users: dict[str, list[str]] = defaultdict(list)
    for link in subject.network.links:
        if link.devices[0] == link.devices[1]:
            yield Flaw("links", link.slug, "both ends are on the same device", "correct a or b")
        for port in {link.a, link.b}:
            users[port].append(link.slug)
    for port, slugs in users.items():
        for slug in slugs[1:]:
            yield Flaw("links", slug, f"{port} is the end of link:{slugs[0]} already", "use another interface")


@rule("link-subnet", Severity.ERROR, "devices")
def link_subnet(subject: Subject) -> Iterator[Flaw]:
    """Both ends of a link have addresses in the same subnets."""
    for link in subject.network.links:
        ends = [interface for *_, interface in _ends(subject.network, link) if interface is not None]
        if len(ends) < 2:
            continue
        nets = [{address.network for address in end.addresses} for end in ends]
        if nets[0] != nets[1] or not nets[0]:
            problem = f"{link.a} is in {_written(nets[0])}, {link.b} in {_written(nets[1])}"
            yield Flaw("links", link.slug, problem, "give both ends addresses of the same subnets")


def _written(nets: set[IPv4Network | IPv6Network]) -> str:
    return " and ".join(sorted(map(str, nets))) or "no subnet"


@rule("port-unlinked", Severity.INFO, "links")
def port_unlinked(subject: Subject) -> Iterator[Flaw]:
    """An interface of kind p2p is the end of a link."""
    for device in subject.network.devices:
        for interface in device.interfaces:
            if interface.kind is InterfaceKind.P2P and f"{device.slug}:{interface.name}" not in subject.network.link_at:
                yield Flaw("devices", device.slug, f"no link ends at {interface.name}", "add the link or remove it")


@rule("device-uplink", Severity.WARNING, "links", "devices")
def device_uplink(subject: Subject) -> Iterator[Flaw]:
    """A device that is configured by us hangs on the network; devices at sites need an uplink."""
    for device in subject.network.configured():
        links = subject.network.links_of[device.slug]
        if not (links if device.role in INFRASTRUCTURE else subject.network.uplinks(device.slug)):
            problem = "has no link" if device.role in INFRASTRUCTURE else "has no uplink, so it cannot be reached"
            yield Flaw("devices", device.slug, problem, "add a link whose end b is on it")


@rule("single-homed", Severity.INFO, "links", "devices")
def single_homed(subject: Subject) -> Iterator[Flaw]:
    """The device of a site has two uplinks that share no risk."""
    for device in subject.network.devices:
        uplinks = subject.network.uplinks(device.slug) if device.role in IN_BAND else ()
        shared = set(uplinks[0].srgs).intersection(*(link.srgs for link in uplinks[1:])) if len(uplinks) > 1 else set()
        if len(uplinks) == 1:
            problem = f"has one uplink, link:{uplinks[0].slug}"
            yield Flaw("devices", device.slug, problem, "add a second uplink, or accept its outages")
        elif shared:
            problem = f"all uplinks share {', '.join(f'srg:{slug}' for slug in sorted(shared))}"
            yield Flaw("devices", device.slug, problem, "lead one of them another way")
