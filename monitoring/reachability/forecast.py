"""What a change of the inventory will do to reachability, before anything is sent to a device."""

from dataclasses import dataclass
from datetime import date

from inventory.model.network import Network
from monitoring.reachability.access import Access
from monitoring.reachability.compute import CellKey, compute


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cells no longer and newly usable, and ``blast``: every cell whose path or policy the change touches."""

    lost: frozenset[CellKey]
    gained: frozenset[CellKey]
    blast: frozenset[CellKey]


def forecast(before: Network | None, after: Network, day: date) -> Forecast:
    """Compare two networks with everything up; ``before`` is null when nothing was ever configured."""
    new = compute(after, day)
    if before is None:
        return Forecast(frozenset(), new.cells, frozenset(new.access.talks))
    old = compute(before, day)
    lost, gained = old.cells - new.cells, new.cells - old.cells
    touched = _touched(old.access, new.access)
    blast = _crossing(old.access, touched) | _crossing(new.access, touched)
    return Forecast(lost, gained, blast | lost | gained)


def _touched(old: Access, new: Access) -> frozenset[str]:
    """Devices whose own facts, links, circuits or zone policy differ."""
    return frozenset(
        name for name in old.network.device.keys() | new.network.device.keys() if _facts(old, name) != _facts(new, name)
    )


def _facts(access: Access, name: str) -> tuple[object, ...]:
    links = access.network.links_of.get(name, ())
    circuits = [access.network.circuit.get(link.circuit) for link in links]
    zones = [zone for port, zone in access.zones.items() if port.startswith(f"{name}:")]
    return access.network.device.get(name), links, circuits, zones


def _crossing(access: Access, devices: frozenset[str]) -> frozenset[CellKey]:
    """Cells whose hosts, gateways or designed path are among the devices."""
    crossing: set[CellKey] = set()
    for cell, talk in access.talks.items():
        if talk is not None:
            ends = talk.origin.gateway, talk.target.gateway
            path = {hop.device for hop in access.designed_path(*ends)}
            if not devices.isdisjoint({*ends, talk.target.host, *path}):
                crossing.add(cell)
    return frozenset(crossing)
