"""What the overview shows: counts, incidents, the map and the matrix, from one matrix and one inventory."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from api.i18n import Language
from api.watch import Now
from api.web.map import INFRASTRUCTURE, Drawing, draw
from inventory.model.network import Network
from inventory.model.service import Service
from inventory.model.site import Site, SiteClass
from monitoring.alerts.incidents import Incident
from monitoring.cell import Cell

CLASS_ORDER = {site_class: number for number, site_class in enumerate(SiteClass)}


@dataclass(frozen=True)
class SiteRow:
    """A site in the table that stands beside the map."""

    slug: str
    name: str
    site_class: str
    district: str
    status: str
    lost: tuple[str, ...]
    links_down: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """An e-service at the head of the matrix, named in the reader's language."""

    slug: str
    name: str


@dataclass(frozen=True)
class MatrixRow:
    """A site in the matrix, one cell for each column."""

    slug: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Lost:
    """An incident as a sentence in the reader's language; ``since`` is when its first cell was lost."""

    text: str
    since: str | None
    people: int


@dataclass(frozen=True)
class Leak:
    """A site that reaches e-services it is not entitled to."""

    slug: str
    name: str
    services: tuple[str, ...]
    since: str | None


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    counts: Mapping[str, int]
    people: int
    lost: tuple[Lost, ...]
    leaks: tuple[Leak, ...]
    map: Drawing
    sites: tuple[SiteRow, ...]
    services: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]


def overview(now: Now, language: Language) -> Overview:
    """Compose the page."""
    network, down, cells, day = now.network, now.down, now.matrix.cells, now.day
    by_site: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_site.setdefault(cell.site, {})[cell.service] = cell
    statuses = {s.slug: status(s, by_site.get(s.slug, {}).values(), down, network) for s in network.sites}
    sites = sorted((s for s in network.sites if s.in_force(day)), key=lambda s: (CLASS_ORDER[s.site_class], s.name))
    services = sorted(network.services, key=lambda s: (s.criticality, s.slug))
    shown = [s for s in sites if network.vantage(s.slug) or any(c.entitled for c in by_site[s.slug].values())]
    verdicts = Counter(str(cell.verdict) for s in shown for cell in by_site[s.slug].values())
    hit = {slug for incident in now.incidents for slug in incident.sites}
    return Overview(
        counts={v: verdicts[v] for v in ("ok", "lost", "leak", "blocked", "unknown")},
        people=sum(network.site[slug].people_served for slug in hit),
        lost=tuple(_lost(incident, by_site, language) for incident in now.incidents),
        leaks=tuple(_leaks(sites, by_site)),
        map=draw(network, statuses, down, day),
        sites=tuple(_row(network, s, statuses[s.slug], by_site.get(s.slug, {}), down) for s in sites),
        services=tuple(Column(s.slug, name(s, language)) for s in services),
        rows=tuple(MatrixRow(s.slug, s.name, tuple(by_site[s.slug][c.slug] for c in services)) for s in shown),
    )


def status(site: Site, cells: Collection[Cell], down: Collection[str], network: Network) -> str:
    """One word for a site: lost, leak, down (one of its devices), infra (uses no e-service itself), ok, unknown."""
    verdicts = {str(cell.verdict) for cell in cells}
    for word in ("lost", "leak"):
        if word in verdicts:
            return word
    if any(d.site == site.slug and f"device:{d.slug}" in down for d in network.devices):
        return "down"
    if site.site_class in INFRASTRUCTURE:
        return "infra"
    return "ok" if verdicts & {"ok", "blocked"} else "unknown"


def name(service: Service, language: Language) -> str:
    """The service's name in the reader's language."""
    return service.name_pl if language is Language.PL else service.name_en


def _lost(incident: Incident, cells: Mapping[str, Mapping[str, Cell]], language: Language) -> Lost:
    since = _first(cells[site][service] for site, service in incident.cells)
    return Lost(incident.text_pl if language is Language.PL else incident.text_en, since, incident.people)


def _leaks(sites: Iterable[Site], cells: Mapping[str, Mapping[str, Cell]]) -> Iterable[Leak]:
    for site in sites:
        leaking = [cell for cell in cells.get(site.slug, {}).values() if cell.verdict == "leak"]
        if leaking:
            yield Leak(site.slug, site.name, tuple(cell.service for cell in leaking), _first(leaking))


def _first(cells: Iterable[Cell]) -> str | None:
    return min((cell.since for cell in cells if cell.since), default=None)


def _row(network: Network, site: Site, word: str, cells: Mapping[str, Cell], down: Collection[str]) -> SiteRow:
    devices = {d.slug for d in network.devices if d.site == site.slug}
    broken = (k.slug for k in network.links if f"link:{k.slug}" in down and devices & set(k.devices))
    lost = (service for service, cell in cells.items() if cell.verdict == "lost")
    return SiteRow(site.slug, site.name, site.site_class, site.district, word, tuple(lost), tuple(broken))
