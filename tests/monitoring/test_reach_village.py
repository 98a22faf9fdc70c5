"""Reachability on a network small enough to know every answer: paths, losses, explanations, forecasts."""

from datetime import timedelta

import pytest

from inventory.errors import UnknownObject
from inventory.model.network import Network
from monitoring.reachability import compute, explain, forecast, loss
from tests.support.small_network import DAY, denying, link, service, village

SCHOOLS = {(s, v) for s in ("one", "two") for v in ("edms", "wbo", "internet")}
SPOT = {("spot", "wbo"), ("spot", "internet")}
DC = {("dc", "edms"), ("dc", "wbo")}
"""Its first own LAN is that of the servers: no filter lies between."""


def test_with_everything_up_what_is_entitled_works() -> None:
    assert compute(village(), DAY).cells == SCHOOLS | SPOT | DC


@pytest.mark.parametrize(
    ("down", "lost"),
    [
        ({"link:pop-one"}, {c for c in SCHOOLS if c[0] == "one"}),
        ({"link:core-two"}, set()),
        ({"srg:duct"}, {c for c in SCHOOLS if c[0] == "two"}),
        ({"device:pop"}, {c for c in SCHOOLS if c[0] == "one"} | SPOT),
        ({"service:wbo"}, {c for c in SCHOOLS | SPOT | DC if c[1] == "wbo"}),
        ({"device:dns1"}, SCHOOLS | SPOT | DC),
        ({"device:border"}, {c for c in SCHOOLS | SPOT if c[1] == "internet"}),
        ({"site:dc"}, SCHOOLS | SPOT | DC),
        ({"link:not-there"}, set()),
    ],
)
def test_what_each_element_takes_away(down: set[str], lost: set[tuple[str, str]]) -> None:
    network = village()
    assert compute(network, DAY).cells - compute(network, DAY, down).cells == lost


def test_people_are_counted_once_and_entitled_cells_only() -> None:
    found = loss(village(), "device:pop", DAY)
    assert (found.sites, found.people, len(found.cells)) == (("one", "spot"), 150, 5)
    assert found.document()["cells"][0] == {"site": "one", "service": "edms"}
    assert loss(village(), "link:core-two", DAY).cells == ()


@pytest.mark.parametrize("element", ["link:nothing", "pop", "vlan:7"])
def test_unknown_elements_are_refused(element: str) -> None:
    with pytest.raises(UnknownObject):
        loss(village(), element, DAY)


def test_a_service_that_has_ended_is_off() -> None:
    ended = service("wbo", "srv", "10.50.0.12", valid_to=DAY - timedelta(days=1))
    network = village(services=(ended,))
    assert not compute(network, DAY)("one", "wbo")
    assert "outside its dates" in explain(compute(network, DAY), "one", "wbo").text


def test_an_explanation_walks_the_cheapest_path_and_back() -> None:
    found = explain(compute(village(), DAY), "two", "wbo")
    assert [step.element for step in found.path] == [
        "device:dns1", "site:two", "device:gw-two", "link:core-two", "link:core-dc", "device:srv",
    ]  # fmt: skip
    assert [step.element for step in found.back] == ["link:core-dc", "link:core-two", "site:two"]
    assert found.decision == "entitlement:wbo"
    around = explain(compute(village(), DAY, {"link:core-two"}), "two", "wbo")
    assert [step.element for step in around.path][3:6] == ["link:pop-two", "link:core-pop", "link:core-dc"]
    assert "cost 40" in around.path[5].text


def test_an_explanation_names_what_blocks() -> None:
    rule = denying("one", "10.50.0.12/32")
    network = village(rules=(rule,))
    assert explain(compute(network, DAY), "one", "wbo").decision == "rule:slip"
    assert explain(compute(network, DAY), "spot", "edms").decision == "not-entitled:edms"
    cut = explain(compute(network, DAY, {"link:pop-one"}), "one", "edms")
    assert (cut.decision, cut.computed, cut.path[-1].ok) == ("link:pop-one", False, False)
    assert "return" in cut.document()


def test_parallel_links_of_equal_cost_are_told_apart_by_name() -> None:
    base = village()
    network = village(links=(*base.links, link("also-one", "pop", "gw-one")))
    assert explain(compute(network, DAY), "one", "wbo").path[3].element == "link:also-one"
    assert loss(network, "link:pop-one", DAY).cells == ()


def test_hotspot_users_go_by_the_address_of_the_uplink() -> None:
    found = explain(compute(village(), DAY), "spot", "wbo")
    assert "NAT" in found.path[1].text
    assert "uplink address" in found.back[-1].text


def test_a_forecast_tells_what_a_wrong_rule_takes_away() -> None:
    rule = denying("one", "10.50.0.12/32")
    found = forecast(village(), village(rules=(rule,)), DAY)
    assert (set(found.lost), set(found.gained)) == ({("one", "wbo")}, set())
    assert {site for site, _ in found.blast} == {"one"}
    first = forecast(None, village(), DAY)
    assert first.gained == compute(village(), DAY).cells


def test_every_entitled_cell_of_the_city_is_designed(city: Network) -> None:
    reach = compute(city, DAY)
    missing = reach.access.entitled - reach.cells
    assert not missing, [explain(reach, *cell).text for cell in missing]
    assert not reach.cells - reach.access.entitled, "nothing works that nobody is entitled to"


def test_dual_homed_sites_of_the_city_lose_nothing_by_one_uplink(city: Network) -> None:
    for device in city.devices:
        links = city.uplinks(device.slug)
        for line in links:
            found = loss(city, f"link:{line.slug}", DAY)
            assert set(found.sites) <= {device.site}
            assert len(links) == 1 or not found.cells
