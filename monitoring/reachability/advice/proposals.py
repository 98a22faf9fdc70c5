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
        circuits = {link.circuit for link in self._network.links_of[place]}
        own = {self._network.circuit[circuit].provider for circuit in circuits}
        for node in ends:
            for provider in (p.slug for p in self._network.providers if p.slug not in own):
                slug, risks = _slug(node, place, provider), (*self._power(node), *self._groups_of(provider))
                far, yearly = round(self._distance(node, place)), self._yearly(provider)
                price = self._settings.provider_pln
                yield Candidate(slug, node, place, Medium.LEASED, provider, risks, far, price, yearly)

    def _groups_of(self, provider: str) -> tuple[str, ...]:
        """The risk groups of kind provider that every line of a provider is in."""
        held = [link.srgs for link in self._network.links if self._provider(link.circuit) == provider]
        common = set(held[0]).intersection(*held) if held else set[str]()
        return tuple(sorted(srg for srg in common if self._kinds.get(srg) is RiskKind.PROVIDER))

    def _provider(self, circuit: str) -> str:
        return self._network.circuit[circuit].provider

    def _yearly(self, provider: str) -> float:
        """What lines of a provider usually cost a year, where the inventory knows it."""
        known = [c.monthly_cost for c in self._network.circuits if c.provider == provider]
        paid = [12 * cost for cost in known if cost]
        return float(median(paid)) if paid else self._settings.provider_yearly_pln

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
