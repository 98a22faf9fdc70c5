"""One incident per cause, in words a duty officer can act on."""

from dataclasses import dataclass

from inventory.model.network import Network
from monitoring.alerts.incidents import group
from monitoring.alerts.wording import plural_pl


@dataclass(frozen=True)
class Blame:
    element: str | None


@dataclass(frozen=True)
class Lost:
    site: str
    service: str
    element: str | None = None
    verdict: str = "lost"
    entitled: bool = True

    @property
    def reason(self) -> Blame | None:
        return Blame(self.element) if self.element else None


DUCT = "duct-s-access"


def test_one_duct_is_one_incident(city: Network) -> None:
    links = [link for link in city.links if DUCT in link.srgs]
    cells = []
    for link in links:
        site = city.device[link.devices[1]].site
        cells += [Lost(site, service, f"link:{link.slug}") for service in ("wbo", "sekap")]
    incidents = group(cells, city, {f"link:{link.slug}" for link in links})
    assert [i.cause for i in incidents] == [f"srg:{DUCT}"]
    (incident,) = incidents
    assert incident.services == ("sekap", "wbo")
    assert incident.people == sum(city.site[s].people_served for s in incident.sites)
    library = city.site["biblioteka-sosnica"].name
    assert incident.text_en == f"{library} and 3 hotspots lost sekap, wbo; cause: shared-risk group {DUCT}"
    assert incident.text_pl == (
        f"{library} i 3 hotspoty: brak dostępu do sekap, wbo; przyczyna: grupa wspólnego ryzyka {DUCT}"
    )


def test_part_of_a_duct_is_its_links(city: Network) -> None:
    links = [link for link in city.links if DUCT in link.srgs][:1]
    cells = [Lost(city.device[link.devices[1]].site, "wbo", f"link:{link.slug}") for link in links]
    assert [i.cause for i in group(cells, city, {f"link:{link.slug}" for link in links})] == [f"link:{links[0].slug}"]


def test_two_causes_are_two_incidents_the_worse_first(city: Network) -> None:
    few, many = sorted(city.sites, key=lambda site: site.people_served)[-2:]
    cells = [Lost(few.slug, "wbo", "link:a"), Lost(many.slug, "wbo", "link:b")]
    assert [i.cause for i in group(cells, city)] == ["link:b", "link:a"]


def test_a_service_lost_everywhere_without_known_cause_is_blamed(city: Network) -> None:
    sites = [site.slug for site in city.sites][:3]
    cells = [Lost(site, "wbo") for site in sites] + [Lost(site, "sekap", verdict="ok") for site in sites]
    assert [i.cause for i in group(cells, city)] == ["service:wbo"]
    assert [i.cause for i in group([*cells, Lost(sites[0], "sekap")], city)] == ["service:wbo", f"site:{sites[0]}"]


def test_nothing_lost_is_no_incident(city: Network) -> None:
    calm = [Lost("um-zwyciestwa", "wbo", verdict="unknown"), Lost("um-zwyciestwa", "edms", verdict="blocked")]
    assert group(calm, city) == ()


def test_polish_counts() -> None:
    forms = [plural_pl(n, "hotspot", "hotspoty", "hotspotów") for n in (1, 2, 4, 5, 12, 22)]
    assert forms == ["hotspot", "hotspoty", "hotspoty", "hotspotów", "hotspotów", "hotspoty"]
