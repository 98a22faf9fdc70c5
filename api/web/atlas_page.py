"""The loss atlas: every element with what its failure costs, and for what the reader chose, who loses what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.i18n import Language
from api.watch import Now
from api.web.atlas_map import AtlasMap, Chosen, atlas_map
from api.web.overview import name
from api.web.typed import holds
from inventory.model.element import Element, ElementKind
from inventory.model.network import Network
from monitoring.reachability.compute import compute
from monitoring.reachability.down import expand
from monitoring.reachability.loss import known
from monitoring.reachability.pairs import Pair
from monitoring.reachability.sweep import Toll

PAGE, LISTED, PARTNERS = 50, 200, 10
"""Elements on a page of the table; sites and second failures listed in the panel."""

type Tolls = Mapping[str, Toll]


@dataclass(frozen=True)
class Asked:
    """What a reader asks: an element, a second one that fails as well, and which elements to list."""

    element: str = ""
    second: str = ""
    kind: str = ""
    text: str = ""
    page: int = 1

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements that fail, the first one first."""
        return tuple(dict.fromkeys(e for e in (self.element, self.second) if e))


@dataclass(frozen=True)
class TollRow:
    """An element in the table, with a name for people."""

    kind: str
    slug: str
    name: str
    toll: Toll


@dataclass(frozen=True)
class Loser:
    """A site that loses e-services."""

    slug: str
    name: str
    district: str
    people: int
    services: tuple[str, ...]


@dataclass(frozen=True)
class Losing:
    """Who loses what when elements fail together; ``people`` counts each site once, ``more`` sites are not listed."""

    elements: tuple[TollRow, ...]
    people: int
    cells: int
    sites: int
    services: tuple[str, ...]
    losers: tuple[Loser, ...]
    more: int
    alone: int | None
    """People who lose something by the first element alone, when there is a second."""


@dataclass(frozen=True)
class Partner:
    """A second failure on top of the chosen one, with what both cost together."""

    other: TollRow
    people: int
    cells: int


@dataclass(frozen=True)
class AtlasPage:
    """Everything on the page."""

    asked: Asked
    kinds: tuple[str, ...]
    count: int
    pages: int
    tolls: tuple[TollRow, ...]
    losing: Losing | None
    near: tuple[TollRow, ...]
    """Other elements at the same place as the chosen one."""
    partners: tuple[Partner, ...]
    """What costs more together with the chosen element than both alone."""
    map: AtlasMap


def atlas_page(now: Now, tolls: Sequence[Toll], pairs: Sequence[Pair], asked: Asked, language: Language) -> AtlasPage:
    """Compose the page; UnknownObject for elements the network does not hold. ``tolls`` come the worst first."""
    network, atlas = now.network, {toll.element: toll for toll in tolls}
    asked = replace(asked, element=asked.element or asked.second, second=asked.second if asked.element else "")
    for element in asked.elements:
        known(network, element)
    rows = [row for row in _rows(network, atlas, language) if _listed(row, asked)]
    pages = max(-(-len(rows) // PAGE), 1)
    number = min(asked.page, pages)
    lost = _lost(now, asked.elements)
    chosen = Chosen(
        elements=frozenset(asked.elements),
        links=expand(network, asked.elements).links,
        lost={site: len(services) for site, services in lost.items()},
        down=now.down.keys(),
    )
    return AtlasPage(
        asked=replace(asked, page=number),
        kinds=tuple(ElementKind),
        count=len(rows),
        pages=pages,
        tolls=tuple(rows[(number - 1) * PAGE : number * PAGE]),
        losing=_losing(now, asked, lost, atlas, language) if asked.elements else None,
        partners=tuple(_partners(network, atlas, pairs, asked, language)),
        near=tuple(_row(network, atlas, e, language) for e in _near(network, asked)),
        map=atlas_map(network, now.day, atlas, chosen),
    )


def _listed(row: TollRow, asked: Asked) -> bool:
    return asked.kind in ("", row.kind) and holds(f"{row.slug} {row.name}", asked.text)


def _rows(network: Network, atlas: Tolls, language: Language) -> Iterator[TollRow]:
    return (_row(network, atlas, toll.element, language) for toll in atlas.values())


def _row(network: Network, atlas: Tolls, text: str, language: Language) -> TollRow:
    element = Element.parse(text)
    match element.kind:
        case ElementKind.SITE:
            word = network.site[element.slug].name
        case ElementKind.SERVICE:
            word = name(network.service[element.slug], language)
        case ElementKind.SRG:
            word = next((srg.name for srg in network.srgs if srg.slug == element.slug), "")
        case ElementKind.DEVICE:
            word = network.site[network.device[element.slug].site].name
        case ElementKind.LINK:
            word = " — ".join(network.link[element.slug].devices)
    return TollRow(element.kind, element.slug, word, atlas.get(text, Toll(text, 0, 0, 0, 0)))


def _lost(now: Now, elements: Sequence[str]) -> dict[str, list[str]]:
    """Entitled e-services that work with everything up and not without the elements, by site, in inventory order."""
    if not elements:
        return {}
    designed = compute(now.network, now.day)
    lost = (designed.access.entitled & designed.cells) - compute(now.network, now.day, elements).cells
    place = {service.slug: i for i, service in enumerate(now.network.services)}
    by_site: dict[str, list[str]] = {}
    for site, service in lost:
        by_site.setdefault(site, []).append(service)
    return {s.slug: sorted(by_site[s.slug], key=place.__getitem__) for s in now.network.sites if s.slug in by_site}


def _losing(now: Now, asked: Asked, lost: Mapping[str, list[str]], atlas: Tolls, language: Language) -> Losing:
    network = now.network
    words = {service.slug: name(service, language) for service in network.services}
    ranked = sorted((network.site[slug] for slug in lost), key=lambda s: (-s.people_served, s.name))
    gone = {service for services in lost.values() for service in services}
    losers = (
        Loser(s.slug, s.name, s.district, s.people_served, tuple(words[v] for v in lost[s.slug]))
        for s in ranked[:LISTED]
    )
    elements = tuple(_row(network, atlas, element, language) for element in asked.elements)
    return Losing(
        elements=elements,
        people=sum(site.people_served for site in ranked),
        cells=sum(map(len, lost.values())),
        sites=len(lost),
        services=tuple(words[s.slug] for s in network.services if s.slug in gone),
        losers=tuple(losers),
        more=max(len(ranked) - LISTED, 0),
        alone=elements[0].toll.people if asked.second else None,
    )


def _partners(
    network: Network, atlas: Tolls, pairs: Sequence[Pair], asked: Asked, language: Language
) -> Iterator[Partner]:
    """The worst pairs of the chosen element, the most people first."""
    mine = [pair for pair in pairs if asked.element in (pair.one, pair.other)]
    for pair in sorted(mine, key=lambda pair: (-pair.people, -pair.cells))[:PARTNERS]:
        other = pair.other if pair.one == asked.element else pair.one
        yield Partner(_row(network, atlas, other, language), pair.people, pair.cells)


def _near(network: Network, asked: Asked) -> Iterator[str]:
    """Shared risks and ends of a link, devices of a site, links of a device or of a risk group."""
    kind, _, slug = asked.element.partition(":")
    match kind:
        case ElementKind.LINK:
            link = network.link[slug]
            yield from (f"srg:{srg}" for srg in link.srgs)
            yield from (f"device:{device}" for device in link.devices if device in network.device)
        case ElementKind.SITE:
            yield from (f"device:{device.slug}" for device in network.devices_of[slug])
        case ElementKind.DEVICE:
            yield f"site:{network.device[slug].site}"
            yield from (f"link:{link.slug}" for link in network.links_of[slug])
        case ElementKind.SRG:
            yield from (f"link:{link.slug}" for link in network.links if slug in link.srgs)
