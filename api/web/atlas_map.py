"""The map of the loss atlas: every link drawn as wide as its failure is costly, with the number of people beside it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import hypot

from api.web.geometry import HEIGHT, WIDTH, Label, Point, labels, project
from api.web.map import INFRASTRUCTURE, short
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.site import Site
from monitoring.reachability.sweep import Toll

MOST_SITES = 150
"""Sites a map can show; of a larger network only nodes are drawn, and whoever loses something by what is chosen."""

TIERS = (0.0, 0.01, 0.05, 0.2)
"""Shares of all people above which a link is drawn one step wider."""

APART, CLEAR, NUMBERED = 13.0, 46.0, 2
"""Distance between parallel links and between two numbers, in drawing units; the tier from which a number is shown."""


@dataclass(frozen=True)
class Strand:
    """A link on the map; ``tier`` 0 (nobody loses anything) to 4, ``number`` where its people are written."""

    element: str
    name: str
    path: str
    tier: int
    people: int
    number: Point | None
    chosen: bool
    down: bool


@dataclass(frozen=True)
class Spot:
    """A site on the map; ``lost`` counts the e-services it loses by what is chosen."""

    element: str
    name: str
    short: str
    at: Point
    label: Label | None
    lost: int
    node: bool
    chosen: bool


@dataclass(frozen=True)
class AtlasMap:
    """Everything on the map; ``whole`` is false when only a part of the sites is drawn."""

    width: float
    height: float
    strands: tuple[Strand, ...]
    spots: tuple[Spot, ...]
    whole: bool


@dataclass(frozen=True)
class Chosen:
    """What the reader chose: elements, the links they take, how many e-services each site loses, what is down now."""

    elements: frozenset[str]
    links: frozenset[str]
    lost: Mapping[str, int]
    down: Collection[str]


def atlas_map(network: Network, day: date, tolls: Mapping[str, Toll], chosen: Chosen) -> AtlasMap:
    """Draw the sites and links in force on a day."""
    sites = [site for site in network.sites if site.in_force(day)]
    shown = _shown(sites, chosen.lost)
    places = project(shown)
    important = sorted(shown, key=lambda s: (-chosen.lost.get(s.slug, 0), s.site_class not in INFRASTRUCTURE, s.slug))
    written = labels(places, {s.slug: short(s.name) for s in important})
    spots = tuple(_spot(site, places[site.slug], written.get(site.slug), chosen) for site in shown)
    people = sum(site.people_served for site in sites)
    strands = tuple(_strands(network, day, places, tolls, chosen, max(people, 1)))
    return AtlasMap(WIDTH, HEIGHT, strands, spots, len(shown) == len(sites))


def tier(people: int, cells: int, everybody: int) -> int:
    """How wide an element is drawn: 0 when its failure costs nothing, 4 from a fifth of all people."""
    return sum(people >= share * everybody for share in TIERS) if cells else 0


def _shown(sites: list[Site], lost: Mapping[str, int]) -> list[Site]:
    if len(sites) <= MOST_SITES:
        return sites
    ranked = sorted(sites, key=lambda s: (s.site_class not in INFRASTRUCTURE, s.slug not in lost, -s.people_served))
    return [s for s in ranked[:MOST_SITES] if s.site_class in INFRASTRUCTURE or s.slug in lost]


def _spot(site: Site, at: Point, label: Label | None, chosen: Chosen) -> Spot:
    element, node = f"site:{site.slug}", site.site_class in INFRASTRUCTURE
    lost = chosen.lost.get(site.slug, 0)
    return Spot(element, site.name, short(site.name), at, label, lost, node, element in chosen.elements)


def _strands(
    network: Network,
    day: date,
    places: Mapping[str, Point],
    tolls: Mapping[str, Toll],
    chosen: Chosen,
    everybody: int,
) -> Iterator[Strand]:
    written: list[Point] = []
    for ends, links in _between(network, day, places).items():
        a, b = (places[end] for end in ends)
        for number, link in enumerate(links):
            element = f"link:{link.slug}"
            toll = tolls.get(element, Toll(element, 0, 0, 0, 0))
            path, middle = _curve(a, b, (number - (len(links) - 1) / 2) * APART * 2)
            wide = tier(toll.people, toll.cells, everybody)
            free = wide >= NUMBERED and _far(middle, written, CLEAR) and _far(middle, places.values(), CLEAR / 2)
            written += [middle] if free else []
            yield Strand(
                element=element,
                name=link.slug,
                path=path,
                tier=wide,
                people=toll.people,
                number=middle if free else None,
                chosen=link.slug in chosen.links,
                down=element in chosen.down,
            )


def _far(point: Point, others: Iterable[Point], distance: float) -> bool:
    return all(hypot(p.x - point.x, p.y - point.y) > distance for p in others)


def _between(network: Network, day: date, places: Iterable[str]) -> dict[tuple[str, str], list[Link]]:
    """Links between two sites of the map, by the sites."""
    known, between = frozenset(places), dict[tuple[str, str], list[Link]]()
    for link in network.links:
        a, b = (network.device[name].site if name in network.device else "" for name in link.devices)
        if link.in_force(day) and a != b and a in known and b in known:
            between.setdefault((min(a, b), max(a, b)), []).append(link)
    return between


def _curve(a: Point, b: Point, bend: float) -> tuple[str, Point]:
    """A path from a to b that is bent aside, and its middle."""
    length = hypot(b.x - a.x, b.y - a.y) or 1.0
    x = (a.x + b.x) / 2 - (b.y - a.y) / length * bend
    y = (a.y + b.y) / 2 + (b.x - a.x) / length * bend
    middle = Point(round((a.x + b.x) / 4 + x / 2, 1), round((a.y + b.y) / 4 + y / 2, 1))
    return f"M{a.x} {a.y}Q{x:.1f} {y:.1f} {b.x} {b.y}", middle
