"""Debian's Chromium, for tests of pages; nothing leaves the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

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


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile that must never speak to anybody but us."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pl-PL")
    foreign: list[str] = []
    context.on("request", lambda request: foreign.append(request.url) if "//127.0.0.1:" not in request.url else None)
    yield context
    context.close()
    assert foreign == [], "requests that left the machine"
