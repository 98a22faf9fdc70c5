"""What the equal-access page tells citizens: the index of every group in their language, and what works at a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.i18n import Language
from api.watch import Now
from api.web.overview import name
from api.web.typed import holds
from inventory.model.site import SiteClass
from monitoring.cell import Cell, Verdict
from monitoring.equality import By
from monitoring.settings import EqualitySettings

HIDDEN_CLASSES = frozenset({SiteClass.CAMERA, SiteClass.TRAFFIC_SIGNAL, SiteClass.POP, SiteClass.DATACENTRE})
"""Places no citizen goes to."""

FOUND_MOST = 20

TABLES = (By.DISTRICT, By.CLASS, By.TENANT)

WORD = {Verdict.OK: "ok", Verdict.LOST: "lost"}


@dataclass(frozen=True)
class Group:
    """A group of places: index and parts 0 to 100, null where unknown; ``words`` is one plain sentence."""

    group: str
    name: str
    suppressed: bool
    index: float | None
    parts: tuple[float | None, ...]
    gap: float | None
    sites: int | None
    people: int | None
    words: str


@dataclass(frozen=True)
class ServiceState:
    """An e-service at a place: ``state`` is ok, lost or unknown."""

    name: str
    state: str


@dataclass(frozen=True)
class Place:
    """A place somebody looked for, with the e-services due there."""

    name: str
    site_class: str
    district: str
    street: str
    services: tuple[ServiceState, ...]

    def count(self, state: str) -> int:
        """How many e-services are in a state."""
        return sum(service.state == state for service in self.services)


@dataclass(frozen=True)
class EqualAccessPage:
    """Everything on the page; ``at`` and ``since`` are RFC 3339. ``found`` is null when nothing was looked for."""

    by: str
    at: str
    since: str
    overall: Group
    groups: tuple[Group, ...]
    parts: tuple[str, ...]
    weights: tuple[float, ...]
    notes: tuple[str, ...]
    text: str
    found: tuple[Place, ...] | None
    more: int
    tables: tuple[str, ...] = tuple(map(str, TABLES))

    @property
    def suppressed(self) -> bool:
        """Whether the figures of any group are hidden."""
        return any(group.suppressed for group in self.groups)


def equal_access_page(told: Mapping[str, Any], now: Now, text: str, language: Language) -> EqualAccessPage:
    """Compose the page from the overview of the index and what is true now; ``text`` is the place looked for."""
    tongue = "pl" if language is Language.PL else "en"
    places = _places(now, text, language) if text else None
    settings = EqualitySettings()
    return EqualAccessPage(
        by=told["by"],
        at=told["at"],
        since=told["since"],
        overall=_group(told["overall"], tongue),
        groups=tuple(_group(group, tongue) for group in told["groups"]),
        parts=tuple(told[f"parts_{tongue}"].values()),
        weights=tuple(getattr(settings, f"weight_{part}") for part in told[f"parts_{tongue}"]),
        notes=tuple(told[f"notes_{tongue}"]),
        text=text,
        found=None if places is None else places[:FOUND_MOST],
        more=max(len(places or ()) - FOUND_MOST, 0),
    )


def _group(told: Mapping[str, Any], tongue: str) -> Group:
    plain = {key: told[key] for key in ("group", "name", "suppressed", "index", "gap", "sites", "people")}
    return Group(**plain, parts=tuple(told["parts"].values()), words=told[f"words_{tongue}"])


def _places(now: Now, text: str, language: Language) -> tuple[Place, ...]:
    """Places whose name, street or district holds every word of the text."""
    found = []
    for site in sorted(now.network.sites, key=lambda site: site.name):
        shown = site.site_class not in HIDDEN_CLASSES and site.in_force(now.day)
        if shown and holds(f"{site.name} {site.address.street} {site.district} {site.address.city}", text):
            found.append(site)
    return tuple(
        Place(
            site.name,
            str(site.site_class),
            site.district,
            " ".join(filter(None, (site.address.street, site.address.house_number))),
            tuple(
                ServiceState(name(service, language), WORD.get(cell.verdict, "unknown"))
                for service in now.network.services
                if (cell := _cell(now, site.slug, service.slug)).entitled
            )
            if number < FOUND_MOST
            else (),
        )
        for number, site in enumerate(found)
    )


def _cell(now: Now, site: str, service: str) -> Cell:
    return now.matrix.cell[site, service]
