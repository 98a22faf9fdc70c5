"""The loss atlas: the map, the panel and the table say what the computation of losses says."""

import pytest
from playwright.sync_api import Page, expect

from api.sweeping import Losses
from inventory.day import day_at
from monitoring.reachability.loss import loss
from tests.support.server import Served

UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
DUCT = "srg:duct-s-access"

pytestmark = pytest.mark.web


def _people(number: int) -> str:
    """A number as Polish pages write it."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") if number > 9_999 else f"{number}"


def test_a_link_on_the_map_tells_who_loses_what(page: Page, site: Served) -> None:
    found = loss(site.house.context.inventory.network(), UPLINK, day_at())
    page.goto(f"{site.url}/atlas")
    page.evaluate("window.untouched = true")
    strand = page.locator("#strand-pop-sosnica-1--gw-biblioteka-sosnica")
    strand.focus()
    page.keyboard.press("Enter")
    said = page.locator("#live-said")
    expect(said).to_contain_text(f"{_people(found.people)} osób")
    expect(said).to_contain_text(f"{len(found.services)} e-usług")
    expect(page.locator("#live-panel tbody tr")).to_have_count(len(found.sites))
    expect(page.locator("#spot-biblioteka-sosnica")).to_have_attribute(
        "aria-label", "Biblioteka Sośnica: traci 8 e-usług"
    )
    expect(page.locator("#strand-pop-sosnica-1--gw-biblioteka-sosnica")).to_be_focused()
    assert UPLINK in page.url.replace("%3A", ":")
    page.go_back()
    expect(said).to_contain_text("Nic nie wybrano")
    assert page.evaluate("window.untouched"), "the page was loaded anew"


def test_a_second_failure_takes_more(page: Page, site: Served) -> None:
    page.goto(f"{site.url}/atlas?element={UPLINK}")
    page.locator("#live-panel input[name=and]").fill("device:gw-dc")
    page.keyboard.press("Enter")
    expect(page.locator("#live-said")).to_contain_text("Przez samo pierwsze: 5200 osób")
    sites = len(loss(site.house.context.inventory.network(), "device:gw-dc", day_at()).sites)
    expect(page.locator("#live-panel tbody tr")).to_have_count(sites)


def test_stored_pairs_are_offered_as_second_failures(page: Page, site: Served) -> None:
    losses = Losses(site.house.context, None)
    losses.store(with_pairs=True)
    pair = next(pair for pair in losses.pairs() if pair.alone == 0)
    page.goto(f"{site.url}/atlas?element={pair.one}")
    page.locator("#live-panel li a", has_text=pair.other.partition(":")[2]).last.click()
    expect(page.locator("#live-said")).to_contain_text("Przez samo pierwsze: 0 osób")
    expect(page.locator("#live-panel tbody tr")).to_have_count(pair.sites)


def test_the_table_is_sorted_by_people_and_filtered_by_kind(page: Page, site: Served) -> None:
    page.goto(f"{site.url}/atlas")
    page.get_by_label("Rodzaj").select_option("srg")
    page.locator("#tolls button").click()
    expect(page.locator("#live-tolls tbody td:first-child").first).to_have_text("wspólne ryzyko")
    kinds = set(page.locator("#live-tolls tbody td:first-child").all_inner_texts())
    assert kinds == {"wspólne ryzyko"}
    people = [
        int("".join(filter(str.isdigit, t))) for t in page.locator("#live-tolls td:nth-child(3)").all_inner_texts()
    ]
    assert people == sorted(people, reverse=True) and len(people) > 1


def test_what_is_no_element_is_said(page: Page, site: Served) -> None:
    answer = page.request.get(f"{site.url}/atlas?element=link:nowhere", headers={"Accept": "text/html"})
    assert answer.status == 404
