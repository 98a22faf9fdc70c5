"""Lines that could be built: what they join, what they cost, which risks they share with what is there."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from inventory.model.link import Circuit, Medium, Rates, RiskKind
from inventory.model.network import Network
from inventory.model.place import Coordinates
from monitoring.reachability.advice.lines import Line

EARTH_METRES = 6_371_000
BURIED = frozenset({RiskKind.DUCT, RiskKind.ROUTE})
"""Kinds of risk that make a second line no second way."""
PLANNED_RATE = 1_000_000_000
BACKUP_COST = 2
"""OSPF cost of a new line over that of the dearest line beside it: it waits until it is needed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line between two devices, ``a`` nearer to the core; ``build_pln`` once, ``yearly_pln`` each year."""

    slug: str
    a: str
    b: str
    medium: Medium
    provider: str | None
    srgs: tuple[str, ...]
    metres: int
    build_pln: float
    yearly_pln: float

    def cost(self, years: float) -> float:
        """What it costs over a number of years."""
        return self.build_pln + self.yearly_pln * years

    def line(self, network: Network) -> Line:
        """The line as it would stand in the inventory."""
        rates, owner = Rates(down=PLANNED_RATE, up=PLANNED_RATE), self.provider or "unknown"
        circuit = Circuit(slug=f"c-{self.slug}"[:63], provider=owner, medium=self.medium, rate=rates)
        beside = max((link.ospf_cost for link in network.links_of[self.b]), default=10)
        return Line(self.slug, self.a, self.b, circuit, self.srgs, min(BACKUP_COST * beside, 65_535))


def shared_risks(network: Network, candidate: Candidate) -> tuple[str, ...]:
    """Risk groups it would share with lines of the place it is to back up."""
    present = {srg for link in network.links_of[candidate.b] for srg in link.srgs}
    return tuple(srg for srg in candidate.srgs if srg in present)


def false_redundancy(network: Network, candidate: Candidate) -> tuple[str, ...]:
    """The ducts and routes it would share with the lines it is to back up."""
    kinds = {group.slug: group.kind for group in network.srgs}
    return tuple(srg for srg in shared_risks(network, candidate) if kinds.get(srg) in BURIED)


def metres(one: Coordinates, other: Coordinates) -> float:
    """Distance as the crow flies (haversine)."""
    north, south = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))
