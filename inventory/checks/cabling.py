"""Cables and panels: every end exists and is used once, and what is plugged agrees with the links."""

from collections.abc import Iterator

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.device import PASSIVE, InterfaceKind
from inventory.tracing import far_end


@rule("cable-end-known", Severity.ERROR, "devices")
def cable_end_known(subject: Subject) -> Iterator[Flaw]:
    """Each end of a cable is a port that exists."""
    for cable in subject.network.cables:
        for port in cable.ports:
            if subject.network.interface(port) is None:
                yield Flaw("cables", cable.slug, f"leads to {port}, which does not exist", "correct a or b")


@rule("cable-end-once", Severity.ERROR)
def cable_end_once(subject: Subject) -> Iterator[Flaw]:
    """A port takes one cable, and a cable joins two ports."""
    first: dict[str, str] = {}
    for cable in subject.network.cables:
        if cable.a == cable.b:
            yield Flaw("cables", cable.slug, f"both ends are {cable.a}", "correct a or b")
            continue
        for port in cable.ports:
            holder = first.setdefault(port, cable.slug)
            if holder != cable.slug:
                yield Flaw("cables", cable.slug, f"{port} is taken by cable:{holder}", "use another port")


@rule("cable-link", Severity.ERROR, "devices", "links")
def cable_link(subject: Subject) -> Iterator[Flaw]:
    """Where an end of a link is cabled, the cables lead to its other end, or as yet nowhere."""
    network = subject.network
    for link in network.links:
        for port, other in ((link.a, link.b), (link.b, link.a)):
            end = far_end(network, port) if network.interface(port) else None
            interface = network.interface(end) if end else None
            if interface is not None and interface.kind is not InterfaceKind.PANEL and end != other:
                problem = f"the cables of {port} lead to {end}, not to {other}"
                yield Flaw("links", link.slug, problem, "correct the cables or the ends of the link")


@rule("panel-port", Severity.ERROR)
def panel_port(subject: Subject) -> Iterator[Flaw]:
    """Ports of kind panel are those of panels; a front port names a rear port of its own, which is used once."""
    for device in subject.network.devices:
        passive, rears = device.role in PASSIVE, set[str]()
        for port in device.interfaces:
            if (port.kind is InterfaceKind.PANEL) != passive:
                yield Flaw("devices", device.slug, f"{port.name} is of kind {port.kind}", "only panels have such ports")
            if port.rear is None:
                continue
            behind = device.interface(port.rear)
            if not passive or behind is None or behind.rear is not None or port.rear in rears:
                problem = f"{port.name} leads to {port.rear}, which is no free rear port of it"
                yield Flaw("devices", device.slug, problem, "correct rear")
            rears.add(port.rear)


@rule("room-site", Severity.ERROR, "rooms")
def room_site(subject: Subject) -> Iterator[Flaw]:
    """A device stands in a room of its own site."""
    rooms = {room.slug: room.site for room in subject.network.rooms}
    for device in subject.network.devices:
        site = rooms.get(device.room) if device.room else None
        if site is not None and site != device.site:
            problem = f"stands at site:{device.site}, its room at site:{site}"
            yield Flaw("devices", device.slug, problem, "correct room or site")
