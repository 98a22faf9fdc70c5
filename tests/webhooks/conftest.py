"""A house whose webhooks are delivered quickly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.context import Context
from api.watch import Watch
from api.webhooks.office import Office, opened
from api.webhooks.worker import Pace
from inventory.model.network import Network
from tests.support.api import SETTINGS, House, furnish
from tests.support.receiver import Receiver

PACE = Pace(look=0.05, lease=1.0, first=0.05, longest=0.2, give_up=60.0)


@pytest.fixture
def anywhere(tmp_path: Path, database_url: str, city: Network) -> Iterator[House]:
    """The demonstration city, on each kind of database; webhooks are looked after twenty times a second."""
    yield from _quick(tmp_path, database_url, city)


@pytest.fixture
def quick(tmp_path: Path, city: Network) -> Iterator[House]:
    """The same on SQLite, for what does not depend on the database."""
    yield from _quick(tmp_path, f"sqlite:///{tmp_path / 'silesianet.db'}", city)


def _quick(home: Path, database_url: str, city: Network) -> Iterator[House]:
    house = furnish(database_url, home, city)
    office = office_of(house)
    house.app.state.webhooks = office
    office.worker.start()
    yield house
    office.worker.stop()
    house.context.engine.dispose()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> Iterator[House]:
    """A house in which nothing is delivered."""
    home = tmp_path_factory.mktemp("house")
    found = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    yield found
    found.context.engine.dispose()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with Receiver().listening() as listening:
        yield listening


def office_of(house: House, pace: Pace = PACE, timeout: float = 0.5) -> Office:
    """Another process's worth of webhooks over the same store."""
    settings = SETTINGS.model_copy(update={"webhook_timeout_seconds": timeout})
    context = Context(house.context.settings)
    return opened(context, Watch(context), settings, pace)
