"""The equal-access page for citizens: two languages, no script, no login where it is published, nothing leaks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from api.app import create_app
from monitoring.equality import By, overview
from tests.support.accessible import violations
from tests.support.api import SETTINGS, House
from tests.support.server import Served, served

UPLINK = "link:pop-sosnica-1--gw-biblioteka-sosnica"
PATHS = ("/rowny-dostep", "/equal-access")

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def public(site: Served) -> Iterator[str]:
    """The same city, open to everybody."""
    with served(create_app(site.house.context, SETTINGS.model_copy(update={"open_data_public": True}))) as url:
        yield url


def test_it_is_open_only_where_the_operator_says_so(site: Served) -> None:
    closed = TestClient(site.house.app, follow_redirects=False)
    assert {closed.get(path).status_code for path in PATHS} == {303}
    opened = TestClient(create_app(site.house.context, SETTINGS.model_copy(update={"open_data_public": True})))
    assert {opened.get(path).status_code for path in PATHS} == {200}
    assert opened.get("/matrix", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(("path", "title"), [("/rowny-dostep", "Równy dostęp"), ("/equal-access", "Equal access")])
def test_a_citizen_reads_it_without_a_script(browser: Browser, public: str, path: str, title: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{public}{path}")
    expect(page.locator("h1")).to_contain_text(title)
    page.locator("#search input[name=q]").fill("sosnica")
    page.keyboard.press("Enter")
    expect(page.locator(".place h3").first).to_have_text("Biblioteka Sośnica")
    expect(page.locator("footer")).to_contain_text("Gliwic")
    context.close()


def test_the_table_says_what_the_index_says(page: Page, site: Served, house_overview: dict[str, object]) -> None:
    page.goto(f"{site.url}/rowny-dostep")
    rows = page.locator("#groups tbody tr")
    groups = house_overview["groups"]
    assert isinstance(groups, list)
    expect(rows).to_have_count(len(groups))
    for row, group in zip(rows.all(), groups, strict=True):
        told = row.inner_text()
        assert group["name"] in told and group["words_pl"] in told
        assert ("liczb nie pokazujemy" in told) == group["suppressed"]
    assert violations(page) == []


def test_what_works_at_a_place_is_told_without_elements(page: Page, site: Served) -> None:
    site.agents.see(down=(UPLINK,))
    expect(page.locator("#cell-biblioteka-sosnica-wbo")).to_have_text("✕utracona", timeout=30_000)
    page.goto(f"{site.url}/rowny-dostep?q=Biblioteka+sosnica")
    place = page.locator(".place")
    expect(place).to_have_count(1)
    expect(place.locator("li", has_text="Wirtualne Biuro Obsługi")).to_contain_text("nie działa")
    assert "pop-sosnica" not in page.content()
    assert violations(page) == []


def test_every_download_is_there_and_single_sites_are_not_published(house: House) -> None:
    client = house.client()
    text = client.get("/equal-access?by=site").text
    addresses = re.findall(r'href="(/open-data/[^"]+)"', text)
    assert len(addresses) > 4
    assert {client.get(address).status_code for address in addresses} == {200}
    assert "Biblioteka" not in text


@pytest.fixture
def house(site: Served) -> House:
    """The served house."""
    return site.house


@pytest.fixture
def house_overview(house: House) -> dict[str, object]:
    """What the index says."""
    return overview(house.app.state.equal_access.at(), By.DISTRICT)
