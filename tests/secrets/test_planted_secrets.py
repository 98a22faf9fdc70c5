"""A secret that devices echo wherever they can reaches no plan, report, job, log, exception, database or backup."""

import logging
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from automation.backup import backup
from automation.change import Scope, State
from automation.changes import Changes
from automation.drift import drift
from automation.drift_store import DriftStore
from automation.gate import Prediction
from automation.secrets.chain import Secrets
from automation.secrets.discreet import Secret, discreet
from automation.secrets.source import SecretMissing
from automation.session import Session, Target
from automation.transports.errors import BundleRefused, ConnectionLost
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.secrets.conftest import NAME, VALUE, Kept
from tests.support.devices import FakeCity, FakeDevice, FakeProbes, FakeSession

SCOPE = Scope(devices=("core1",))
EVERY = ("env", "file", "keyring", "age", "vault")


@dataclass(frozen=True)
class Talkative(FakeSession):
    """Asks for a secret and tells it whenever it can."""

    secret: Secret

    def running(self) -> str:
        return f"{self.device.running}! the key is {self.secret(NAME)}\n"

    def compare(self, candidate: str) -> str:
        return f"{super().compare(candidate)}+ key {self.secret(NAME)}\n"

    def commit(self, candidate: str, note: str, revert_in: int) -> str | None:
        value = self.secret(NAME)
        logging.getLogger("device").warning("typing a line")
        try:
            raise ValueError(f"% Invalid input: key {value}")
        except ValueError as fault:
            if self.device.ails == "lost":
                raise ConnectionLost(self.device.name, "lost", f"after {value}") from fault
            raise BundleRefused(self.device.name, f"line 'key {value}' is rejected", "config", 1) from fault


@pytest.fixture
def changes(city: Network, tmp_path: Path, kept: Kept, request: pytest.FixtureRequest) -> Changes:
    """Changes of a city whose core1 tells everything."""
    engine, devices = connect(f"sqlite:///{tmp_path / 'state.db'}"), FakeCity(city)
    upgrade(engine)
    inventory = InventoryStore(engine)
    inventory.write(city, "test", "start")
    chain: Secrets = kept(request.param)

    def log_in(target: Target, secret: Secret) -> Session:
        return Talkative(devices.devices[target.name], secret)

    request.addfinalizer(engine.dispose)
    return Changes(engine, inventory, discreet(log_in, chain.get), lambda *_: Prediction(), FakeProbes(frozenset()))


@pytest.mark.parametrize("changes", EVERY, indirect=True)
def test_a_planted_secret_is_found_nowhere(
    changes: Changes, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = changes.plan(changes.create(SCOPE, "why", "anna").id)
    assert plan.plan and f"<secret:{NAME}>" in plan.plan.model_dump_json(), "it was told, and replaced"
    report = changes.apply(plan.id, "anna")
    assert report.state is not State.CONFIRMED and f"<secret:{NAME}>" in report.model_dump_json()
    found = drift(changes, SCOPE)
    DriftStore(changes.engine).record(found, 1.0)
    backup(changes, SCOPE, tmp_path / "backup", "anna")
    said = [plan.model_dump_json(), report.model_dump_json(), *(d.model_dump_json() for d in found)]
    said += [job.model_dump_json() for job in changes.jobs.list()] + [caplog.text, *capsys.readouterr()]
    assert [text for text in said if VALUE in text] == []
    assert holding(tmp_path) == []


@pytest.mark.parametrize("changes", ["env"], indirect=True)
def test_no_link_of_a_chain_of_exceptions_tells_it(changes: Changes) -> None:
    session = changes.connect(Target("core1", "frr", ("127.0.0.1",)))
    with pytest.raises(BundleRefused) as told:
        session.commit("", "c1", 9)
    text = "".join(traceback.format_exception(told.value))
    assert VALUE not in text and "<secret:snmp-auth>" in text


def test_a_secret_that_is_missing_is_told_by_name(kept: Kept) -> None:
    def log_in(target: Target, secret: Secret) -> Session:
        secret("tacacs")
        return FakeSession(FakeDevice(target.name))

    with pytest.raises(SecretMissing, match="no secret 'tacacs' in env"):
        discreet(log_in, kept("env").get)(Target("core1", "frr", ()))


def test_masking_finds_known_values_in_places_no_pattern_knows(city: Network, tmp_path: Path, kept: Kept) -> None:
    engine, devices = connect(f"sqlite:///{tmp_path / 'state.db'}"), FakeCity(city)
    upgrade(engine)
    inventory = InventoryStore(engine)
    inventory.write(city, "test", "start")
    devices.devices["core1"].running = f"#! part frr\nbanner motd {VALUE}\n"
    known = kept("file").known([NAME, "tacacs"])
    base = Changes(engine, inventory, devices.connect, lambda *_: Prediction(), FakeProbes(frozenset()))
    backup(replace(base), SCOPE, tmp_path / "backup", "anna", known=known)
    assert "banner motd <secret:snmp-auth>" in (tmp_path / "backup" / "core1.bundle").read_text()
    engine.dispose()
    assert holding(tmp_path) == []


def holding(folder: Path) -> list[str]:
    """Files of ours, packed and unpacked objects of git included, in which the value stands."""
    import zlib

    found = []
    for path in folder.rglob("*"):
        if path.is_dir() or path.name == "secrets.toml":
            continue
        raw = path.read_bytes()
        if path.parent.parent.name == "objects" and len(path.parent.name) == 2:
            raw = zlib.decompress(raw)
        if VALUE.encode() in raw:
            found.append(str(path))
    return found
