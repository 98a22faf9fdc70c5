"""Debian's Chromium on a furnished house; nothing leaves the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import furnish
from tests.support.server import Served, served

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-gpu"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skipped where it is not installed, a failure in continuous integration."""
    if not CHROMIUM.exists():
        missing = f"there is no {CHROMIUM}"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[Served]:
    """The city, served."""
    home = tmp_path_factory.mktemp("web")
    house = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    with served(house.app) as url:
        yield Served(house, url)
    house.context.engine.dispose()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile that must never speak to anybody but us."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pl-PL")
    foreign: list[str] = []
    context.on("request", lambda request: foreign.append(request.url) if "//127.0.0.1:" not in request.url else None)
    yield context
    context.close()
    assert foreign == [], "requests that left the machine"


@pytest.fixture
def page(visitor: BrowserContext, site: Served) -> Iterator[Page]:
    """The overview of a city that is well, read by a viewer; an error in the console fails the test."""
    site.house.observe()
    opened = visitor.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.goto(f"{site.url}/login")
    opened.fill("#token", site.house.tokens[Role.VIEWER])
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#live-matrix")
    yield opened
    assert complaints == []
