"""The map of sites as a drawing computed on the server: markers, links between sites, labels."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.web.geometry import HEIGHT, WIDTH, Label, Point, labels, project
from inventory.model.network import Network
from inventory.model.site import Site, SiteClass

INFRASTRUCTURE = frozenset({SiteClass.POP, SiteClass.DATACENTRE})
IMPORTANCE = {"lost": 0, "down": 1, "leak": 1, "infra": 2, "unknown": 3, "ok": 4}


@dataclass(frozen=True)
class Mark:
    """A site on the map; ``short`` is its label, null when there is no room for one."""

    slug: str
    name: str
    short: str
    status: str
    at: Point
    label: Label | None


@dataclass(frozen=True)
class Wire:
    """The links between two sites; down when all of them are."""

    name: str
    a: Point
    b: Point
    trunk: bool
    down: bool


@dataclass(frozen=True)
class Drawing:
    """Everything the map shows."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    wires: tuple[Wire, ...]


def draw(
    network: Network, sites: Sequence[Site], statuses: Mapping[str, str], down: Collection[str], day: date
) -> Drawing:
    """Draw some sites and the links between them in force on a day; ``down`` holds element names."""
    places = project(sites)
    important = sorted(sites, key=lambda s: (IMPORTANCE[statuses[s.slug]], -s.people_served, s.slug))
    written = labels(places, {s.slug: short(s.name) for s in important})
    marks = tuple(
        Mark(s.slug, s.name, short(s.name), statuses[s.slug], places[s.slug], written.get(s.slug)) for s in sites
    )
    return Drawing(WIDTH, HEIGHT, marks, _wires(network, places, down, day))


def short(name: str) -> str:
    """A site's name without the word for what it is."""
    return name.removeprefix("Hotspot ").removeprefix("Węzeł ")


def _wires(network: Network, places: Mapping[str, Point], down: Collection[str], day: date) -> tuple[Wire, ...]:
    between: dict[tuple[str, str], list[str]] = {}
    for link in network.links:
        a, b = (network.device[name].site if name in network.device else "" for name in link.devices)
        if link.in_force(day) and a != b and a in places and b in places:
            between.setdefault((min(a, b), max(a, b)), []).append(link.slug)
    return tuple(
        Wire(
            name=", ".join(slugs),
            a=places[a],
            b=places[b],
            trunk={network.site[a].site_class, network.site[b].site_class} <= INFRASTRUCTURE,
            down=all(f"link:{slug}" in down for slug in slugs),
        )
        for (a, b), slugs in between.items()
    )
