"""Computed reachability: a pure function of network, day and the elements that are down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from inventory.database.frugal import uncollected
from inventory.kept import Kept
from inventory.model.network import Network
from monitoring.reachability.access import Access
from monitoring.reachability.cells import CellKey, Cells
from monitoring.reachability.down import Down, expand
from monitoring.reachability.fabric import Islands
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.midpath import Stop
from monitoring.reachability.paths import Routes
from monitoring.reachability.places import Blocker, Talk
from monitoring.reachability.rows import Answers, answers

__all__ = ["CellKey", "Reach", "access_of", "compute"]


def _planned(network: Network, day: date) -> Access:
    with uncollected():
        access = Access(network, day)
        access.plan, access.midpath  # noqa: B018
        return access


_recent = Kept(_planned, 6)


@dataclass(frozen=True)
class Reach:
    """Which site can use which e-service with some elements down; entitlement plays no part in it except by policy."""

    access: Access
    down: Down

    @property
    def islands(self) -> Islands:
        """The parts of the IPv4 network that still hang together."""
        return self.islands_of[4]

    @cached_property
    def islands_of(self) -> dict[Family, Islands]:
        """By family, the parts of the network that still hang together."""
        four, six = (self.access.fabrics[family] for family in FAMILIES)
        found = four.islands(self.down)
        return {4: found, 6: found if six is four else six.islands(self.down)}

    @cached_property
    def cells(self) -> Cells:
        """Every (site, service) that works, in whichever family."""
        return Cells(self.access.axes, self._answers.any())

    def family(self, family: Family) -> Cells:
        """Every (site, service) that works in one family."""
        return Cells(self.access.axes, self._answers.of(family))

    def has(self, family: Family) -> Cells:
        """Every (site, service) both ends of which have an address of a family."""
        return Cells(self.access.axes, self._answers.has(family))

    def __call__(self, site: str, service: str) -> bool:
        return (site, service) in self.cells

    def families(self, site: str, service: str) -> dict[str, bool | None]:
        """Whether a cell works in each family, as in the documents; null where one end has no address of it."""
        row, column = self.access.axes.site_at[site], self.access.axes.service_at[service]
        return {str(family): self._answers.one(family, row, column) for family in FAMILIES}

    def blocker(self, site: str, service: str) -> Blocker | None:
        """What keeps a site from a service; null when nothing does."""
        if self(site, service):
            return None
        missing = self.access.missing(site, service) or self.unserved(service)
        if missing is not None:
            return missing
        if self.access.needs_names(service):
            talks = [self.access.names(site, family) for family in FAMILIES]
            if not any(talks):
                return Blocker(f"site:{site}", f"{site} and the resolver have no IP family in common")
            names = self._cut(talks)
            if names is not None:
                return Blocker(names.element, f"names cannot be resolved: {names.text}", names.rule)
        return self._cut(self.access.talk(site, service, family) for family in FAMILIES)

    def unserved(self, service: str) -> Blocker | None:
        """What keeps a service from answering anybody, itself or something it depends on; null when nothing does."""
        if service in self.down.services:
            return Blocker(f"service:{service}", f"{service} does not answer")
        for need in self.access.dependencies.get(service, ()):
            cut = self.unmet[need.asking, need.asked]
            if cut is not None:
                return Blocker(cut.element, f"{need.asking} needs {need.asked}: {cut.text}", cut.rule)
        return None

    @cached_property
    def unmet(self) -> dict[tuple[str, str], Blocker | None]:
        """By (service that asks, service it depends on): what keeps its server from that; null when nothing does."""
        needs = {(need.asking, need.asked) for found in self.access.dependencies.values() for need in found}
        return {need: self._unmet(*need) for need in needs}

    def _unmet(self, asking: str, asked: str) -> Blocker | None:
        wanted = self.access.network.service.get(asked)
        if wanted is None:
            return Blocker(f"service:{asking}", f"there is no service {asked}")
        if asked in self.down.services:
            return Blocker(f"service:{asked}", f"{asked} does not answer")
        if not wanted.in_force(self.access.day):
            return Blocker(f"service:{asked}", f"{asked} is outside its dates of validity")
        talks = [self.access.needed(asking, asked, family) for family in FAMILIES]
        if not any(talks):
            return Blocker(f"service:{asked}", f"the servers of {asking} and {asked} have no IP family in common")
        return self._cut(talks)

    def cut(self, talk: Talk | None) -> Blocker | None:
        """What cuts a conversation: a policy, a host or gateway that is off, or a missing path."""
        if talk is None:
            return None
        if talk.blocker is not None:
            return talk.blocker
        ends = [talk.target.host]
        if not talk.same_lan:
            ends += [talk.origin.gateway, talk.target.gateway]
        for device in ends:
            if device in self.down.devices:
                return Blocker(f"device:{device}", f"{device} is down")
        if len(ends) == 1:
            return None
        if self.islands_of[talk.family].joined(talk.origin.gateway, talk.target.gateway):
            return self._stop(talk)
        return self._break(talk)

    def routes(self, end: str, family: Family) -> Routes:
        """All shortest paths to a gateway as long as these elements are down."""
        if not self.down.links and not self.down.devices:
            return self.access.designed_routes(end, family)
        fabric = self.access.fabrics[family]
        if (end, id(fabric)) not in self._routes:
            self._routes[end, id(fabric)] = fabric.routes(end, self.down)
        return self._routes[end, id(fabric)]

    @cached_property
    def _routes(self) -> dict[tuple[str, int], Routes]:
        return {}

    def stop(self, talk: Talk) -> Stop | None:
        """The router in mid-path that may refuse a conversation; null when every path lets it through."""
        if not self.access.midpath.rules:
            return None
        return self.access.midpath.stop(talk, self.routes(talk.target.gateway, talk.family))

    def _stop(self, talk: Talk) -> Blocker | None:
        """A router on the way that may refuse a conversation which inventory permits at both ends."""
        stop = self.stop(talk)
        if stop is None:
            return None
        text = f"{stop.router}, on the way, denies it by rule {stop.number} of its list ({stop.rule.origin})"
        return Blocker(f"device:{stop.router}", text, stop.rule.origin, stop.number)

    @cached_property
    def _answers(self) -> Answers:
        dead = frozenset(s for s in self.access.axes.services if not self._served(s))
        midpath, plan, nodes = self.access.midpath, self.access.plan, list(self.access.fabric.number)
        stopped = {family: midpath.stopped(family, plan, nodes, self.routes) for family in FAMILIES}
        return answers(self.access, self.islands_of, self.down, dead, stopped)

    def _served(self, service: str) -> bool:
        return self.access.network.service[service].in_force(self.access.day) and self.unserved(service) is None

    def _cut(self, talks: Iterable[Talk | None]) -> Blocker | None:
        """What cuts the conversation in every family there is; the first such reason."""
        cuts = [self.cut(talk) for talk in talks if talk is not None]
        return cuts[0] if cuts and None not in cuts else None

    def _break(self, talk: Talk) -> Blocker:
        """Where the path that would be used with everything up is broken first."""
        start, end = talk.origin.gateway, talk.target.gateway
        text = f"no path from {start} to {end}" + ("" if talk.family == 4 else " in IPv6")
        for hop in self.access.designed_path(start, end, talk.family):
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
