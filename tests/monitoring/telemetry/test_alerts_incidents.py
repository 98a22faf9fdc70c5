"""One incident per cause, in words a duty officer can act on."""

from inventory.model.network import Network
from monitoring.alerts.incidents import group
from monitoring.alerts.wording import plural_pl
from monitoring.cell import Cell, Verdict
from tests.support.some_cells import cell


def lost(site: str, service: str, element: str | None = None) -> Cell:
    return cell(site, service, Verdict.LOST, element)


DUCT = "duct-s-access"


def test_one_duct_is_one_incident(city: Network) -> None:
    links = [link for link in city.links if DUCT in link.srgs]
    cells: list[Cell] = []
    for link in links:
        site = city.device[link.devices[1]].site
        cells += [lost(site, service, f"srg:{DUCT}") for service in ("wbo", "sekap")]
    incidents = group(cells, city)
    assert [i.cause for i in incidents] == [f"srg:{DUCT}"]
    (incident,) = incidents
    assert incident.services == ("sekap", "wbo")
    assert incident.people == sum(city.site[s].people_served for s in incident.sites)
    library = city.site["biblioteka-sosnica"].name
    assert incident.text_en == f"{library} and 3 hotspots lost wbo, sekap; cause: shared-risk group {DUCT}"
    assert incident.text_pl == (
        f"{library} i 3 hotspoty: brak dostępu do wbo, sekap; przyczyna: grupa wspólnego ryzyka {DUCT}"
    )


def test_two_causes_are_two_incidents_the_worse_first(city: Network) -> None:
    few, many = sorted(city.sites, key=lambda site: site.people_served)[-2:]
    cells = [lost(few.slug, "wbo", "link:a"), lost(many.slug, "wbo", "link:b")]
    assert [i.cause for i in group(cells, city)] == ["link:b", "link:a"]


def test_a_service_lost_everywhere_without_known_cause_is_blamed(city: Network) -> None:
    sites = [site.slug for site in city.sites][:3]
    cells = [lost(site, "wbo") for site in sites] + [cell(site, "sekap", Verdict.OK) for site in sites]
    assert [i.cause for i in group(cells, city)] == ["service:wbo"]
    assert [i.cause for i in group([*cells, lost(sites[0], "sekap")], city)] == ["service:wbo", f"site:{sites[0]}"]


def test_nothing_lost_is_no_incident(city: Network) -> None:
    calm = [cell("um-zwyciestwa", "wbo", Verdict.UNKNOWN), cell("um-zwyciestwa", "edms", Verdict.BLOCKED)]
    assert group(calm, city) == ()


def test_polish_counts() -> None:
    forms = [plural_pl(n, "hotspot", "hotspoty", "hotspotów") for n in (1, 2, 4, 5, 12, 22)]
    assert forms == ["hotspot", "hotspoty", "hotspoty", "hotspotów", "hotspotów", "hotspoty"]
