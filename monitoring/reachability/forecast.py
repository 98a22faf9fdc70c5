"""What a change of the inventory will do to reachability, before anything is sent to a device."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from inventory.model.device import InterfaceKind
from inventory.model.network import Network
from inventory.policy import Zone
from monitoring.reachability.access import Access
from monitoring.reachability.cells import Cells
from monitoring.reachability.compute import compute


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
    """Devices whose own facts, links, circuits, zone policy or rules in mid-path differ."""
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
    return access.network.device.get(name), links, circuits, access.midpath.rules.get(name)


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
    """Cells whose hosts, gateways or designed paths, any of equal cost, are among the devices."""
    mask, plan = np.zeros(access.axes.shape, np.bool_), access.plan
    if not devices:
        return Cells(access.axes, mask)
    nodes = list(access.fabric.number)
    for family, of in plan.of.items():
        goals = of.goals[:-1]
        near = np.array([g is not None and not devices.isdisjoint({g.target.host, g.target.gateway}) for g in goals])
        hit = np.zeros_like(mask) | near.astype(np.bool_)
        for end in np.unique(of.gateway[:-1][of.gateway[:-1] >= 0]).tolist():
            crossing = access.designed_routes(nodes[end], family).crossing(devices) | devices
            touched = np.array([*(node in crossing for node in nodes), False])
            hit[:, of.gateway[:-1] == end] |= touched[plan.gateway][:, None]
        mask |= hit & of.has[plan.group, :-1] & (plan.group >= 0)[:, None] if len(of.has) else False
    return Cells(access.axes, mask)
