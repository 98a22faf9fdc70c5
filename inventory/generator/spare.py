"""Ports that nobody uses yet, as every real gateway has them; they bring a region to a round number of interfaces."""

from inventory.generator.facts import Facts
from inventory.model.device import Interface, InterfaceKind, Role

MOST = 99


def fill(facts: Facts, wanted: int) -> None:
    """Add unused ports to the gateways, evenly, until there are that many interfaces."""
    missing = wanted - sum(len(box.interfaces) for box in facts.boxes)
    gateways = [box for box in facts.boxes if box.role in (Role.SITE, Role.HOTSPOT)]
    ports = [Interface(name=f"port{n}", kind=InterfaceKind.LAN, description="Wolny") for n in range(1, MOST + 1)]
    each, more = divmod(max(missing, 0), len(gateways))
    for number, box in enumerate(gateways):
        box.interfaces += ports[: each + (number < more)]
