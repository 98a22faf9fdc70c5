"""Drift and backups on devices in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from automation.backup import backup
from automation.change import Scope
from automation.changes import Changes
from automation.drift import drift
from automation.gate import Prediction
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.devices import BOOTSTRAP, FakeCity, FakeProbes

SCOPE = Scope(devices=("core1", "core2"))


@pytest.fixture
def scene(city: Network, tmp_path: Path) -> Iterator[tuple[Changes, FakeCity]]:
    engine, devices = connect(f"sqlite:///{tmp_path / 'state.db'}"), FakeCity(city)
    upgrade(engine)
    inventory = InventoryStore(engine)
    inventory.write(city, "test", "start")
    yield Changes(engine, inventory, devices.connect, lambda *_: Prediction(), FakeProbes(frozenset())), devices
    engine.dispose()


def test_drift_is_what_differs_and_silence_is_not_agreement(scene: tuple[Changes, FakeCity]) -> None:
    changes, devices = scene
    devices.devices["core1"].running = str(changes.render("core1"))
    devices.devices["core2"].ails = "unreachable"
    first, second = drift(changes, SCOPE)
    assert first.reached and not first.drifted
    assert not second.reached and not second.drifted and "no route" in second.reason
    devices.devices["core1"].running = devices.devices["core1"].running.replace("ip ospf cost 10", "ip ospf cost 11", 1)
    (first, _) = drift(changes, SCOPE)
    assert first.drifted and first.commands == ("interface eth1", " no ip ospf cost 11", " ip ospf cost 10")


def test_backup_writes_a_file_per_device_and_says_what_changed(scene: tuple[Changes, FakeCity], tmp_path: Path) -> None:
    changes, devices = scene
    folder = tmp_path / "backup"
    assert [s.changed for s in backup(changes, SCOPE, folder)] == [True, True]
    devices.devices["core2"].ails = "unreachable"
    again = backup(changes, SCOPE, folder)
    assert [(s.reached, s.changed) for s in again] == [(True, False), (False, False)]
    assert {p.name: p.read_text() for p in folder.glob("*.bundle")} == dict.fromkeys(
        ("core1.bundle", "core2.bundle"), BOOTSTRAP
    )
