"""What the overview shows: counts, incidents, the map and the matrix, from one matrix and one inventory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from api.i18n import Language
from api.watch import Now
from api.web.map import IMPORTANCE, INFRASTRUCTURE, Drawing, draw
from inventory.model.service import Service
from inventory.model.site import Site, SiteClass
from monitoring.alerts.incidents import Incident
from monitoring.cell import Cell, Verdict
from monitoring.matrix import Matrix
from monitoring.matrix_formats import ENTITLED, VERDICT_CODE, verdict_codes
from monitoring.sightings import Codes

MOST_CELLS, MOST_SITES, MOST_MARKS = 6_000, 200, 150
"""Cells in the table of this page, sites listed and drawn: of a larger network the rest is on the matrix page."""

VERDICT_BITS = np.uint8(7)

TROUBLED = ("lost", "down", "leak")

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
    """Everything on the page; ``places`` counts the sites, ``whole`` is false when not all of them are listed."""

    counts: Mapping[str, int]
    people: int
    places: int
    whole: bool
    lost: tuple[Lost, ...]
    leaks: tuple[Leak, ...]
    map: Drawing
    sites: tuple[SiteRow, ...]
    services: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]


def overview(now: Now, language: Language) -> Overview:
    """Compose the page."""
    network, day, matrix = now.network, now.day, now.matrix
    place, codes = matrix.axes.site_at, verdict_codes(matrix)
    statuses = _statuses(now, codes & VERDICT_BITS)
    sites = sorted((s for s in network.sites if s.in_force(day)), key=lambda s: (CLASS_ORDER[s.site_class], s.name))
    services = sorted(network.services, key=lambda s: (s.criticality, s.slug))
    entitled = (codes >= ENTITLED).any(axis=1)
    shown = [s for s in sites if s.slug in matrix.vantages or entitled[place[s.slug]]]
    whole = len(shown) * len(services) <= MOST_CELLS
    listed = sites if whole else [s for s in sites if statuses[s.slug] in TROUBLED][:MOST_SITES]
    drawn = sites if whole else _drawn(sites, statuses)
    found = np.bincount((codes & VERDICT_BITS)[[place[s.slug] for s in shown]].ravel(), minlength=len(VERDICT_CODE))
    hit = {slug for incident in now.incidents for slug in incident.sites}
    return Overview(
        counts={str(verdict): int(found[code]) for verdict, code in VERDICT_CODE.items()},
        people=sum(network.site[slug].people_served for slug in hit),
        places=len(sites),
        whole=whole,
        lost=tuple(_lost(incident, matrix, language) for incident in now.incidents),
        leaks=tuple(_leaks(now)),
        map=draw(network, drawn, statuses, now.down, day),
        sites=tuple(_row(now, s, statuses[s.slug]) for s in listed),
        services=tuple(Column(s.slug, name(s, language)) for s in services),
        rows=tuple(
            MatrixRow(s.slug, s.name, tuple(matrix.cell[s.slug, c.slug] for c in services))
            for s in (shown if whole else ())
        ),
    )


def _statuses(now: Now, verdicts: Codes) -> dict[str, str]:
    """One word for each site: lost, leak, down (one of its devices), infra (uses no e-service itself), ok, unknown."""
    lost, leak, ok, blocked = (
        (verdicts == VERDICT_CODE[verdict]).any(axis=1).tolist()
        for verdict in (Verdict.LOST, Verdict.LEAK, Verdict.OK, Verdict.BLOCKED)
    )
    dark = {d.site for d in now.network.devices if f"device:{d.slug}" in now.down}
    words = {}
    for row, slug in enumerate(now.matrix.sites):
        infra = now.network.site[slug].site_class in INFRASTRUCTURE
        known = (lost[row], "lost"), (leak[row], "leak"), (slug in dark, "down"), (infra, "infra")
        words[slug] = next((word for true, word in known if true), "ok" if ok[row] or blocked[row] else "unknown")
    return words


def _drawn(sites: Sequence[Site], statuses: Mapping[str, str]) -> list[Site]:
    """What the map of a large network shows: places in trouble, then nodes, as many as it has room for."""
    ranked = sorted(sites, key=lambda s: IMPORTANCE[statuses[s.slug]])
    return [s for s in ranked[:MOST_MARKS] if statuses[s.slug] in (*TROUBLED, "infra")]


def name(service: Service, language: Language) -> str:
    """The service's name in the reader's language."""
    return service.name_pl if language is Language.PL else service.name_en


def _lost(incident: Incident, matrix: Matrix, language: Language) -> Lost:
    since = _first(matrix.cell[key] for key in islice(incident.cells, MOST_CELLS))
    return Lost(incident.text_pl if language is Language.PL else incident.text_en, since, incident.people)


def _leaks(now: Now) -> Iterable[Leak]:
    leaking: dict[str, list[Cell]] = {}
    for cell in now.matrix.having(Verdict.LEAK)[:MOST_CELLS]:
        leaking.setdefault(cell.site, []).append(cell)
    for slug, cells in leaking.items():
        yield Leak(slug, now.network.site[slug].name, tuple(cell.service for cell in cells), _first(cells))


def _first(cells: Iterable[Cell]) -> str | None:
    return min((cell.since for cell in cells if cell.since), default=None)


def _row(now: Now, site: Site, word: str) -> SiteRow:
    network = now.network
    links = dict.fromkeys(k.slug for d in network.devices_of[site.slug] for k in network.links_of[d.slug])
    broken = tuple(slug for slug in links if f"link:{slug}" in now.down)
    lost = tuple(cell.service for cell in now.matrix.at_site(site.slug) if cell.verdict is Verdict.LOST)
    return SiteRow(site.slug, site.name, site.site_class, site.district, word, lost, broken)
