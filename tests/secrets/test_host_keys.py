"""A device that shows another host key than the pinned one stops the change; nothing is sent to it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import paramiko  # type: ignore[import-untyped]
import pytest

from automation.change import Outcome, Scope, State
from automation.changes import Changes
from automation.connect import Access
from automation.gate import Prediction
from automation.session import Session, Target
from automation.settings import ChangeSettings
from automation.transports import known_hosts
from automation.transports.errors import DeviceUnreachable
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.devices import FakeCity, FakeProbes


@dataclass
class Impostor:
    """An SSH server with a key of its own; it counts who tried to log in."""

    key: paramiko.PKey = field(default_factory=paramiko.ECDSAKey.generate)
    logins: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._greet(self.listener.accept()[0])

    def _greet(self, client: socket.socket) -> None:
        logins = self.logins

        class Door(paramiko.ServerInterface):  # type: ignore[misc]
            def check_auth_publickey(self, username: str, _key: paramiko.PKey) -> int:
                logins.append(username)
                return int(paramiko.AUTH_FAILED)

        transport = paramiko.Transport(client)
        transport.add_server_key(self.key)
        with suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=Door())

    def close(self) -> None:
        """Listen no more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@pytest.fixture
def impostor() -> Iterator[Impostor]:
    server = Impostor()
    yield server
    server.close()


@pytest.fixture
def access(impostor: Impostor, tmp_path: Path) -> Access:
    """Logins to core1, which is at the impostor's port now."""
    own, pinned = paramiko.ECDSAKey.generate(), paramiko.ECDSAKey.generate()
    own.write_private_key_file(str(tmp_path / "key"))
    line = f"[127.0.0.1]:{impostor.port} {pinned.get_name()} {pinned.get_base64()}\n"
    (tmp_path / "known_hosts").write_text(line)
    return Access(tmp_path / "key", tmp_path / "known_hosts", places={"core1": ("127.0.0.1", impostor.port)})


Replaced = Callable[[Target], Session]


def test_the_change_stops_at_the_key_and_nothing_is_touched(
    city: Network, tmp_path: Path, access: Access, impostor: Impostor
) -> None:
    engine, devices = connect(f"sqlite:///{tmp_path / 'state.db'}"), FakeCity(city)
    upgrade(engine)
    inventory = InventoryStore(engine)
    inventory.write(city, "test", "start")
    settings = ChangeSettings(settle_seconds=0, gate_seconds=1, health_seconds=1)
    changes = Changes(
        engine, inventory, devices.connect, lambda *_: Prediction(), FakeProbes(frozenset()), settings=settings
    )
    planned = changes.plan(changes.create(Scope(devices=("core1", "core2")), "why", "anna").id)

    before = devices.run("core2")

    def log_in(target: Target) -> Session:
        return access(target) if target.name == "core1" else devices.connect(target)

    report = replace(changes, connect=log_in).apply(planned.id, "anna")
    engine.dispose()
    by_name = {d.name: d for d in report.devices}
    assert report.state in (State.FAILED, State.ROLLED_BACK) and by_name["core1"].outcome is Outcome.FAILED
    assert "host-key" in by_name["core1"].reason
    assert impostor.logins == [], "no login was even tried"
    assert devices.devices["core2"].confirmed == 0 and devices.run("core2") == before


def test_a_key_that_was_never_pinned_is_refused_as_well(access: Access, impostor: Impostor, tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("")
    with pytest.raises(DeviceUnreachable, match="host-key"):
        access(Target("core1", "frr", ("127.0.0.1",)))
    assert impostor.logins == []


def test_a_key_pinned_between_two_logins_counts_for_the_second(
    access: Access, impostor: Impostor, tmp_path: Path
) -> None:
    with pytest.raises(DeviceUnreachable, match="host-key"):
        access(Target("core1", "frr", ("127.0.0.1",)))
    shown = known_hosts.HostKey.of(impostor.key.get_base64())
    known_hosts.pin(tmp_path / "known_hosts", [f"[127.0.0.1]:{impostor.port}"], shown)
    with pytest.raises(DeviceUnreachable) as fault:
        access(Target("core1", "frr", ("127.0.0.1",)))
    assert fault.value.reason == "login" and "silesianet" in impostor.logins


def test_a_file_without_a_private_key_is_named(access: Access, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("nonsense\n")
    with pytest.raises(DeviceUnreachable, match=f"{tmp_path / 'key'} holds no private key"):
        access(Target("core1", "frr", ("127.0.0.1",)))
