"""What a change of the inventory will do to reachability, before anything is sent to a device."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from inventory.model.device import InterfaceKind
from inventory.model.network import Network
from inventory.policy import Zone
from monitoring.reachability.access import Access
from monitoring.reachability.cells import Cells
from monitoring.reachability.compute import compute
from monitoring.reachability.families import FAMILIES


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cells no longer and newly usable, and ``blast``: every cell whose path or policy the change touches."""

    lost: Cells
    gained: Cells
    blast: Cells


def forecast(before: Network | None, after: Network, day: date) -> Forecast:
    """Compare two networks with everything up; ``before`` is null when nothing was ever configured."""
    new = compute(after, day)
    if before is None:
        everything = np.ones(new.access.axes.shape, np.bool_)
        nothing = np.zeros(new.access.axes.shape, np.bool_)
        return Forecast(Cells(new.access.axes, nothing), new.cells, Cells(new.access.axes, everything))
    old = compute(before, day)
    lost, gained = old.cells - new.cells, new.cells - old.cells
    touched = _touched(old.access, new.access)
    blast = _crossing(old.access, touched) | _crossing(new.access, touched)
    return Forecast(lost, gained, blast | lost | gained)


def _touched(old: Access, new: Access) -> frozenset[str]:
    """Devices whose own facts, links, circuits or zone policy differ."""
    names = old.network.device.keys() | new.network.device.keys()
    policies = _Comparison()
    return frozenset(
        name
        for name in names
        if _facts(old, name) != _facts(new, name) or not policies.equal(_zones(old, name), _zones(new, name))
    )


def _facts(access: Access, name: str) -> tuple[object, ...]:
    links = access.network.links_of.get(name, ())
    circuits = [access.network.circuit.get(link.circuit) for link in links]
    return access.network.device.get(name), links, circuits


def _zones(access: Access, name: str) -> list[Zone]:
    device = access.network.device.get(name)
    lans = [i.name for i in device.interfaces if i.kind is InterfaceKind.LAN] if device is not None else []
    return [access.zone(f"{name}:{lan}") for lan in lans]


class _Comparison:
    """Compares zones; the long lists that many zones share are compared once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def equal(self, one: list[Zone], other: list[Zone]) -> bool:
        return len(one) == len(other) and all(
            a.port == b.port
            and (a.site, a.networks, a.outside) == (b.site, b.networks, b.outside)
            and self._same(a.outbound, b.outbound)
            and self._same(a.inbound, b.inbound)
            for a, b in zip(one, other, strict=True)
        )

    def _same(self, one: tuple[object, ...], other: tuple[object, ...]) -> bool:
        key = id(one), id(other)
        if key not in self._known:
            self._known[key] = one == other
        return self._known[key]


def _crossing(access: Access, devices: frozenset[str]) -> Cells:
    """Cells whose hosts, gateways or designed path are among the devices; each pair of gateways is walked once."""
    mask = np.zeros(access.axes.shape, np.bool_)
    if not devices:
        return Cells(access.axes, mask)
    for family in FAMILIES:
        aims: dict[str, list[int]] = defaultdict(list)
        hosts = np.zeros(len(access.axes.services), np.bool_)
        for column, goal in enumerate(access.goals[family][:-1]):
            if goal is not None:
                aims[goal.target.gateway].append(column)
                hosts[column] = goal.target.host in devices
        for row, site in enumerate(access.axes.sites):
            origin = access.origins[site]
            if origin is None or family not in origin.families:
                continue
            mask[row] |= hosts
            for gateway, columns in aims.items():
                path = {hop.device for hop in access.designed_path(origin.gateway, gateway, family)}
                if not devices.isdisjoint({origin.gateway, gateway, *path}):
                    mask[row, columns] = True
    return Cells(access.axes, mask)
