"""A corner of the demonstration city, running: the data centre, the way to a hotspot, the management station."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import lab
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.demo import gliwice
from inventory.model.network import Network
from inventory.sources import files
from lab import attach
from tests.support.playbook import play

CORNER = frozenset({"noc", "gw-dc", "core1", "pop-trynek-1", "hs-rynek"})


@dataclass(frozen=True)
class Corner:
    """Ansible at work on the corner of the city that is up in ``home``."""

    home: Path

    def play(self, name: str, *options: str) -> CompletedProcess[str]:
        """Run a playbook."""
        return play(self.home, name, *options)

    def node(self, name: str, *argv: str) -> str:
        """Run a command on a device, past Ansible."""
        process = attach.run_in(self.home, name, argv, stdout=-1)
        output, _ = process.communicate(timeout=30)
        return output.decode()


def corner_of(city: Network, names: frozenset[str]) -> Network:
    """The city without its other devices."""
    devices = tuple(d for d in city.devices if d.slug in names)
    links = tuple(link for link in city.links if names.issuperset(link.devices))
    return Network.model_validate({**city.model_dump(), "devices": devices, "links": links})


@pytest.fixture(scope="session")
def corner(lab_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corner]:
    """The corner, bootstrapped only; taken down at the end."""
    home = tmp_path_factory.mktemp("home")
    network = corner_of(files.load(gliwice()), CORNER)
    engine = connect(f"sqlite:///{home / 'silesianet.db'}")
    upgrade(engine)
    InventoryStore(engine).write(network, "test", "a corner of the city")
    engine.dispose()
    try:
        lab.up(network, home, lambda _: None)
        yield Corner(home)
    finally:
        lab.down(home)
