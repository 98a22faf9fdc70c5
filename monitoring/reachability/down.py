"""Elements taken out: names such as ``srg:ring-1`` expanded to the links, devices and services they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.model.element import ElementKind
from inventory.model.network import Network


@dataclass(frozen=True, slots=True)
class Down:
    """Slugs of what does not work."""

    links: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()


def expand(network: Network, elements: Iterable[str]) -> Down:
    """Spell out element names; names the network does not hold take nothing out."""
    links: set[str] = set()
    devices: set[str] = set()
    services: set[str] = set()
    for element in elements:
        kind, _, slug = element.partition(":")
        match kind:
            case ElementKind.LINK:
                links.add(slug)
            case ElementKind.DEVICE:
                devices.add(slug)
            case ElementKind.SERVICE:
                services.add(slug)
            case ElementKind.SITE:
                devices |= {device.slug for device in network.devices_of.get(slug, ())}
            case ElementKind.SRG:
                links |= {link.slug for link in network.links_sharing.get(slug, ())}
    return Down(frozenset(links), frozenset(devices), frozenset(services))
