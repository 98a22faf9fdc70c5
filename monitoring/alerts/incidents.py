"""From lost cells to incidents: one per cause, naming the institutions and e-services, never forty devices."""

from collections import Counter
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

from inventory.model.network import Network
from monitoring.alerts import wording
from monitoring.cell import Cell, Verdict
from monitoring.matrix import Blamed, Matrix
from monitoring.reachability.cells import CellKey


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
    """Incidents of some cells, the one that hits most people first.

    Cells without a known element are blamed on their e-service when every entitled site that is known lost it, else
    on their site.
    """
    known = [cell for cell in cells if cell.entitled and cell.verdict in (Verdict.OK, Verdict.LOST)]
    lost = [
        ((cell.site, cell.service), cell.reason.element if cell.reason is not None else None)
        for cell in known
        if cell.verdict is Verdict.LOST
    ]
    return _grouped(lost, {cell.service for cell in known if cell.verdict is Verdict.OK}, network)


def incidents_of(matrix: Matrix, network: Network, before: Iterable[Incident] = ()) -> tuple[Incident, ...]:
    """The same of a whole matrix, looking only at cells that count as lost; ``before`` are those of the last look."""
    known = {cell: incident.cause for incident in before for cell in incident.cells}
    return _grouped(list(matrix.blamed(known)), matrix.working, network)


def _grouped(lost: Collection[Blamed], working: Container[str], network: Network) -> tuple[Incident, ...]:
    """Lost cells by what is to blame; ``working`` are the e-services that work for some entitled site."""
    counts = Counter(service for (_, service), _ in lost)
    causes: dict[str, list[CellKey]] = {}
    for (site, service), element in lost:
        dead = counts[service] > 1 and service not in working
        cause = element or (f"service:{service}" if dead else f"site:{site}")
        causes.setdefault(cause, []).append((site, service))
    found = [_incident(network, cause, cells) for cause, cells in causes.items()]
    return tuple(sorted(found, key=lambda incident: (-incident.people, incident.cause)))


def _incident(network: Network, cause: str, lost: Iterable[CellKey]) -> Incident:
    of_site: dict[str, set[str]] = {}
    for site_slug, service_slug in lost:
        of_site.setdefault(site_slug, set()).add(service_slug)
    hit = set().union(*of_site.values())
    sites = [site for site in network.sites if site.slug in of_site]
    services = [service for service in network.services if service.slug in hit]
    return Incident(
        cause=cause,
        sites=tuple(site.slug for site in sites),
        services=tuple(service.slug for service in services),
        cells=tuple((site.slug, v.slug) for site in sites for v in services if v.slug in of_site[site.slug]),
        people=sum(site.people_served for site in sites),
        text_pl=wording.polish(sites, services, cause),
        text_en=wording.english(sites, services, cause),
    )
