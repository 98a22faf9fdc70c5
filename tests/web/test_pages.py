"""The pages in a real browser: logging in, two languages, every picture also as a table, keyboard, accessibility."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from api.roles import Role
from tests.support.accessible import violations
from tests.support.server import Served

PAGES = (
    ("/", "pl"),
    ("/", "en"),
    ("/sites/biblioteka-sosnica", "pl"),
    ("/sites/pop-trynek", "en"),
    ("/devices/core1", "pl"),
    ("/devices/core1", "en"),
    ("/sites/biblioteka-sosnica/services/wbo", "pl"),
    ("/matrix?verdict=ok", "pl"),
    ("/atlas?element=srg:duct-s-access", "en"),
)

MAP_AND_TABLE = """() => [
    [...document.querySelectorAll("#live-map svg[role=group] > a")].map((mark) => mark.getAttribute("aria-label")),
    [...document.querySelectorAll("#map-table tbody tr")].map(
        (row) => `${row.querySelector("th").innerText}: ${row.querySelectorAll("td")[2].innerText}`),
]"""
"""Both read at one moment: the page changes by itself."""

pytestmark = pytest.mark.web


def test_a_stranger_is_asked_for_a_token(visitor: BrowserContext, site: Served) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/sites/rynek")
    expect(page).to_have_url(f"{site.url}/login?next=/sites/rynek")
    expect(page.locator("#token")).to_be_focused()
    page.fill("#token", "sn_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nieważny")
    assert violations(page) == []
    page.fill("#token", site.house.tokens[Role.VIEWER])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/sites/rynek")
    session = next(c for c in visitor.cookies() if c["name"] == "silesianet_session")
    assert (session["httpOnly"], session["sameSite"]) == (True, "Strict")
    page.get_by_role("button", name="Wyloguj").click()
    page.goto(f"{site.url}/")
    expect(page).to_have_url(re.compile("/login"))


def test_nobody_is_sent_elsewhere_after_logging_in(visitor: BrowserContext, site: Served) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/login?next=//example.org/")
    page.fill("#token", site.house.tokens[Role.VIEWER])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/")


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_every_page_is_accessible(page: Page, site: Served, path: str, language: str) -> None:
    page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    for details in page.locator("summary").all():
        details.click()
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/", "/sites/biblioteka-sosnica", "/matrix", "/atlas"])
def test_a_page_fits_a_phone(page: Page, site: Served, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []


def test_the_language_is_remembered(page: Page, site: Served) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Kto może korzystać z której e-usługi")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who can use which e-service")
    page.goto(f"{site.url}/sites/rynek")
    expect(page.get_by_text("E-services at this site")).to_be_visible()


def test_the_matrix_says_it_in_words_and_signs(page: Page) -> None:
    expect(page.locator("#cell-biblioteka-sosnica-wbo")).to_have_text("✓działa", timeout=30_000)
    expect(page.locator("#cell-kamera-rynek-wbo")).to_have_text("–zamknięta", timeout=30_000)
    cells = page.locator("#live-matrix td")
    assert cells.count() == 15 * page.locator("#live-matrix tbody tr").count()
    assert all(len(text.strip()) > 1 for text in cells.all_text_contents())


def test_the_map_has_everything_the_table_has(page: Page) -> None:
    page.get_by_text("Mapa jako tabela").first.click()
    named, told = page.evaluate(MAP_AND_TABLE)
    assert len(told) == 22
    assert set(named) == set(told)
    expect(page.get_by_text("Sieć fikcyjna na prawdziwych miejscach").first).to_be_visible()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Przejdź do treści")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.id")
    assert first.startswith("mark-")
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.spot')).strokeWidth") == "4px"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sites/" + first.removeprefix("mark-")))


def test_what_is_not_there_is_said_politely(page: Page, site: Served) -> None:
    answer = page.request.get(f"{site.url}/sites/nowhere", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "Nie ma takiej strony" in answer.text()
