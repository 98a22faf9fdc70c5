"""The matrix as a picture and a table: the same cells, found by filters, mouse and keyboard, at any size."""

import json

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Served

UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
ODD = frozenset({("kamera-rynek", "wbo")})
PATIENCE = 30_000
SITES, SERVICES = 10_000, 200

pytestmark = pytest.mark.web


def _opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#matrix")).to_have_attribute("data-ready", "1", timeout=PATIENCE)


def test_the_picture_has_every_cell_and_the_table_the_same(page: Page, site: Served) -> None:
    _opened(page, f"{site.url}/matrix")
    network = site.house.context.inventory.network()
    cells = len(network.sites) * len(network.services)
    expect(page.locator("#matrix")).to_have_attribute("data-cells", str(cells))
    expect(page.locator("#live-cells")).to_contain_text(f"{cells} pól")
    page.get_by_label("Wynik").select_option("blocked")
    page.get_by_label("Nazwa miejsca").fill("kamera")
    expect(page.locator("#matrix-count")).to_contain_text("1 miejsc")
    expect(page.locator("#live-cells tbody tr")).to_have_count(len(network.services))
    assert "q=kamera" in page.url


def test_the_keyboard_reads_the_picture_and_the_reason(page: Page, site: Served) -> None:
    site.agents.see(down=(UPLINK,))
    _opened(page, f"{site.url}/matrix?q=biblioteka&service=wbo")
    expect(page.locator("#live-cells")).to_contain_text("utracona", timeout=PATIENCE)
    page.locator("#further").focus()
    page.keyboard.press("Tab")
    said = page.locator("#matrix-said")
    expect(said).to_contain_text("Biblioteka Sośnica, Wirtualne Biuro Obsługi: ✕ utracona (uprawnienie jest)")
    expect(said).to_contain_text(f"awaria: {UPLINK}", timeout=PATIENCE)
    expect(page.locator("#matrix-tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#matrix-tip")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/sites/biblioteka-sosnica/services/wbo")


def test_the_picture_changes_by_itself(page: Page, site: Served) -> None:
    _opened(page, f"{site.url}/matrix?q=kamera")
    page.locator("#matrix-scroll").press("End")
    said = page.locator("#matrix-said")
    expect(said).to_contain_text("Kamera Rynek, Wirtualne Biuro Obsługi: – zamknięta")
    site.agents.see(also=ODD)
    expect(page.locator("#live-cells")).to_contain_text("przeciek", timeout=PATIENCE)
    page.locator("#matrix-scroll").press("End")
    expect(said).to_contain_text("! przeciek", timeout=PATIENCE)


def test_ten_thousand_sites_are_painted_and_one_loss_among_them_is_seen(page: Page, site: Served) -> None:
    codes = np.full((SITES, SERVICES), 1 | 8, np.uint8)
    codes[7_777, 133] = 2 | 8
    octets = (codes[:, 0::2] | codes[:, 1::2] << 4).tobytes()
    page.route("**/matrix/axes.json*", lambda route: route.fulfill(body=json.dumps(_axes()), content_type="text/json"))
    page.route("**/reachability?plane=verdict*", lambda route: route.fulfill(body=octets))
    _opened(page, f"{site.url}/matrix")
    expect(page.locator("#matrix")).to_have_attribute("data-cells", str(SITES * SERVICES))
    assert page.evaluate("performance.getEntriesByName('matrix-painted').length") == 1
    assert page.evaluate(REDS) > 0
    page.get_by_label("Wynik").select_option("lost")
    expect(page.locator("#matrix-count")).to_contain_text(f"1 miejsc × {SERVICES}")


REDS = """() => {
    const canvas = document.getElementById("matrix");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let found = 0;
    for (let at = 0; at < pixels.length; at += 4) found += pixels[at] === 168 && pixels[at + 1] === 27;
    return found;
}"""
"""Counts pixels in the colour of a loss."""


def _axes() -> dict[str, object]:
    numbers = range(SITES)
    return {
        "sites": [f"site-{n}" for n in numbers],
        "names": [f"Szkoła {n}" for n in numbers],
        "district": [n % 20 for n in numbers],
        "class": [0] * SITES,
        "owners": [[0]] * SITES,
        "districts": [f"d{n}" for n in range(20)],
        "classes": ["school"],
        "tenants": ["gliwice"],
        "services": [f"service-{n}" for n in range(SERVICES)],
        "service_names": [f"Usługa {n}" for n in range(SERVICES)],
    }
