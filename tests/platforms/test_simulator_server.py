"""The SSH server of simulated devices: echo and editing, faults, keys, one socket for many, orders from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import paramiko  # type: ignore[import-untyped]
import pytest

from automation.transports.ssh import Session, Target
from inventory import platforms
from inventory.errors import RefusedRequest, UnknownObject
from inventory.platforms import CommitConfirm
from lab.simulators.clock import RealClock
from lab.simulators.console import Console
from lab.simulators.control import tell
from lab.simulators.device import Cli, Handler, HangUp, Ran, Reader, Simulated, Writer
from lab.simulators.keys import client_key, host_key
from lab.simulators.models import model_of, models
from lab.simulators.served import Served
from tests.support.ios import STARTUP


class Talk(Cli):
    """Says back what it hears; hears a password without showing it."""

    def __init__(self) -> None:
        self.hidden = False

    def prompt(self) -> str:
        return "Password: " if self.hidden else "toy#"

    @property
    def hides_input(self) -> bool:
        return self.hidden

    def interrupt(self) -> str:
        return "interrupted\n"

    def enter(self, line: str) -> str:
        if self.hidden:
            self.hidden = False
            return f"{len(line)} letters\n"
        if line == "bye":
            raise HangUp("farewell\n")
        self.hidden = line == "secret"
        return f"heard {line}\n"


class Toy(Simulated):
    """A device that talks at every door."""

    platform: ClassVar[str] = "toy"

    def boot(self, startup: str) -> None:
        self.files = {}

    def cli(self) -> Cli:
        return Talk()

    def running(self) -> str:
        return "toy\n"

    def reboot(self) -> None:
        self.boot("")

    def takes_input(self, command: str) -> bool:
        return command == "count"

    def run(self, command: str, stdin: bytes) -> Ran:
        return Ran(3, f"{command} {len(stdin)}\n", "complaint\n") if command == "count" else super().run(command, stdin)

    def subsystem(self, name: str) -> Handler | None:
        return _greet if name == "netconf" else None

    def doors(self) -> dict[str, Handler]:
        return {"eapi": _greet}


async def _greet(reader: Reader, writer: Writer) -> None:
    writer.write(b"hello " + await reader.read(5))
    await writer.drain()


def _typed(*keys: str, toy: Toy | None = None) -> str:
    shown: list[str] = []
    device = toy or Toy("toy", "", RealClock())
    console = Console(device, device.cli(), shown.append, lambda: shown.append("<gone>"))
    console.start()
    for key in keys:
        console.feed(key)
    return "".join(shown)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("one\r\ntwo\rthree\n", "one\r\nheard one\r\ntoy#two\r\nheard two\r\ntoy#three\r\nheard three\r\ntoy#"),
        ("ab\x7fc\n", "ab\b \bc\r\nheard ac\r\ntoy#"),
        ("abc\x15d\n", "abc" + "\b \b" * 3 + "d\r\nheard d\r\ntoy#"),
        ("abc\x03d\n", "abc^C\r\ninterrupted\r\ntoy#d\r\nheard d\r\ntoy#"),
        ("abc\x1a", "abc^Z\r\ninterrupted\r\ntoy#"),
        ("secret\nxyz\n", "secret\r\nheard secret\r\nPassword: \r\n3 letters\r\ntoy#"),
        ("bye\nmore\n", "bye\r\nfarewell\r\n<gone>"),
    ],
)
def test_a_terminal_shows_what_a_device_shows(keys: str, shown: str) -> None:
    assert _typed(keys) == f"toy#{shown}"
    assert _typed(*keys) == f"toy#{shown}", "however the characters arrive"


def test_a_wrong_prompt_lacks_its_end() -> None:
    toy = Toy("toy", "", RealClock())
    toy.faults.wrong_prompt = True
    assert _typed("one\n", toy=toy).endswith("heard one\r\ntoy~")


@pytest.fixture
def running(serve: Callable[..., Served]) -> Served:
    """Two toys, served."""
    return serve(Toy("one", "", RealClock()), Toy("two", "", RealClock()))


@pytest.fixture
def client(running: Served) -> Iterator[paramiko.SSHClient]:
    """A client logged in to the first."""
    address, port = running.places["one"]
    client = paramiko.SSHClient()
    client.load_host_keys(str(running.known_hosts))
    client.connect(address, port, "silesianet", key_filename=str(running.key_file), allow_agent=False)
    yield client
    client.close()


def _read(channel: paramiko.Channel, end: bytes) -> bytes:
    channel.settimeout(30)
    read = b""
    while not read.endswith(end):
        chunk = channel.recv(4096)
        if not chunk:
            break
        read += chunk
    return read


def test_commands_subsystems_files_and_doors(client: paramiko.SSHClient, running: Served) -> None:
    stdin, stdout, stderr = client.exec_command("count")
    stdin.write("12345")
    stdin.channel.shutdown_write()
    assert (stdout.read(), stderr.read(), stdout.channel.recv_exit_status()) == (b"count 5\n", b"complaint\n", 3)
    assert client.exec_command("show x")[1].read() == b"heard show x\n"
    netconf = client.get_transport().open_session()
    netconf.invoke_subsystem("netconf")
    netconf.sendall(b"world")
    assert _read(netconf, b"world") == b"hello world"
    with client.open_sftp() as files:
        with files.open("flash:/a.txt", "w") as file:
            file.write(b"octets" * 10_000)
        assert running.devices["one"].files == {"a.txt": b"octets" * 10_000}
        with pytest.raises(FileNotFoundError):
            files.open("b.txt")
    place = running.place("one")
    with socket.create_connection((place.address, place.doors["eapi"]), 30) as door:
        door.sendall(b"door!")
        assert door.recv(100) == b"hello door!"


def test_a_slow_device_keeps_nobody_waiting_but_its_own(client: paramiko.SSHClient, running: Served) -> None:
    running.faults("one", slow_seconds=2)
    channel = client.invoke_shell()
    _read(channel, b"toy#")
    began = time.monotonic()
    channel.sendall(b"one\n")
    address, port = running.places["two"]
    other = Session(Target(address, "silesianet", running.key_file, running.known_hosts, port), 30)
    assert other.run("quick", seconds=30).output == "heard quick\n"
    other.close()
    assert not channel.exit_status_ready()
    assert _read(channel, b"toy#").endswith(b"heard one\r\ntoy#")
    assert time.monotonic() - began >= 2


def test_a_full_or_restarted_device_hangs_up(client: paramiko.SSHClient, running: Served) -> None:
    running.faults("one", full=True)
    assert _read(client.invoke_shell(), b"never") == b"% No more sessions available\r\n"
    running.faults("one", away=True)
    address, port = running.places["one"]
    with socket.create_connection((address, port), 30) as door:
        assert door.recv(100) == b""


def test_a_device_that_was_told_to_takes_nobodys_key_or_password(running: Served) -> None:
    running.faults("one", denied=True)
    address, port = running.places["one"]
    key = paramiko.Ed25519Key.from_private_key_file(str(running.key_file))
    for way in ({"pkey": key}, {"password": running.password}):
        with paramiko.SSHClient() as ssh, pytest.raises(paramiko.AuthenticationException):
            ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            ssh.connect(address, port, running.user, look_for_keys=False, allow_agent=False, **way)


def test_one_key_for_each_device_and_always_the_same() -> None:
    first = host_key(b"seed", "one")
    assert first.public_data == host_key(b"seed", "one").public_data
    assert len({k.public_data for k in (first, host_key(b"seed", "two"), host_key(b"seed", "one", 1))}) == 3


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[tuple[Path, dict[str, tuple[str, int]], subprocess.Popen[str]]]:
    """A process of three hundred routers at addresses of their own: folder, places, process."""
    private, public = client_key()
    (tmp_path / "key").write_bytes(private)
    (tmp_path / "key").chmod(0o600)
    devices = [
        {"name": f"r{n}", "platform": "cisco-ios", "address": f"127.88.{n // 250}.{n % 250 + 1}",
         "startup": STARTUP.replace("hostname border", f"hostname r{n}")}
        for n in range(300)
    ]  # fmt: skip
    told = {
        "devices": devices, "authorized_keys": [public], "seed": "seed", "known_hosts": str(tmp_path / "known_hosts"),
        "control": str(tmp_path / "control"),
    }  # fmt: skip
    (tmp_path / "fleet.json").write_text(json.dumps(told))
    argv = [sys.executable, "-m", "lab.simulators", "--fleet", str(tmp_path / "fleet.json")]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield tmp_path, {name: (place[0], place[1]) for name, place in ready["places"].items()}, process
        finally:
            process.terminate()


def test_one_process_serves_a_fleet(fleet: tuple[Path, dict[str, tuple[str, int]], subprocess.Popen[str]]) -> None:
    folder, places, process = fleet
    assert len({port for _, port in places.values()}) in (1, 300), "one socket, or one for each"

    def session(name: str) -> Session:
        address, port = places[name]
        return Session(Target(address, "silesianet", folder / "key", folder / "known_hosts", port), 30)

    for name in ("r0", "r299"):
        with_it = session(name)
        assert f"hostname {name}\n" in with_it.run("show running-config", seconds=30).output
        with_it.close()
    assert "hostname r7\n" in tell(folder / "control", "running", "r7")
    tell(folder / "control", "faults", "r7", away=True)
    with socket.create_connection(places["r7"], 30) as door:
        assert door.recv(100) == b""
    with pytest.raises(RefusedRequest, match="no fault bogus"):
        tell(folder / "control", "faults", "r7", bogus=True)
    with pytest.raises(RefusedRequest, match="KeyError: 'nobody'"):
        tell(folder / "control", "reboot", "nobody")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not (folder / "control").exists()


def test_a_fleet_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    from lab.simulators.process import main

    (tmp_path / "fleet.json").write_text('{"devices": [{"name": "A"}]}')
    assert main(["--fleet", str(tmp_path / "fleet.json")]) == 1
    assert main(["--fleet", str(tmp_path / "none.json")]) == 1


def test_every_platform_runs_here_or_is_simulated() -> None:
    """Where our own tool keeps the timer the real thing runs in the lab; all others need a model."""
    missing = [
        slug
        for slug, platform in platforms.all().items()
        if slug not in models()
        and not (platform.transport == "sn_bundle" and platform.capabilities.commit_confirm is CommitConfirm.DEVICE)
    ]
    assert missing == []
    with pytest.raises(UnknownObject, match="no simulated device of platform 'toaster'"):
        model_of("toaster")
