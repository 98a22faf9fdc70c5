"""One database for the tests that only need some place to keep results; each finds it empty."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from inventory.database.engine import connect, upgrade
from monitoring.sla.tables import exclusions, spells
from monitoring.tables import cells, element_states, observations, vantages


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with every table."""
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('fairness') / 'silesianet.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(shared_engine: Engine) -> Engine:
    """The database without anything seen or left out."""
    with shared_engine.execution_options(writes=True).begin() as connection:
        for table in (exclusions, spells, observations, cells, vantages, element_states):
            connection.execute(table.delete())
    return shared_engine
