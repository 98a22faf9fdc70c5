"""Who loses what when an element fails: the question behind planning, rehearsal and every alert."""

from dataclasses import asdict, dataclass
from datetime import date
from itertools import compress
from typing import Any

from inventory.errors import UnknownObject
from inventory.model.element import Element
from inventory.model.network import Network
from monitoring.reachability.compute import CellKey, compute


@dataclass(frozen=True, slots=True)
class Loss:
    """Entitled cells that work with everything up and not without the element; ``people`` counts each site once."""

    element: str
    sites: tuple[str, ...]
    services: tuple[str, ...]
    people: int
    cells: tuple[CellKey, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape of the contract."""
        return asdict(self) | {"cells": [{"site": site, "service": service} for site, service in self.cells]}


def known(network: Network, text: str) -> Element:
    """Read the name of an element the network holds; UnknownObject otherwise."""
    try:
        element = Element.parse(text)
    except ValueError as wrong:
        raise UnknownObject(str(wrong), fix="`silesianet inventory list links` names links") from None
    if not element.exists_in(network):
        noun = element.kind.value
        raise UnknownObject(
            f"there is no such {noun}", where=text, fix=f"`silesianet inventory list {noun}s` names them"
        )
    return element


def loss(network: Network, element: str, day: date) -> Loss:
    """What is lost when one element fails while everything else is up."""
    name = str(known(network, element))
    designed = compute(network, day)
    lost = (designed.access.entitled & designed.cells) - compute(network, day, {name}).cells
    sites = tuple(compress(lost.axes.sites, lost.mask.any(axis=1)))
    services = tuple(compress(lost.axes.services, lost.mask.any(axis=0)))
    people = sum(network.site[site].people_served for site in sites)
    return Loss(name, sites, services, people, tuple(lost))
