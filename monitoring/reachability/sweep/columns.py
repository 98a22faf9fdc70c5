"""What a sweep counts: entitled cells, and the sites and people behind them, grouped by what they need to work."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import IntEnum

from monitoring.reachability.access import Access, Talk
from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES

NOWHERE = ""
"""Where that stands which needs no gateway: its server is on the same LAN."""


class Measure(IntEnum):
    """What a column holds."""

    CELLS = 0
    SITES = 1
    PEOPLE = 2
    PROBE = 3
    """Not summed up: tells whether a place is touched at all."""


@dataclass(frozen=True, slots=True)
class Need:
    """What must hang together with a gateway, and the hosts that must be on, for something to work there."""

    gateways: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def __or__(self, other: "Need") -> "Need":
        return Need(self.gateways | other.gateways, self.hosts | other.hosts)


@dataclass(slots=True)
class Column:
    """Everything with the same need: how much of it stands at each gateway."""

    measure: Measure
    need: Need
    weight: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        """The sum over all gateways."""
        return sum(self.weight.values())


def columns(reach: Reach) -> list[Column]:
    """Group the entitled cells that work, the sites that have any, and their people."""
    access, found = reach.access, dict[tuple[Measure, Need], Column]()

    def add(measure: Measure, need: Need, gateway: str, amount: int) -> None:
        if amount:
            column = found.setdefault((measure, need), Column(measure, need))
            column.weight[gateway if need.gateways else NOWHERE] += amount

    of_site: dict[str, Need] = {}
    for site, service in sorted(access.entitled & reach.cells):
        need = _need(access, site, service)
        add(Measure.CELLS, need, _gateway(access, site), 1)
        of_site[site] = of_site.get(site, Need()) | need
    for site, need in of_site.items():
        add(Measure.SITES, need, _gateway(access, site), 1)
        add(Measure.PEOPLE, need, _gateway(access, site), access.network.site[site].people_served)
    return list(found.values())


def _gateway(access: Access, site: str) -> str:
    origin = access.origins[site]
    assert origin is not None, "a cell that works has an origin"
    return origin.gateway


def _need(access: Access, site: str, service: str) -> Need:
    """The need of one cell: its server, and the resolver where the service is found by name."""
    need = _of([access.talk(site, service, family) for family in FAMILIES])
    for dependency in access.dependencies.get(service, ()):
        asking, asked = dependency.asking, dependency.asked
        talks = [access.needed(asking, asked, family) for family in FAMILIES]
        need |= _of(talks)
        if need.gateways:
            need |= Need(frozenset({talk.origin.gateway for talk in talks if talk is not None and not talk.same_lan}))
    return need | _of([access.names(site, family) for family in FAMILIES]) if access.needs_names(service) else need


def _of(talks: list[Talk | None]) -> Need:
    talk = next(talk for talk in talks if talk is not None and talk.blocker is None)
    hosts = frozenset({talk.target.host})
    same_lan = talk.origin.port == talk.target.port
    return Need(frozenset() if same_lan else frozenset({talk.target.gateway}), hosts)
