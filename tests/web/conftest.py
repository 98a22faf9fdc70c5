"""A browser on a furnished house."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import furnish
from tests.support.server import Agents, Served, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[Served]:
    """The city, served."""
    home = tmp_path_factory.mktemp("web")
    house = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    agents = Agents(house)
    agents.start()
    with served(house.app) as url:
        yield Served(house, url, agents)
    agents.stop()
    house.context.engine.dispose()


@pytest.fixture
def page(visitor: BrowserContext, site: Served) -> Iterator[Page]:
    """The overview of a city that is well, read by a viewer; an error in the console fails the test."""
    site.agents.see()
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
