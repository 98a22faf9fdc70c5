"""A real net-snmp agent on loopback, and the demonstration city, for the tests of telemetry."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from api import background
from inventory.database.engine import connect, upgrade
from inventory.model.network import Network
from monitoring import prometheus
from monitoring.agents import site_agents
from monitoring.alerts.alert import Alert
from monitoring.alerts.incidents import group
from monitoring.alerts.store import AlertStore
from monitoring.capacity.counters import Volume
from monitoring.cell import Verdict
from monitoring.exposition import CONTENT_TYPE, render, targets
from monitoring.metrics import Scope
from monitoring.settings import AlertSettings
from monitoring.snapshot import Snapshot
from monitoring.snmp.sample import InterfaceSample, Sample, Silence
from tests.support.ports import free_port
from tests.support.some_cells import cell

HEALTH = {"version": "1", "clock_offset": 0.1, "queue": 3, "dropped": 0, "late": 2, "last_push": None}


@dataclass(frozen=True)
class Agent:
    """A running snmpd and its secrets."""

    port: int
    credentials: Path


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    program = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
    if program is None:
        missing = "Debian package snmpd is not installed"
        raise (pytest.fail.Exception if os.environ.get("CI") == "true" else pytest.skip.Exception)(missing)
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


@pytest.fixture
def snapshot(city: Network) -> Snapshot:
    """A little of everything: a link down, a silent device, an incident, an interface without 64-bit counters."""
    at = 1_000_000.0
    interfaces = (
        InterfaceSample(2, "eth1", None, "up", "up", 10**9, 1000, 2000, 0, 1, 2, 3),
        InterfaceSample(3, "eth2", None, "up", "down", None),
    )
    core1 = Sample("core1", at, 0.01, 500.0, "core1", interfaces, {"10.254.0.1": 8, "10.254.0.3": 1}, at)
    lost = "link:pop-sosnica-1--gw-biblioteka-sosnica"
    cells = [
        cell("biblioteka-sosnica", "wbo", Verdict.LOST, lost),
        cell("biblioteka-sosnica", "sekap", Verdict.LOST, lost),
        cell("um-zwyciestwa", "wbo", Verdict.OK),
        cell("um-zwyciestwa", "sekap", Verdict.UNKNOWN),
    ]
    return Snapshot(
        at=at,
        network=city,
        polls={"core1": core1, "hs-rynek": Silence("hs-rynek", at, 1.0, "timeout")},
        volumes={("core1", "eth1"): Volume("core1", "eth1", at - 10, at, 0, 125_000_000)},
        links={"core1--core2": False, "pop-sosnica-1--gw-biblioteka-sosnica": False},
        verdicts=Counter(str(c.verdict) for c in cells),
        reachable={(c.site, c.service): c.verdict is Verdict.OK for c in cells if c.verdict is not Verdict.UNKNOWN},
        heartbeats={"biblioteka-sosnica": at - 30},
        traps={("core1", "linkDown"): 2},
        incidents=group(cells, city),
        equality={("district", "Trynek"): 87.5},
        agents=tuple(site_agents(city, {"biblioteka-sosnica": at - 30}, {"biblioteka-sosnica": HEALTH}, at, 20)),
        days_left={"wbo": 12.5},
    )


TOKEN = "token-of-the-test"


class Api:
    """The three routes of our API that Prometheus and Alertmanager use, in small."""

    def __init__(self, snapshot: Snapshot, store: AlertStore) -> None:
        self.snapshot, self.store = snapshot, store
        self.received: list[Alert] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(api.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.allowed():
                    api.received += api.store.receive(json.loads(body))
                self.answer((b"", "text/plain"))

            def allowed(self) -> bool:
                return self.headers.get("Authorization") == f"Bearer {TOKEN}"

            def answer(self, content: tuple[bytes, str]) -> None:
                self.send_response(200 if self.allowed() else 401)
                self.send_header("Content-Type", content[1])
                self.end_headers()
                self.wfile.write(content[0] if self.allowed() else b"")

            def log_message(self, *arguments: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def get(self, path: str) -> tuple[bytes, str]:
        url = urlsplit(path)
        query = {key: found[0] for key, found in parse_qs(url.query).items()}
        if url.path == "/sd/prometheus":
            return json.dumps(targets(self.snapshot.network, self.address)).encode(), "application/json"
        scope = Scope(query["scope"]) if "scope" in query else None
        return render(self.snapshot, device=query.get("device"), scope=scope), CONTENT_TYPE


@pytest.fixture
def api(snapshot: Snapshot, tmp_path: Path) -> Iterator[Api]:
    engine = connect(f"sqlite:///{tmp_path}/alerts.db")
    upgrade(engine)
    api = Api(replace(snapshot, incidents=(), links={}), AlertStore(engine))
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.fixture
def running(api: Api, city: Network, tmp_path: Path) -> Iterator[prometheus.Addresses]:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    settings = AlertSettings(scrape=1, device_scrape=1, group_interval=1)
    alertmanager, program = programs = prometheus.prepare(tmp_path, api.address, token, city, settings)
    try:
        for each in programs:
            background.start(tmp_path, each.name, each.argv)
        for each in programs:
            each.await_ready()
        yield prometheus.Addresses(program.address, alertmanager.address)
    finally:
        for each in programs:
            background.stop(tmp_path, each.name)


class Waiting:
    """Questions asked of a running Prometheus until the answer comes."""

    @staticmethod
    def until(true: Callable[[], Any], seconds: float = 30) -> float:
        started = time.monotonic()
        while not true():
            assert time.monotonic() - started < seconds, "it never happened"
            time.sleep(0.1)
        return time.monotonic() - started

    @staticmethod
    def query(address: str, expression: str) -> list[dict[str, Any]]:
        url = f"http://{address}/api/v1/query?query={quote(expression)}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found


@pytest.fixture(scope="session")
def waiting() -> type[Waiting]:
    return Waiting
