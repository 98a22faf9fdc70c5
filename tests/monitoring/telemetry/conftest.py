"""A real net-snmp agent on loopback, and the demonstration city, for the tests of telemetry."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inventory import demo
from inventory.database.engine import connect, upgrade
from inventory.model.network import Network
from inventory.sources.files import load
from monitoring.alerts.incidents import group
from monitoring.capacity.counters import Volume
from monitoring.snapshot import Snapshot
from monitoring.snmp.sample import InterfaceSample, Sample, Silence


@dataclass(frozen=True)
class Agent:
    """A running snmpd and its secrets."""

    port: int
    credentials: Path


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    program = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("Debian package snmpd is not installed")
    home, port = tmp_path_factory.mktemp("snmpd"), free_port(socket.SOCK_DGRAM)
    (home / "snmpd.conf").write_text(
        f"agentaddress udp:127.0.0.1:{port}\nsysName tester\nrocommunity tests\n"
        "createUser tester SHA auth-secret AES priv-secret\nrouser tester priv\n"
    )
    secrets = {"community": "tests", "user": "tester", "auth_protocol": "SHA", "priv_protocol": "AES"}
    secrets |= {"auth_password": "auth-secret", "priv_password": "priv-secret"}
    (home / "credentials.json").write_text(json.dumps(secrets))
    command = [program, "-f", "-Lf", str(home / "log"), "-C", "-c", str(home / "snmpd.conf"), "-I", "-smux"]
    environment = os.environ | {"SNMP_PERSISTENT_DIR": str(home / "state")}
    daemon = subprocess.Popen([*command, "-p", str(home / "pid")], env=environment)
    try:
        deadline = time.monotonic() + 10
        while not (home / "pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield Agent(port, home / "credentials.json")
    finally:
        daemon.terminate()
        daemon.wait(10)


@pytest.fixture(scope="session")
def city() -> Network:
    return load(demo.gliwice())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = connect(f"sqlite:///{tmp_path}/test.db")
    upgrade(engine)
    return engine


@dataclass(frozen=True)
class Blame:
    """A reason of a cell."""

    element: str | None


@dataclass(frozen=True)
class SomeCell:
    """A cell of the matrix, as far as telemetry looks at it."""

    site: str
    service: str
    verdict: str
    entitled: bool = True
    reason: Blame | None = None


@pytest.fixture
def snapshot(city: Network) -> Snapshot:
    """A little of everything: a link down, a silent device, an incident, an interface without 64-bit counters."""
    at = 1_000_000.0
    interfaces = (
        InterfaceSample(2, "eth1", None, "up", "up", 10**9, 1000, 2000, 0, 1, 2, 3),
        InterfaceSample(3, "eth2", None, "up", "down", None),
    )
    core1 = Sample("core1", at, 0.01, 500.0, "core1", interfaces, {"10.254.0.1": 8, "10.254.0.3": 1}, at)
    lost = Blame("link:pop-sosnica-1--gw-biblioteka-sosnica")
    cells = [
        SomeCell("biblioteka-sosnica", "wbo", "lost", reason=lost),
        SomeCell("biblioteka-sosnica", "sekap", "lost", reason=lost),
        SomeCell("um-zwyciestwa", "wbo", "ok"),
        SomeCell("um-zwyciestwa", "sekap", "unknown"),
    ]
    return Snapshot(
        at=at,
        network=city,
        polls={"core1": core1, "hs-rynek": Silence("hs-rynek", at, 1.0, "timeout")},
        volumes={("core1", "eth1"): Volume("core1", "eth1", at - 10, at, 0, 125_000_000)},
        links={"core1--core2": False},
        cells=cells,
        heartbeats={"biblioteka-sosnica": at - 30},
        traps={("core1", "linkDown"): 2},
        incidents=group(cells, city),
    )
