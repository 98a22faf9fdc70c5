"""The sentence of an incident, Polish and English: institutions by name, hotspots and technical places by count.

Institutions with most people and the most critical e-services come first."""

from collections.abc import Sequence

from inventory.model.service import Service
from inventory.model.site import Site, SiteClass

NAMED_SITES, NAMED_SERVICES = 4, 5
_KINDS_PL = {
    "link": "łącze",
    "device": "urządzenie",
    "srg": "grupa wspólnego ryzyka",
    "service": "e-usługa",
    "site": "lokalizacja, przyczyna nieznana",
}
_KINDS_EN = {
    "link": "link",
    "device": "device",
    "srg": "shared-risk group",
    "service": "e-service",
    "site": "site, cause unknown",
}


def polish(sites: Sequence[Site], services: Sequence[Service], cause: str) -> str:
    """For example: ``Biblioteka Sośnica i 3 hotspoty: brak dostępu do wbo, sekap; przyczyna: łącze x``."""
    names, hotspots, more = _sites(sites)
    if hotspots:
        names.append(f"{hotspots} {plural_pl(hotspots, 'hotspot', 'hotspoty', 'hotspotów')}")
    if more:
        names.append(f"{more} {plural_pl(more, 'inna instytucja', 'inne instytucje', 'innych instytucji')}")
    count = f"{len(services)} {plural_pl(len(services), 'e-usługi', 'e-usług', 'e-usług')}"
    what = _services(services, count)
    return f"{_joined(names, 'i')}: brak dostępu do {what}; przyczyna: {_cause(cause, _KINDS_PL)}"


def english(sites: Sequence[Site], services: Sequence[Service], cause: str) -> str:
    """For example: ``Biblioteka Sośnica and 3 hotspots lost wbo, sekap; cause: link x``."""
    names, hotspots, more = _sites(sites)
    if hotspots:
        names.append(f"{hotspots} hotspot{'s' if hotspots > 1 else ''}")
    if more:
        names.append(f"{more} other institution{'s' if more > 1 else ''}")
    what = _services(services, f"{len(services)} e-services")
    return f"{_joined(names, 'and')} lost {what}; cause: {_cause(cause, _KINDS_EN)}"


def plural_pl(count: int, one: str, few: str, many: str) -> str:
    """The Polish form of a noun after a number."""
    if count == 1:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many


def _sites(sites: Sequence[Site]) -> tuple[list[str], int, int]:
    """Names of the institutions with most people, the number of hotspots, the number of institutions left out."""
    hotspots = sum(site.site_class is SiteClass.HOTSPOT for site in sites)
    institutions = [site for site in sites if site.site_class is not SiteClass.HOTSPOT]
    institutions.sort(key=lambda site: -site.people_served)
    return [site.name for site in institutions[:NAMED_SITES]], hotspots, len(institutions[NAMED_SITES:])


def _services(services: Sequence[Service], count: str) -> str:
    weighty = sorted(services, key=lambda service: service.criticality)
    slugs = ", ".join(service.slug for service in weighty[:NAMED_SERVICES])
    return slugs if len(services) <= NAMED_SERVICES else f"{count} ({slugs}…)"


def _joined(names: Sequence[str], conjunction: str) -> str:
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}" if len(names) > 1 else "".join(names)


def _cause(cause: str, kinds: dict[str, str]) -> str:
    kind, _, slug = cause.partition(":")
    return f"{kinds.get(kind, kind)} {slug}"
