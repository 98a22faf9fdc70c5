"""What a device page shows: state, interfaces with addresses and rates, OSPF neighbours, links, the last change."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.measured import Readings
from api.watch import Now
from api.web.links import LinkRow, link_rows
from automation.change import Change
from inventory.model.device import Device, Interface
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.rate import format_rate
from inventory.model.site import Site
from monitoring.elements import DownElement

OSPF_STATES = ("", "Down", "Attempt", "Init", "2-Way", "ExStart", "Exchange", "Loading", "Full")
"""Names of the values of ospfNbrState (RFC 4750)."""


@dataclass(frozen=True)
class InterfaceRow:
    """An interface: intended addresses and link, seen state and rates (share of the capacity for utilisation).

    ``up`` is null when nobody has looked."""

    name: str
    kind: str
    up: bool | None
    addresses: tuple[str, ...]
    link: str | None
    capacity: str | None
    in_bps: float | None
    out_bps: float | None
    utilisation: float | None


@dataclass(frozen=True)
class Neighbour:
    """An OSPF neighbour by address, with the device that has it."""

    name: str
    address: str
    state: str


@dataclass(frozen=True)
class LastChange:
    """The newest change that touched the device; ``at`` is epoch seconds."""

    id: str
    state: str
    at: float
    comment: str


@dataclass(frozen=True)
class DevicePage:
    """Everything on the page; ``seen`` is epoch seconds of the last answer."""

    device: Device
    site: Site
    down: DownElement | None
    seen: float | None
    change: LastChange | None
    interfaces: tuple[InterfaceRow, ...]
    neighbours: tuple[Neighbour, ...]
    links: tuple[LinkRow, ...]


def device_page(now: Now, slug: str, measured: Readings, change: Change | None) -> DevicePage:
    """Compose the page of a device the network holds."""
    network = now.network
    device = network.device[slug]
    return DevicePage(
        device=device,
        site=network.site[device.site],
        down=now.down.get(f"device:{slug}"),
        seen=measured.seen or now.seen.get(f"device:{slug}"),
        change=LastChange(change.id, change.state, change.updated, change.comment) if change else None,
        interfaces=tuple(_interface(network, device, i, measured) for i in device.interfaces),
        neighbours=_neighbours(network, measured.neighbours),
        links=link_rows(network, network.links_of[slug], now.down, now.seen),
    )


def _interface(network: Network, device: Device, interface: Interface, measured: Readings) -> InterfaceRow:
    link = network.link_at.get(f"{device.slug}:{interface.name}")
    rates = measured.rates.get(interface.name)
    return InterfaceRow(
        name=interface.name,
        kind=interface.kind,
        up=measured.up.get(interface.name),
        addresses=tuple(map(str, interface.addresses)),
        link=link.slug if link else None,
        capacity=format_rate(network.capacity_bps(link)) if link else None,
        in_bps=rates[0] if rates else None,
        out_bps=rates[1] if rates else None,
        utilisation=_share(network, link, device.slug, rates) if link and rates else None,
    )


def _share(network: Network, link: Link, device: str, rates: tuple[float, float]) -> float:
    into, out = rates
    towards_b, towards_a = (out, into) if link.devices[0] == device else (into, out)
    capacity = network.circuit[link.circuit].rate
    return max(towards_b / capacity.down, towards_a / capacity.up)


def _neighbours(network: Network, states: Mapping[str, int]) -> tuple[Neighbour, ...]:
    owner = {str(a.ip): d.slug for d in network.devices for i in d.interfaces for a in i.addresses}
    return tuple(
        Neighbour(owner.get(address, address), address, OSPF_STATES[state] if state < len(OSPF_STATES) else str(state))
        for address, state in sorted(states.items())
    )
