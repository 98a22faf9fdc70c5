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
