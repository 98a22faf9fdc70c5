"""One city for all tests of this folder; each leaves it as it found it, or fails."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.running import RunningCity, eventually, silesianet


def left_of(home: Path) -> list[bytes]:
    """Command lines of processes that still have to do with a home."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(file.read_bytes())
    return [line for line in found if str(home).encode() in line]


@pytest.fixture(scope="session")
def up(lab_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """`silesianet up`, and `down` afterwards."""
    home: Path = tmp_path_factory.mktemp("city")
    began = time.monotonic()
    try:
        printed = silesianet(home, "up").stdout
        yield RunningCity(home, printed, time.monotonic() - began)
    finally:
        silesianet(home, "down")
    assert left_of(home) == [], "processes that outlived `silesianet down`"


@pytest.fixture
def running(up: RunningCity) -> Iterator[RunningCity]:
    """The city in its normal state: no fault, nothing lost, computed as observed."""
    yield up
    up.mend()
    eventually(lambda: not up.lost(), 90, "everything is as it was before the test")


@pytest.fixture
def overview(running: RunningCity, visitor: BrowserContext) -> Page:
    """The overview page of the running city, read by its administrator."""
    page = visitor.new_page()
    page.goto(f"{running.url}/login")
    page.fill("#token", running.token)
    page.keyboard.press("Enter")
    page.wait_for_selector("#live-matrix")
    return page
