"""The demonstration city, served where NetBox clients look for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import House, furnish
from tests.support.netbox_comparison import Door
from tests.support.server import served


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[House]:
    """The demonstration city on SQLite; tests here only read."""
    home = tmp_path_factory.mktemp("compat")
    found = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    yield found
    found.context.engine.dispose()


@pytest.fixture(scope="session")
def door(house: House) -> Iterator[Door]:
    """The city over HTTP."""
    with served(house.app) as address:
        yield Door(f"{address}/netbox", house.tokens[Role.VIEWER])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder of the test's own for programs that keep state."""
    return tmp_path
