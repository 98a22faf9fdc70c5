"""Candidates made up from the inventory: each place at risk with the nodes near it, and nodes with one another.

A line from a node runs in what every present line from there runs in, if there are two or more: the duct that leaves
the building and its power supply. A radio line and a line of another provider share only the power.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from statistics import median

from inventory.model.device import INFRASTRUCTURE, Role
from inventory.model.link import Medium, RiskKind
from inventory.model.network import Network
from monitoring.reachability.advice.candidate import Candidate, metres
from monitoring.settings import PlanningSettings


class Proposals:
    """Makes candidates for a network."""

    def __init__(self, network: Network, devices: frozenset[str], settings: PlanningSettings) -> None:
        self._network, self._settings, self._devices = network, settings, devices
        self._kinds = {group.slug: group.kind for group in network.srgs}
        self._nodes = [d.slug for d in network.devices if d.slug in devices and d.role in INFRASTRUCTURE]

    def of(self, places: Iterable[str]) -> Iterator[Candidate]:
        """Lines to every one of these devices."""
        for place in places:
            near = sorted((self._distance(node, place), node) for node in self._nodes if self._new(node, place))
            for far, node in near[: self._settings.nearest]:
                yield from self._lines(node, place, far)
            if self._network.device[place].role not in INFRASTRUCTURE:
                yield from self._rented(place, [node for _, node in near])

    def _new(self, node: str, place: str) -> bool:
        linked = {end for link in self._network.links_of[place] for end in link.devices}
        return node != place and node not in linked and self._site(node) != self._site(place)

    def _site(self, device: str) -> str:
        return self._network.device[device].site

    def _distance(self, one: str, other: str) -> float:
        sites = self._network.site
        return metres(sites[self._site(one)].coordinates, sites[self._site(other)].coordinates)

    def _lines(self, node: str, place: str, far: float) -> Iterator[Candidate]:
        s, risks = self._settings, self._common[node]
        if far <= s.fibre_km * 1000:
            length = round(far * s.detour)
            price = length * s.fibre_metre_pln
            yield Candidate(_slug(node, place, "fibre"), node, place, Medium.FIBRE, None, risks, length, price, 0.0)
        if far <= s.radio_km * 1000:
            slug, power = _slug(node, place, "radio"), self._power(node)
            yield Candidate(slug, node, place, Medium.RADIO, None, power, round(far), s.radio_pln, s.radio_yearly_pln)

    def _rented(self, place: str, nodes: list[str]) -> Iterator[Candidate]:
        """A line of each provider the place has none of, to the nearest core or border."""
        ends = [n for n in nodes if self._network.device[n].role in (Role.CORE, Role.BORDER)][:1]
        own = {self._network.circuit[link.circuit].provider for link in self._network.links_of[place]}
        for node in ends:
            for provider, (yearly, groups) in self._terms.items():
                if provider not in own:
                    slug, risks = _slug(node, place, provider), (*self._power(node), *groups)
                    far, price = round(self._distance(node, place)), self._settings.provider_pln
                    yield Candidate(slug, node, place, Medium.LEASED, provider, risks, far, price, yearly)

    @cached_property
    def _terms(self) -> dict[str, tuple[float, tuple[str, ...]]]:
        """Of each provider: the usual yearly cost of its lines, where one is known, and the risks all of them share."""
        paid: dict[str, list[float]] = {provider.slug: [] for provider in self._network.providers}
        shared: dict[str, set[str]] = {}
        for link in self._network.links:
            circuit = self._network.circuit[link.circuit]
            mine = {srg for srg in link.srgs if self._kinds.get(srg) is RiskKind.PROVIDER}
            shared[circuit.provider] = shared.get(circuit.provider, mine) & mine
            if circuit.monthly_cost:
                paid.setdefault(circuit.provider, []).append(12 * circuit.monthly_cost)
        usual = self._settings.provider_yearly_pln
        return {
            provider: (float(median(costs)) if costs else usual, tuple(sorted(shared.get(provider, ()))))
            for provider, costs in paid.items()
        }

    @cached_property
    def _common(self) -> dict[str, tuple[str, ...]]:
        """The risk groups that all lines from a node are in."""
        found: dict[str, tuple[str, ...]] = {}
        for node in self._nodes:
            held = [set(link.srgs) for link in self._network.links_of[node] if link.devices[0] == node]
            found[node] = tuple(sorted(held[0].intersection(*held))) if len(held) > 1 else ()
        return found

    def _power(self, node: str) -> tuple[str, ...]:
        return tuple(srg for srg in self._common[node] if self._kinds.get(srg) is RiskKind.POWER)


def _slug(node: str, place: str, kind: str) -> str:
    return f"new-{node}--{place}-{kind}"[:61].strip("-")
