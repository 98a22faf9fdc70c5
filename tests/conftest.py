"""What tests of several rooms need: the demonstration city, a lab and a database of each kind."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inventory.database.engine import connect, upgrade
from inventory.demo import gliwice
from inventory.model.network import Network
from inventory.sources.files import load
from lab import doctor
from tests.support.cluster import BINARIES, Cluster, cluster
from tests.support.directory import SLAPD, RunningDirectory, running_directory
from tests.support.netbox import Netbox, missing, netbox_on

pytest_plugins = ["tests.support.browser"]


LAST = ("tests/web/", "tests/city/")
"""An open browser keeps an event loop in the main thread, and a running city wants the machine for itself."""


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Pages and the city come last, whatever the order of the folders; side by side run files, and one NetBox."""
    items.sort(key=lambda item: next((n for n, folder in enumerate(LAST, 1) if folder in item.nodeid), 0))
    for item in items:
        together = "netbox" if item.get_closest_marker("netbox") else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(together))


@pytest.fixture(scope="session")
def city() -> Network:
    """The demonstration city."""
    return load(gliwice())


@pytest.fixture(scope="session")
def lab_ready() -> None:
    """A lab can start here: where it cannot, skip with the doctor's reason, or fail where the lab is required."""
    missing = [f"{f.name}: {f.reason}" for f in doctor.examine() if not f.ok]
    if not missing:
        return
    reason = "no lab on this machine: " + "; ".join(missing)
    if os.environ.get("SILESIANET_LAB") == "required" or os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server; skipped where it is not installed, a failure in continuous integration."""
    if not (BINARIES / "postgres").exists():
        missing = f"PostgreSQL 15 is not installed in {BINARIES}"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with cluster() as server:
        yield server


@pytest.fixture(scope="session")
def netbox_server(request: pytest.FixtureRequest) -> Iterator[Netbox]:
    """A real NetBox; skipped with the reason where it cannot run, a failure in continuous integration."""
    if reason := missing():
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with netbox_on(request.getfixturevalue("postgres")) as running:
        yield running


@pytest.fixture(scope="module")
def netbox(netbox_server: Netbox) -> Netbox:
    """The real NetBox, without data when a file of tests begins."""
    netbox_server.empty()
    return netbox_server


@pytest.fixture(scope="session")
def directory() -> Iterator[RunningDirectory]:
    """An LDAP server with people in it; skipped where it is not installed, a failure in continuous integration."""
    if not SLAPD.exists() or shutil.which("ldapadd") is None:
        missing = "slapd and ldap-utils are not installed"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with running_directory() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database; a test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'silesianet.db'}"
    server: Cluster = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database whose schema is up to date."""
    opened = connect(database_url)
    upgrade(opened)
    yield opened
    opened.dispose()
