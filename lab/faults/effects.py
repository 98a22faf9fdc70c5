"""What a fault on an element does to which nodes: pure resolution from the inventory and the running lab."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.device import InterfaceKind
from inventory.model.element import Element, ElementKind
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.service import Service
from lab.bootstrap.services import SPOKEN
from lab.faults.fault import POSSIBLE, Effect, FaultKind, unknown
from lab.plan import DEVICES, FABRIC, Kind

if TYPE_CHECKING:
    from lab.state import LabState, NodeState

UNPLUGGED = frozenset({Kind.SERVER, Kind.RESOLVER})
AGENT = frozenset({FaultKind.BLIND, FaultKind.CLOCK, FaultKind.UNTRUSTING})


def resolve(
    state: "LabState", network: Network, element: Element, kind: FaultKind, percent: float
) -> tuple[Effect, ...]:
    """The effects of a fault; refused as usage when the element cannot fail that way."""
    if not element.exists_in(network):
        raise unknown(str(element))
    possible = POSSIBLE[element.kind]
    if kind not in possible:
        raise WrongUsage(f"a {element.kind} cannot be {kind}", where=str(element), fix=f"use {', '.join(possible)}")
    effects = tuple(_effects(state, network, element, kind, percent))
    if not effects:
        raise RefusedRequest("nothing in the running lab would fail", where=str(element))
    return effects


def _effects(
    state: "LabState", network: Network, element: Element, kind: FaultKind, percent: float
) -> Iterator[Effect]:
    match element.kind:
        case ElementKind.LINK if kind is FaultKind.BYPASSED:
            yield from _cable(state, element.slug, FaultKind.DOWN, percent)
            yield from _wire(state, network, network.link[element.slug])
        case ElementKind.LINK:
            yield from _cable(state, element.slug, kind, percent)
        case ElementKind.SRG:
            for link in network.links:
                if element.slug in link.srgs and link.slug in state.cables:
                    yield from _cable(state, link.slug, kind, percent)
        case ElementKind.DEVICE:
            yield from _device(state, network, state.node(element.slug), kind)
        case ElementKind.SITE if kind in AGENT:
            vantage = network.vantage(element.slug)
            if vantage is not None and vantage.slug in state.nodes:
                yield Effect(kind=kind, node=vantage.slug)
        case ElementKind.SITE:
            for node in state.nodes.values():
                if node.site == element.slug and node.kind in DEVICES | UNPLUGGED:
                    yield from _device(state, network, node, kind)
        case ElementKind.SERVICE:
            yield from _service(state, network.service[element.slug], kind)


def _device(state: "LabState", network: Network, node: "NodeState", kind: FaultKind) -> Iterator[Effect]:
    """A host has no switch of its own to be turned off by: it is unplugged from its LAN."""
    if kind is FaultKind.OFF and node.kind in UNPLUGGED:
        ports = (i.name for i in network.device[node.name].interfaces if i.kind is InterfaceKind.HOST)
        for port in ports:
            yield Effect(kind=FaultKind.DOWN, node=FABRIC, target=state.sockets[f"{node.name}:{port}"])
        return
    if node.kind not in DEVICES:
        raise WrongUsage(f"a {node.kind} has no power switch and no filter", where=f"device:{node.name}")
    if kind is FaultKind.BLACKHOLE:
        if node.kind is not Kind.ROUTER:
            raise WrongUsage("only a router has routes put in by hand", where=f"device:{node.name}")
        addresses = [str(a) for service in network.services for a in service.endpoint.addresses]
        yield Effect(kind=kind, node=node.name, values=tuple(dict.fromkeys(addresses)))
        return
    yield Effect(kind=kind, node=node.name)


def _wire(state: "LabState", network: Network, link: Link) -> Iterator[Effect]:
    """A wire from the far end of a link to the gateway of the management station, with routes to both LANs."""
    site, plug = link.devices[1], network.noc.first(InterfaceKind.HOST) if network.noc is not None else None
    centre = (plug.attached_to or "").partition(":")[0] if plug is not None else ""
    if centre not in state.nodes or state.node(site).kind is not Kind.ROUTER or site == centre:
        raise WrongUsage("only the link to a router can be bypassed, in a network with a management station")
    for node, other in ((site, centre), (centre, site)):
        yield Effect(kind=FaultKind.BYPASSED, node=node, target=other, values=_lans(network, other))


def _lans(network: Network, device: str) -> tuple[str, ...]:
    lans = (i for i in network.device[device].interfaces if i.kind is InterfaceKind.LAN)
    return tuple(str(a.network) for i in lans for a in i.addresses if a.version == 4)


def _cable(state: "LabState", link: str, kind: FaultKind, percent: float) -> Iterator[Effect]:
    if link not in state.cables:
        raise unknown(f"link:{link}")
    ends = (state.cables[link].a, state.cables[link].b)
    if kind is FaultKind.DOWN:
        # a port set down loses its static routes: on a hotspot nothing would bring them back
        node, port = next((e for e in ends if state.nodes[e[0]].kind is Kind.ROUTER), ends[0])
        yield Effect(kind=kind, node=node, target=port)
        return
    for node, port in ends:
        yield Effect(kind=kind, node=node, target=port, percent=percent)


def _service(state: "LabState", service: Service, kind: FaultKind) -> Iterator[Effect]:
    if kind is FaultKind.STOPPED:
        if service.endpoint.protocol not in SPOKEN:
            raise WrongUsage(
                f"a stand-in for {service.endpoint.protocol} cannot be stopped", where=f"service:{service.slug}"
            )
        yield Effect(kind=kind, node=state.node(service.host).name, target=service.slug)
        return
    for node in state.nodes.values():
        if node.kind is Kind.RESOLVER:
            # nothing but names is served there: whoever is led astray finds a closed port
            astray = tuple(a.partition("/")[0] for a in node.addresses) if kind is FaultKind.MOVED else ()
            yield Effect(kind=kind, node=node.name, target=service.endpoint.dns_name, values=astray)
