"""The matrix page: what of the matrix is asked for, one page of its cells as a table, and the axes of the picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.i18n import Language
from api.watch import Now
from api.web.choices import Choices
from api.web.overview import VERDICT_BITS, name
from api.web.typed import holds
from inventory.database.revision import When, parse_when
from inventory.day import ZONE
from inventory.model.site import Site
from monitoring.cell import Cell, Verdict
from monitoring.matrix_formats import VERDICT_CODE, verdict_codes

PAGE = 50
"""Cells on one page of the table."""


@dataclass(frozen=True)
class Wish:
    """What a reader narrows the matrix to; empty means everything. ``page`` begins with 1."""

    district: str = ""
    tenant: str = ""
    site_class: str = ""
    service: str = ""
    verdict: str = ""
    text: str = ""
    as_of: str = ""
    page: int = 1

    @property
    def moment(self) -> When | None:
        """The moment asked about, null for now; an instant without an offset is meant in Poland, as forms send it."""
        try:
            typed = datetime.fromisoformat(self.as_of) if "T" in self.as_of else None
        except ValueError:
            typed = None
        if typed is not None and typed.tzinfo is None:
            return typed.replace(tzinfo=ZONE).timestamp()
        return parse_when(self.as_of) if self.as_of else None

    def fits(self, site: Site, choices: Choices) -> bool:
        """Whether a site is asked for."""
        return (
            self.district in ("", site.district)
            and self.site_class in ("", site.site_class)
            and (not self.tenant or self.tenant in choices.owners(site))
            and holds(f"{site.name} {site.slug}", self.text)
        )


@dataclass(frozen=True)
class Row:
    """A cell in words."""

    site: str
    district: str
    service: str
    cell: Cell


@dataclass(frozen=True)
class MatrixPage:
    """Everything on the page; ``count`` is the number of cells asked for, ``pages`` the number of pages they take."""

    wish: Wish
    at: float
    sites: int
    services: Mapping[str, str]
    choices: Choices
    count: int
    pages: int
    rows: tuple[Row, ...]
    verdicts: tuple[str, ...] = field(default=tuple(map(str, Verdict)))


def matrix_page(now: Now, wish: Wish, language: Language) -> MatrixPage:
    """Compose the page for a wish; a page beyond the last is the last."""
    network, choices = now.network, Choices(now.network)
    services = {service.slug: name(service, language) for service in network.services}
    places = _places(now, wish, choices)
    pages = max(-(-len(places) // PAGE), 1)
    number = min(wish.page, pages)
    shown = places[(number - 1) * PAGE : number * PAGE]
    return MatrixPage(
        wish=Wish(**(vars(wish) | {"page": number})),
        at=now.matrix.at,
        sites=len(now.matrix.sites),
        services=services,
        choices=choices,
        count=len(places),
        pages=pages,
        rows=tuple(_rows(now, shown, services)),
    )


def _places(now: Now, wish: Wish, choices: Choices) -> NDArray[np.int64]:
    """Where the cells asked for are in the matrix, counted row by row."""
    site_of, width = now.network.site, len(now.matrix.services)
    rows = [i for i, slug in enumerate(now.matrix.sites) if wish.fits(site_of[slug], choices)]
    columns = [i for i, slug in enumerate(now.matrix.services) if wish.service in ("", slug)]
    places: NDArray[np.int64] = (np.array(rows, np.int64)[:, None] * width + np.array(columns, np.int64)).ravel()
    if wish.verdict in set(Verdict):
        codes = verdict_codes(now.matrix).ravel()[places] & VERDICT_BITS
        places = places[codes == VERDICT_CODE[Verdict(wish.verdict)]]
    return places


def _rows(now: Now, places: NDArray[np.int64], services: Mapping[str, str]) -> Iterator[Row]:
    for place in places.tolist():
        row, column = divmod(place, len(now.matrix.services))
        site, service = now.network.site[now.matrix.sites[row]], now.matrix.services[column]
        yield Row(site.name, site.district, services[service], now.matrix.cell[site.slug, service])


def axes(now: Now, language: Language) -> dict[str, Any]:
    """What rows and columns of the picture are, in the order of the octets: slugs, names, and what filters look at.

    ``district``, ``class`` and ``owners`` of each site are places in the lists of :class:`Choices`.
    """
    network, choices = now.network, Choices(now.network)
    sites = [network.site[slug] for slug in now.matrix.sites]
    district = {text: i for i, text in enumerate(choices.districts)}
    kind = {text: i for i, text in enumerate(choices.classes)}
    owner = {slug: i for i, slug in enumerate(choices.tenants)}
    return {
        "sites": now.matrix.sites,
        "names": [site.name for site in sites],
        "district": [district[site.district] for site in sites],
        "class": [kind[site.site_class] for site in sites],
        "owners": [[owner[slug] for slug in choices.owners(site)] for site in sites],
        "districts": choices.districts,
        "classes": choices.classes,
        "tenants": list(choices.tenants),
        "services": now.matrix.services,
        "service_names": [name(network.service[slug], language) for slug in now.matrix.services],
    }
