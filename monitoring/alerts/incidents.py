"""From lost cells to incidents: one per cause, naming the institutions and e-services, never forty devices."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from inventory.model.network import Network
from monitoring.alerts import wording
from monitoring.cell import Cell, Verdict
from monitoring.reachability.compute import CellKey


@dataclass(frozen=True, slots=True)
class Incident:
    """Everything lost for one cause; ``cause`` is an element name. People are counted once per site."""

    cause: str
    sites: tuple[str, ...]
    services: tuple[str, ...]
    cells: tuple[CellKey, ...]
    people: int
    text_pl: str
    text_en: str


def group(cells: Iterable[Cell], network: Network) -> tuple[Incident, ...]:
    """Incidents of a matrix, the one that hits most people first.

    Cells without a known element are blamed on their e-service when every entitled site that is known lost it, else
    on their site.
    """
    known = [cell for cell in cells if cell.entitled and cell.verdict in (Verdict.OK, Verdict.LOST)]
    dead = _dead_services(known)
    causes: dict[str, set[CellKey]] = {}
    for cell in known:
        if cell.verdict is Verdict.LOST:
            unknown = f"service:{cell.service}" if cell.service in dead else f"site:{cell.site}"
            cause = cell.reason.element if cell.reason is not None else unknown
            causes.setdefault(cause, set()).add((cell.site, cell.service))
    found = [_incident(network, cause, lost) for cause, lost in causes.items()]
    return tuple(sorted(found, key=lambda incident: (-incident.people, incident.cause)))


def _dead_services(cells: Iterable[Cell]) -> frozenset[str]:
    ordered = sorted(cells, key=lambda cell: cell.service)
    by_service = {service: list(group) for service, group in groupby(ordered, key=lambda cell: cell.service)}
    return frozenset(
        s for s, group in by_service.items() if len(group) > 1 and all(c.verdict is Verdict.LOST for c in group)
    )


def _incident(network: Network, cause: str, lost: set[CellKey]) -> Incident:
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
