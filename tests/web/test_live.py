"""An open page changes by itself within two seconds, and keeps the reader's place."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Served

UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
LOST = "#cell-biblioteka-sosnica-wbo"
CAMERA = "#cell-kamera-rynek-wbo"
ODD = frozenset({("kamera-rynek", "wbo")})

PATIENCE = 30_000
"""Milliseconds for a machine that runs many other tests."""

SOON, AT_EASE = 2.0, 0.25
"""Seconds: the promise, and how long one page may take at most for the promise to be judged here."""

pytestmark = pytest.mark.web


def test_a_change_shows_at_once_and_goes_again(page: Page, site: Served) -> None:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "on")
    expect(page.locator(CAMERA)).to_have_text("–zamknięta", timeout=PATIENCE)
    page.locator("#map-table-open").focus()
    page.evaluate("window.untouched = true")
    site.agents.see(also=ODD)
    began = time.monotonic()
    expect(page.locator(CAMERA)).to_have_text("!przeciek", timeout=PATIENCE)
    took = time.monotonic() - began
    assert took < SOON or _page_seconds(page, site) > AT_EASE, f"{took:.1f} s"
    expect(page.locator("#map-table-open")).to_be_focused()
    expect(page.locator("#live-status")).to_contain_text("Zaktualizowano")
    site.agents.see()
    expect(page.locator(CAMERA)).to_have_text("–zamknięta", timeout=PATIENCE)
    assert page.evaluate("window.untouched"), "the page was loaded anew"


def test_a_cut_site_is_told_with_its_cause(page: Page, site: Served) -> None:
    expect(page.locator("#live-status")).to_have_attribute("data-state", "on")
    site.agents.see(down=(UPLINK,))
    expect(page.locator(LOST)).to_have_text("✕utracona", timeout=PATIENCE)
    incidents = page.locator("#live-incidents")
    expect(incidents).to_contain_text("Biblioteka Sośnica")
    expect(incidents).to_contain_text("pop-sosnica-1--gw-biblioteka-sosnica")
    mark = page.locator("#mark-biblioteka-sosnica")
    expect(mark).to_have_attribute("aria-label", "Biblioteka Sośnica: utracone usługi")
    page.locator(LOST).get_by_role("link").click()
    row = page.locator("tr#wbo")
    expect(row).to_contain_text("utracona")
    expect(row).to_contain_text("awaria")
    expect(row).to_contain_text("łącze")
    expect(row).to_contain_text("IPv6 ✕ nie")
    row.locator("summary").click()
    expect(row.locator(".evidence li").first).to_contain_text("biblioteka-sosnica")
    site.agents.see()
    expect(row).to_contain_text("działa", timeout=PATIENCE)


def _page_seconds(page: Page, site: Served) -> float:
    """How long the server takes for one page now."""
    began = time.monotonic()
    page.request.get(site.url)
    return time.monotonic() - began


def test_a_cell_has_its_own_page_with_way_and_past(page: Page, site: Served) -> None:
    site.agents.see(down=(UPLINK,))
    expect(page.locator(LOST)).to_have_text("✕utracona", timeout=PATIENCE)
    page.goto(f"{site.url}/sites/biblioteka-sosnica")
    page.get_by_role("link", name="Wirtualne Biuro Obsługi").click()
    expect(page.locator("h1")).to_have_text("Wirtualne Biuro Obsługi")
    expect(page.locator("#live-now")).to_contain_text("utracona")
    expect(page.locator("#live-way")).to_contain_text("pop-sosnica-1--gw-biblioteka-sosnica")
    expect(page.locator("#live-past tbody tr").first).to_be_visible()
