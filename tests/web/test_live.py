"""An open page changes by itself within two seconds, and keeps the reader's place."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Served

UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
LOST = "#cell-biblioteka-sosnica-wbo"
SOON = 4000
"""Milliseconds: the two seconds of the contract, and as much again for a machine that runs other tests."""

pytestmark = pytest.mark.web


def test_a_loss_shows_at_once_with_its_cause_and_heals(page: Page, site: Served) -> None:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "on")
    expect(page.locator(LOST)).to_have_attribute("data-verdict", "ok")
    page.locator("#map-table-open").focus()
    page.evaluate("window.untouched = true")
    site.house.observe(also=frozenset({("kamera-rynek", "wbo")}))
    expect(page.locator("#cell-kamera-rynek-wbo")).to_have_text("!przeciek", timeout=SOON)
    expect(page.locator("#map-table-open")).to_be_focused()
    expect(page.locator("#live-status")).to_contain_text("Zaktualizowano")
    site.house.observe()
    expect(page.locator("#cell-kamera-rynek-wbo")).to_have_text("–zamknięta", timeout=SOON)
    assert page.evaluate("window.untouched"), "the page was loaded anew"


def test_a_cut_site_is_told_with_its_cause(page: Page, site: Served) -> None:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "on")
    silence(site)
    expect(page.locator(LOST)).to_have_text("✕utracona", timeout=SOON)
    incidents = page.locator("#live-incidents")
    expect(incidents).to_contain_text("Biblioteka Sośnica")
    expect(incidents).to_contain_text("pop-sosnica-1--gw-biblioteka-sosnica")
    expect(page.locator("#mark-biblioteka-sosnica")).to_have_attribute(
        "aria-label", "Biblioteka Sośnica: utracone usługi"
    )
    page.locator(LOST).get_by_role("link").click()
    row = page.locator("tr#wbo")
    expect(row).to_contain_text("utracona")
    expect(row).to_contain_text("awaria")
    expect(row).to_contain_text("łącze")
    site.house.observe()
    expect(row).to_contain_text("działa", timeout=SOON)


def silence(site: Served) -> None:
    """Cut the library off and let its last results grow old."""
    time.sleep(6.2)
    site.house.observe(down=[UPLINK])
