"""The lab is the inventory: every node, wire and starting file derived from the network as facts, nothing else."""

from collections.abc import Iterator
from datetime import date

from inventory.errors import RefusedRequest
from inventory.model.device import HOSTS, PASSIVE, Device, InterfaceKind, Role
from inventory.model.network import Network
from lab.bootstrap import agent, fabric, host, hotspot, names, router, services
from lab.credentials import Credentials
from lab.namespaces import text_of
from lab.plan import FABRIC, End, File, Kind, Node, Plan, Wire
from lab.segments import Port, lans, management

_KIND = {Role.SERVER: Kind.SERVER, Role.RESOLVER: Kind.RESOLVER, Role.NOC: Kind.NOC, Role.AGENT: Kind.CLIENT}
_PLATFORM = {"frr": Kind.ROUTER, "linux-hotspot": Kind.HOTSPOT}


def kind(device: Device) -> Kind:
    """What a device becomes in the lab."""
    if device.role in HOSTS:
        return _KIND[device.role]
    if device.platform not in _PLATFORM:
        raise RefusedRequest(
            f"platform {device.platform!r} cannot run in the lab",
            where=f"device:{device.slug}",
            fix=f"lab platforms are {', '.join(_PLATFORM)}",
        )
    return _PLATFORM[device.platform]


def in_force(network: Network, day: date) -> Network:
    """The network without devices and links that do not exist on that day; services keep their rows."""
    devices = tuple(d for d in network.devices if d.in_force(day) and d.role not in PASSIVE)
    names = {d.slug for d in devices}
    links = tuple(link for link in network.links if link.in_force(day) and names.issuperset(link.devices))
    return network.model_copy(update={"devices": devices, "links": links})


def indexes(device: Device) -> dict[str, int]:
    """ifIndex of each interface: inventory order, after the loopback."""
    ports = [i.name for i in device.interfaces if i.kind is not InterfaceKind.LOOPBACK]
    return {name: position for position, name in enumerate(ports, start=2)}


def plan(network: Network, day: date, secrets: Credentials) -> Plan:
    """Everything a lab of this network consists of on a day."""
    present = in_force(network, day)
    # model_copy keeps cached look-ups of the original: build them afresh
    present = Network.model_validate(present.model_dump())
    wires = tuple(_wires(present))
    nodes = tuple(_node(present, device, day, secrets) for device in present.devices)
    switch = Node(FABRIC, Kind.FABRIC, "", (), (), fabric.boot(_segments(present)))
    certificates = {
        d.slug: tuple(s.endpoint.dns_name for s in present.services if s.host == d.slug)
        for d in present.with_role(Role.SERVER)
    } | {
        d.slug: tuple(str(a.ip) for i in d.interfaces if i.kind is InterfaceKind.HOST for a in i.addresses)
        for d in present.with_role(Role.NOC)
    }
    return Plan((*nodes, switch), wires, {server: names for server, names in certificates.items() if names})


def _segments(network: Network) -> tuple[tuple[Port, ...], ...]:
    """Segments with a switch of their own."""
    everything = (*lans(network), management(network))
    return tuple(segment for segment in everything if segment)


def _wires(network: Network) -> Iterator[Wire]:
    index = {(d.slug, name): i for d in network.devices for name, i in indexes(d).items()}
    for link in network.links:
        a, b = (End(*end, index[end]) for end in link.ends)
        yield Wire(a, b, link.slug)
    cabled = {port for link in network.links for port in link.ends}
    socket = 1
    for segment in _segments(network):
        for port in segment:
            socket += 1
            yield Wire(End(*port, index[port]), End(FABRIC, f"p{socket}", socket))
        cabled.update(segment)
    for port in (p for p in index if p not in cabled):
        socket += 1
        yield Wire(End(*port, index[port]), End(FABRIC, f"p{socket}", socket))


def _node(network: Network, device: Device, day: date, secrets: Credentials) -> Node:
    ports = indexes(device)
    what, names_ = kind(device), tuple(ports)
    files: tuple[File, ...]
    match what:
        case Kind.ROUTER:
            files = router.files(network, device) + agent.files(network, device, ports, secrets)
            boot = router.boot(names_)
        case Kind.HOTSPOT:
            files = hotspot.files() + agent.files(network, device, ports, secrets)
            boot = hotspot.boot(network, device, names_)
        case Kind.RESOLVER:
            files = host.files(network, device) + names.files(network)
            boot = host.boot(network, device, names_, names.START)
        case Kind.SERVER:
            program = services.files(network, device.slug, day, text_of("stand_in.py"))
            files = host.files(network, device) + program
            boot = host.boot(network, device, names_, services.START)
        case _:
            files = host.files(network, device)
            boot = host.boot(network, device, names_)
    addresses = tuple(str(a) for i in device.interfaces for a in i.addresses)
    return Node(device.slug, what, device.site, addresses, files, boot)
