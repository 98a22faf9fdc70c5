"""The demonstration city on devices in memory, with a backup folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from automation.backup import Saved, backup
from automation.backups.origin import Since
from automation.backups.repository import Repository
from automation.change import Change, Scope
from automation.changes import Changes
from automation.gate import Prediction
from automation.settings import ChangeSettings
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.devices import FakeCity, FakeProbes


@dataclass
class Scene:
    """Changes over devices in memory."""

    changes: Changes
    devices: FakeCity
    folder: Path

    @property
    def repository(self) -> Repository:
        """The backups."""
        return Repository(self.folder)

    @property
    def since(self) -> Since:
        """What joins backups and changes."""
        return Since(self.repository, self.changes.store)

    def save(self, *names: str, who: str = "anna", why: str = "") -> tuple[Saved, ...]:
        """Back devices up."""
        return backup(self.changes, Scope(devices=names), self.folder, who, why)

    def configured(self, *names: str, who: str = "jan") -> Change:
        """Make devices run what they should, by a confirmed change."""
        change = self.changes.create(Scope(devices=names), "as intended", who)
        self.changes.plan(change.id)
        self.changes.apply(change.id, who)
        return self.changes.store.get(change.id)


@pytest.fixture
def scene(city: Network, tmp_path: Path) -> Iterator[Scene]:
    engine, devices = connect(f"sqlite:///{tmp_path / 'state.db'}"), FakeCity(city)
    upgrade(engine)
    inventory = InventoryStore(engine)
    inventory.write(city, "test", "start")
    quick = ChangeSettings(health_seconds=0.5, settle_seconds=0, gate_seconds=1, margin_seconds=1)
    changes = Changes(
        engine, inventory, devices.connect, lambda *_: Prediction(), FakeProbes(frozenset()), settings=quick
    )
    yield Scene(changes, devices, tmp_path / "backup")
    engine.dispose()
