"""A furnished house, shared by the tests of a file that only read, once on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.model.network import Network
from tests.support.api import House, furnish
from tests.support.cluster import Cluster

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
NOT_STORED = (
    "test_access",
    "test_rest_fuzz",
    "test_as_of_everywhere",
    "test_login_ldap",
    "test_login_oidc",
    "test_planning",
    "test_rest_fairness",
)
"""Files about routes, roles, forms of requests and other servers, for which the kind of database is no difference."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the shared house stand on each kind of database."""
    if "house" in metafunc.fixturenames:
        kinds = KINDS[:1] if metafunc.module.__name__.rpartition(".")[2] in NOT_STORED else KINDS
        metafunc.parametrize("house", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[House]:
    """The demonstration city, everything observed and well."""
    home = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{home / 'silesianet.db'}"
    if request.param == "postgresql":
        server: Cluster = request.getfixturevalue("postgres")
        url = server.fresh()
    found = furnish(url, home, city)
    found.observe()
    yield found
    found.context.engine.dispose()


@pytest.fixture
def own_house(database_url: str, tmp_path: Path, city: Network) -> Iterator[House]:
    """A house of the test's own, once on each kind of database."""
    found = furnish(database_url, tmp_path, city)
    yield found
    found.context.engine.dispose()
