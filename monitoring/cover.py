"""Which cells are probed directly: all of them while there are few, else a covering sample and what must be direct.

Sites with the same policy see the same of an e-service as far as policy goes, so each such group is sampled: every
e-service from a few of its sites, which change daily, hang on different PoPs, and have an agent that is heard. Direct
always: cells that a dated exception or an operator's rule for that very site makes different, e-services of the
highest criticality where sites are entitled to them, and cells named by the caller (leaks, cells a gate waits for).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b

from inventory.kept import Kept
from inventory.model.device import Role
from inventory.model.network import Network
from inventory.model.rule import ZoneRule
from inventory.model.service import Service
from inventory.model.site import SiteClass
from monitoring.settings import ProbeSettings

type CellKey = tuple[str, str]
type Group = tuple[SiteClass, bool]
"""Sites with the same policy: their class, and whether they are in force on the day."""


@dataclass(frozen=True)
class Cover:
    """The cells probed directly, by reason; ``whole`` when that is every cell of every site with an agent."""

    whole: bool
    agents: frozenset[str]
    sampled: Mapping[str, frozenset[str]]
    critical: Mapping[SiteClass, frozenset[str]]
    special: Mapping[str, frozenset[str]]
    classes: Mapping[str, SiteClass]

    def __contains__(self, cell: object) -> bool:
        """Whether a cell, (site, service), is planned to be probed directly."""
        if not (isinstance(cell, tuple) and len(cell) == 2 and cell[0] in self.agents):
            return False
        return self.whole or cell[1] in self.direct(cell[0])

    def direct(self, site: str) -> frozenset[str]:
        """E-services a site with an agent probes, unless the cover is whole."""
        return self.soon(site) | self.critical.get(self.classes[site], frozenset())

    def soon(self, site: str) -> frozenset[str]:
        """Those of them that are probed in every period of the cover, not only because they are critical."""
        return self.sampled.get(site, frozenset()) | self.special.get(site, frozenset())

    @cached_property
    def cells(self) -> int:
        """How many cells are planned to be direct, unless the cover is whole."""
        return sum(len(self.direct(site)) for site in self.agents)

    def rate(self, pace: ProbeSettings) -> float:
        """Probes per second this needs, unless the cover is whole."""
        soon = sum(len(self.soon(site)) for site in self.agents)
        return soon / pace.cover_period + (self.cells - soon) / pace.critical_period


def cover(
    network: Network,
    day: date,
    pace: ProbeSettings,
    silent: Iterable[str] = (),
    also: Iterable[CellKey] = (),
) -> Cover:
    """The cover of a day. ``silent`` are sites whose agent is not heard, ``also`` cells that must be direct."""
    return _cover(network, (day, pace, frozenset(silent), frozenset(also)))


def _make(network: Network, key: tuple[date, ProbeSettings, frozenset[str], frozenset[CellKey]]) -> Cover:
    day, pace, silent, also = key
    rings, classes = _rings(network, day), {site.slug: site.site_class for site in network.sites}
    agents = rings.agents
    if len(network.sites) * len(network.services) <= pace.cells_most:
        return Cover(True, agents, {}, {}, {}, classes)
    sampled: dict[str, set[str]] = defaultdict(set)
    for members in rings.groups.values():
        for number, service in enumerate(network.services):
            start = number * pace.cover_sites
            for site in chosen(members, start, pace.cover_sites, silent, rings.places):
                sampled[site].add(service.slug)
    special = _special(network, day)
    for site, service_slug in also:
        special[site].add(service_slug)
    return Cover(False, agents, _frozen(sampled), _critical(network, day, pace), _frozen(special), classes)


_cover = Kept(_make, 4)


@dataclass(frozen=True)
class Rings:
    """The sites of each group in the order of the day, and where each hangs: PoP and district."""

    groups: Mapping[Group, Sequence[str]]
    places: Mapping[str, tuple[str, str]]
    agents: frozenset[str]


def _ring(network: Network, day: date) -> Rings:
    agents = frozenset(d.site for d in network.devices if d.role is Role.AGENT and d.site in network.site)
    places = {site: (_pop(network, site), network.site[site].district) for site in agents}
    groups: dict[Group, list[str]] = defaultdict(list)
    for site in sorted(agents, key=lambda slug: blake2b(f"{day} {slug}".encode(), digest_size=8).digest()):
        found = network.site[site]
        groups[found.site_class, found.in_force(day)].append(site)
    return Rings({group: _spread(members, places) for group, members in groups.items()}, places, agents)


_rings = Kept(_ring, 4)


def _spread(members: Sequence[str], places: Mapping[str, tuple[str, str]]) -> list[str]:
    """The same sites, PoP after PoP, so that neighbours in the ring hang on different ones."""
    turn: dict[str, int] = defaultdict(int)
    turns = []
    for place, site in enumerate(members):
        pop = places[site][0]
        turns.append((turn[pop], place, site))
        turn[pop] += 1
    return [site for _, _, site in sorted(turns)]


def chosen(
    ring: Sequence[str], start: int, count: int, silent: frozenset[str], places: Mapping[str, tuple[str, str]]
) -> list[str]:
    """``count`` sites from a place of the ring on, all of it when it has fewer.

    They hang on as many PoPs as can be, then in as many districts; the silent are taken only for want of others.
    """
    if len(ring) <= count:
        return list(ring)
    found: list[str] = []
    for quiet in (False, True):
        for fresh in ((0, 1), (0,), (1,), ()):
            for site in _walk(ring, start):
                if len(found) == count:
                    return found
                if (site in silent) is quiet and site not in found and _is_fresh(site, found, fresh, places):
                    found.append(site)
    return found


def _walk(ring: Sequence[str], start: int) -> Iterator[str]:
    return (ring[(start + n) % len(ring)] for n in range(len(ring)))


def _is_fresh(site: str, found: Sequence[str], wanted: Sequence[int], places: Mapping[str, tuple[str, str]]) -> bool:
    """Whether a site differs from all that were found in what is wanted: PoP (0), district (1)."""
    return all(places[site][n] != places[other][n] for n in wanted for other in found)


def _pop(network: Network, site: str) -> str:
    """The device at the other end of a site's first uplink; the site itself where there is none."""
    ends = (link.devices[0] for d in network.devices_of[site] for link in network.uplinks(d.slug))
    return next(ends, site)


def _special(network: Network, day: date) -> dict[str, set[str]]:
    """Cells whose policy is not that of their group."""
    found: dict[str, set[str]] = defaultdict(set)
    for exception in network.exceptions:
        if exception.in_force(day):
            found[exception.site].add(exception.service)
    for rule in network.rules:
        if rule.sites and rule.in_force(day):
            touched = {service.slug for service in network.services if _touches(rule, service)}
            for site in rule.sites:
                found[site] |= touched
    return found


def _touches(rule: ZoneRule, service: Service) -> bool:
    """Whether a rule can decide about an e-service."""
    return not rule.destinations or any(a in block for a in service.endpoint.addresses for block in rule.destinations)


def _critical(network: Network, day: date, pace: ProbeSettings) -> dict[SiteClass, frozenset[str]]:
    """E-services that every entitled site probes, by class; exceptions are direct anyhow."""
    slugs = [s.slug for s in network.services if s.criticality <= pace.critical and s.in_force(day)]
    classes = {slug: network.entitled_classes(slug, day) for slug in slugs}
    return {c: frozenset(slug for slug in slugs if c in classes[slug]) for c in SiteClass}


def _frozen(sets: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {site: frozenset(services) for site, services in sets.items()}
