"""From lost cells to incidents: one per cause, naming the institutions and e-services, never forty devices."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from inventory.model.network import Network
from monitoring.alerts import wording


class Reason(Protocol):
    """Why a cell is as it is."""

    @property
    def element(self) -> str | None:
        """The element to blame."""
        ...


class Cell(Protocol):
    """What incidents need of a cell of the matrix."""

    @property
    def site(self) -> str:
        """Slug of the site."""
        ...

    @property
    def service(self) -> str:
        """Slug of the e-service."""
        ...

    @property
    def entitled(self) -> bool:
        """Whether the site may use it."""
        ...

    @property
    def verdict(self) -> str:
        """ok, lost, leak, blocked or unknown."""
        ...

    @property
    def reason(self) -> Reason | None:
        """Why."""
        ...


@dataclass(frozen=True, slots=True)
class Incident:
    """Everything lost for one cause; ``cause`` is an element name. People are counted once per site."""

    cause: str
    sites: tuple[str, ...]
    services: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    people: int
    text_pl: str
    text_en: str


def group(cells: Iterable[Cell], network: Network, down: Collection[str] = ()) -> tuple[Incident, ...]:
    """Incidents of a matrix, the one that hits most people first. ``down`` names elements known to be down.

    Links of one shared-risk group that are all down are one cause, the group. Cells without a known element are
    blamed on their e-service when every entitled site that is known lost it, else on their site.
    """
    known = [cell for cell in cells if cell.verdict in ("ok", "lost") and cell.entitled]
    shared = _shared_risk(network, down)
    dead = _dead_services(known)
    causes: dict[str, set[tuple[str, str]]] = {}
    for cell in known:
        if cell.verdict == "lost":
            element = cell.reason.element if cell.reason is not None else None
            blamed = element or (f"service:{cell.service}" if cell.service in dead else f"site:{cell.site}")
            causes.setdefault(shared.get(blamed, blamed), set()).add((cell.site, cell.service))
    found = [_incident(network, cause, lost) for cause, lost in causes.items()]
    return tuple(sorted(found, key=lambda incident: (-incident.people, incident.cause)))


def _shared_risk(network: Network, down: Collection[str]) -> Mapping[str, str]:
    """For links whose whole risk group (two or more links) is down: the group, the largest first."""
    found: dict[str, str] = {}
    members = {
        srg.slug: [f"link:{link.slug}" for link in network.links if srg.slug in link.srgs] for srg in network.srgs
    }
    for slug, links in sorted(members.items(), key=lambda item: -len(item[1])):
        if len(links) > 1 and all(link in down for link in links):
            for link in links:
                found.setdefault(link, f"srg:{slug}")
    return found


def _dead_services(cells: Iterable[Cell]) -> frozenset[str]:
    ordered = sorted(cells, key=lambda cell: cell.service)
    by_service = {service: list(group) for service, group in groupby(ordered, key=lambda cell: cell.service)}
    return frozenset(s for s, group in by_service.items() if len(group) > 1 and all(c.verdict == "lost" for c in group))


def _incident(network: Network, cause: str, lost: set[tuple[str, str]]) -> Incident:
    sites = [site for site in network.sites if any(site.slug == s for s, _ in lost)]
    services = [service for service in network.services if any(service.slug == s for _, s in lost)]
    order = tuple(
        (site.slug, service.slug) for site in sites for service in services if (site.slug, service.slug) in lost
    )
    return Incident(
        cause=cause,
        sites=tuple(site.slug for site in sites),
        services=tuple(service.slug for service in services),
        cells=order,
        people=sum(site.people_served for site in sites),
        text_pl=wording.polish(sites, services, cause),
        text_en=wording.english(sites, services, cause),
    )
