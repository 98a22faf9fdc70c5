"""What a fault on an element does to which nodes: pure resolution from the inventory and the running lab."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.element import Element, ElementKind
from inventory.model.network import Network
from inventory.model.service import Service
from lab.bootstrap.services import SPOKEN
from lab.faults.fault import POSSIBLE, Effect, FaultKind, unknown
from lab.plan import DEVICES, Kind

if TYPE_CHECKING:
    from lab.state import LabState


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
        case ElementKind.LINK:
            yield from _cable(state, element.slug, kind, percent)
        case ElementKind.SRG:
            for link in network.links:
                if element.slug in link.srgs and link.slug in state.cables:
                    yield from _cable(state, link.slug, kind, percent)
        case ElementKind.DEVICE:
            node = state.node(element.slug)
            if node.kind not in DEVICES:
                raise WrongUsage(f"a {node.kind} has no power switch", where=str(element), fix="stop its services")
            yield Effect(kind=kind, node=node.name)
        case ElementKind.SITE:
            for node in state.nodes.values():
                if node.site == element.slug and node.kind in DEVICES:
                    yield Effect(kind=kind, node=node.name)
        case ElementKind.SERVICE:
            yield from _service(state, network.service[element.slug], kind)


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
            yield Effect(kind=kind, node=node.name, target=service.endpoint.dns_name)
