"""A quarter of the demonstration city, pushed to a real NetBox once: every test begins with both as they were then."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.model.network import Network
from tests.support.netbox import Netbox
from tests.support.netbox_rows import quarter
from tests.support.netbox_side import Pushed, Side

SITES = frozenset({"dc", "pop-srodmiescie"})


@pytest.fixture(scope="session")
def quarter_city(city: Network) -> Network:
    """Two sites of the city, with what they share."""
    return quarter(city, SITES)


@pytest.fixture(scope="session")
def pushed(netbox_server: Netbox, quarter_city: Network, tmp_path_factory: pytest.TempPathFactory) -> Pushed:
    """The quarter in NetBox, kept as ``pushed``."""
    netbox_server.empty()
    side = Side(tmp_path_factory.mktemp("pushed"), netbox_server)
    side.context.inventory.write(quarter_city, "tests", "a quarter of the city")
    side.kill_when(lambda: "dcim/sites" in side.mirror.pairing(), "push", "--yes", SILESIANET_NETBOX_BATCH="10")
    revision = side.context.inventory.revision()
    sites, addresses = side.theirs.dcim.sites.count(), side.theirs.ipam.ip_addresses.count()
    printed = side.run("push", "--yes")
    netbox_server.keep_as("pushed")
    side.context.engine.dispose()
    return Pushed(side.home, revision, sites, addresses, printed)


@pytest.fixture
def side(pushed: Pushed, netbox_server: Netbox, tmp_path: Path) -> Iterator[Side]:
    """Both sides as they were after the push."""
    netbox_server.begin_as("pushed")
    shutil.copytree(pushed.home, tmp_path / "home")
    found = Side(tmp_path / "home", netbox_server)
    yield found
    found.context.engine.dispose()
