"""Computed reachability: a pure function of network, day and the elements that are down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from inventory.kept import Kept
from inventory.model.network import Network
from monitoring.reachability.access import Access, Blocker, Talk
from monitoring.reachability.down import Down, expand
from monitoring.reachability.fabric import Islands

type CellKey = tuple[str, str]
"""(site, service)"""

_recent = Kept(Access, 6)


@dataclass(frozen=True)
class Reach:
    """Which site can use which e-service with some elements down; entitlement plays no part in it except by policy."""

    access: Access
    down: Down

    @cached_property
    def islands(self) -> Islands:
        """The parts of the network that still hang together."""
        return self.access.fabric.islands(self.down)

    @cached_property
    def cells(self) -> frozenset[CellKey]:
        """Every (site, service) that works."""
        network = self.access.network
        return frozenset(
            (s.slug, v.slug) for s in network.sites for v in network.services if self.blocker(s.slug, v.slug) is None
        )

    def __call__(self, site: str, service: str) -> bool:
        return (site, service) in self.cells

    def blocker(self, site: str, service: str) -> Blocker | None:
        """What keeps a site from a service; null when nothing does."""
        missing = self.access.missing(site, service)
        if missing is not None:
            return missing
        if service in self.down.services:
            return Blocker(f"service:{service}", f"{service} does not answer")
        if self.access.needs_names(service):
            names = self.cut(self.access.names[site])
            if names is not None:
                return Blocker(names.element, f"names cannot be resolved: {names.text}", names.rule)
        return self.cut(self.access.talks[site, service])

    def cut(self, talk: Talk | None) -> Blocker | None:
        """What cuts a conversation: a policy, a host or gateway that is off, or a missing path."""
        if talk is None:
            return None
        if talk.blocker is not None:
            return talk.blocker
        ends = [talk.target.host]
        if talk.origin.port != talk.target.port:
            ends += [talk.origin.gateway, talk.target.gateway]
        for device in ends:
            if device in self.down.devices:
                return Blocker(f"device:{device}", f"{device} is down")
        if len(ends) == 1 or self.islands.joined(talk.origin.gateway, talk.target.gateway):
            return None
        return self._break(talk.origin.gateway, talk.target.gateway)

    def _break(self, start: str, end: str) -> Blocker:
        """Where the path that would be used with everything up is broken first."""
        text = f"no path from {start} to {end}"
        for hop in self.access.designed_path(start, end):
            if hop.link in self.down.links:
                return Blocker(f"link:{hop.link}", f"{text}: link {hop.link} is down and no other way is left")
            if hop.device in self.down.devices:
                return Blocker(f"device:{hop.device}", f"{text}: {hop.device} is down and no other way is left")
        return Blocker(f"device:{start}", text)


def access_of(network: Network, day: date) -> Access:
    """The access plan of a network on a day, kept for the few networks asked about lately."""
    return _recent(network, day)


def compute(network: Network, day: date, down: Iterable[str] = frozenset()) -> Reach:
    """Reachability of every e-service from every site on a day, with the named elements taken out."""
    return Reach(access_of(network, day), expand(network, down))
