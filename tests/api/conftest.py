"""A furnished house, shared by the tests of a file that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.model.network import Network
from tests.support.api import House, furnish


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[House]:
    """The demonstration city on SQLite, everything observed and well."""
    home = tmp_path_factory.mktemp("house")
    found = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    found.observe()
    yield found
    found.context.engine.dispose()


@pytest.fixture
def own_house(database_url: str, tmp_path: Path, city: Network) -> Iterator[House]:
    """A house of the test's own, once on each kind of database."""
    found = furnish(database_url, tmp_path, city)
    yield found
    found.context.engine.dispose()
