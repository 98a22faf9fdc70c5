"""Reachability on a network small enough to know every answer: paths, losses, explanations, forecasts."""

from datetime import timedelta
from typing import Any

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
        "device:dns1", "site:two", "device:gw-two", "link:core-two", "link:core-dc", "device:gw-dc", "device:srv",
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


def test_an_explanation_tells_the_rule_by_its_number_in_the_list() -> None:
    network = village(rules=(denying("one", "10.50.0.12/32"),))
    cut = explain(compute(network, DAY), "one", "wbo").path[-1]
    rules = compute(network, DAY).access.zone("gw-one:lan0").outbound
    assert cut.number is not None and rules[cut.number - 1].origin == cut.rule == "rule:slip"
    step = explain(compute(network, DAY), "two", "wbo").path[2]
    assert "permits it by rule" in step.text and step.rule == "entitlement:wbo"


def test_an_explanation_names_links_of_equal_cost_and_replies_that_come_another_way() -> None:
    links = tuple(line.model_copy(update={"ospf_cost": 10}) for line in village().links)
    network = village(links=(*links, link("dc-pop", "pop", "gw-dc")))
    found = explain(compute(network, DAY), "two", "wbo")
    assert found.path[3].equal == ("link:pop-two",) and "of equal cost: over pop-two to pop" in found.path[3].text
    assert not found.ways[0].asymmetric or found.back[0].element != "link:core-dc"
    assert found.document()["families"]["6"] is None
    names = {step.element for step in found.back}
    assert names in ({"link:core-dc", "link:core-two", "site:two"}, {"link:dc-pop", "link:pop-two", "site:two"})


def refusing(*routers: str, **more: Any) -> dict[str, Any]:
    told = {"slug": "mid", "order": 1, "action": "deny", "comment": "in mid-path", "destinations": ["10.50.0.12/32"]}
    return told | {"routers": list(routers)} | more


def test_a_rule_in_mid_path_stops_what_may_come_by_it() -> None:
    stopped = compute(village(rules=(refusing("core", sites=["two"]),)), DAY)
    assert compute(village(), DAY).cells - stopped.cells == {("two", "wbo")}
    found = explain(stopped, "two", "wbo")
    assert (found.decision, found.path[-1].element) == ("rule:mid", "device:core")
    hidden = compute(village(rules=(refusing("pop", classes=["hotspot"]),)), DAY)
    assert not hidden("spot", "wbo") and hidden("one", "wbo"), "told by the uplink address, not by that of the guest"


def test_one_of_several_equal_paths_is_enough_to_stop_and_a_failure_moves_the_path() -> None:
    links = tuple(line.model_copy(update={"ospf_cost": 10}) for line in village().links)
    links = (*links, link("dc-pop", "pop", "gw-dc"))
    network = village(links=links, rules=(refusing("pop", sites=["two"]),))
    assert not compute(network, DAY)("two", "wbo"), "a flow may be put on the path by pop"
    assert compute(network, DAY, {"link:pop-two"})("two", "wbo")
    assert not compute(network, DAY, {"link:core-two"})("two", "wbo")
    assert compute(network, DAY)("two", "edms")


def test_management_and_names_pass_any_rule_in_mid_path() -> None:
    wall = refusing("core", "gw-dc", destinations=[])
    reach = compute(village(rules=(wall,)), DAY)
    assert not {cell for cell in reach.cells if cell[0] != "dc"}
    blocker = reach.blocker("one", "wbo")
    assert blocker is not None and blocker.rule == "rule:mid" and "names" not in blocker.text


def test_a_service_needs_what_it_depends_on() -> None:
    needing = (service("edms", "srv", "10.50.0.11"), service("wbo", "srv", "10.50.0.12", depends_on=("internet",)))
    network = village(services=(*needing, service("internet", "web", "203.0.113.10")))
    reach = compute(network, DAY)
    assert not reach("one", "wbo") and reach("one", "edms"), "the server LAN may not start anything towards the border"
    opened = refusing(action="permit", sites=["dc"], destinations=["203.0.113.10/32"])
    network = village(services=network.services, rules=(opened,))
    assert compute(network, DAY)("one", "wbo")
    for gone in ("service:internet", "device:web", "link:core-border"):
        found = explain(compute(network, DAY, {gone}), "one", "wbo")
        assert not found.computed and not found.dependencies[0].ok and "wbo needs internet" in found.text


def test_circles_of_dependencies_are_tolerated() -> None:
    pair = (service("edms", "srv", "10.50.0.11", depends_on=("wbo",)),
            service("wbo", "srv", "10.50.0.12", depends_on=("edms",)))  # fmt: skip
    network = village(services=pair, entitlements=village().entitlements[:2])
    assert compute(network, DAY)("one", "wbo")
    assert not compute(network, DAY, {"service:edms"})("one", "wbo")


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
