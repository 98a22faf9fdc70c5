"""The whole way of an alert with the real programs: scrape, discovery, rule, Alertmanager, webhook, resolved."""

import json
import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine

from inventory.model.network import Network
from monitoring import prometheus
from monitoring.alerts.alert import Alert
from monitoring.alerts.store import AlertStore
from monitoring.exposition import CONTENT_TYPE, render, targets
from monitoring.metrics import Scope
from monitoring.settings import AlertSettings
from monitoring.snapshot import Snapshot

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
def api(snapshot: Snapshot, engine: Engine) -> Iterator[Api]:
    api = Api(replace(snapshot, incidents=(), links={}), AlertStore(engine))
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.fixture
def running(api: Api, city: Network, tmp_path: Path) -> Iterator[prometheus.Addresses]:
    if shutil.which("prometheus") is None or shutil.which("prometheus-alertmanager") is None:
        pytest.skip("Debian packages prometheus and prometheus-alertmanager are not installed")
    token = tmp_path / "token"
    token.write_text(TOKEN)
    settings = AlertSettings(scrape=1, device_scrape=1, group_interval=1)
    try:
        yield prometheus.start(tmp_path, api.address, token, city, settings)
    finally:
        prometheus.stop(tmp_path)


def until(true: Callable[[], Any], seconds: float = 30) -> float:
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, "it never happened"
        time.sleep(0.1)
    return time.monotonic() - started


def query(address: str, expression: str) -> list[dict[str, Any]]:
    url = f"http://{address}/api/v1/query?query={urllib.request.quote(expression)}"  # type: ignore[attr-defined]
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
    return found


def test_an_incident_travels_as_one_alert(api: Api, running: prometheus.Addresses, snapshot: Snapshot) -> None:
    until(lambda: query(running.prometheus, 'silesianet_build_info{version!=""}'))
    until(lambda: query(running.prometheus, 'silesianet_device_up{instance="core1",role="core"}'))
    api.snapshot = snapshot
    seconds = until(lambda: [a for a in api.received if a.name == "ServicesLost"])
    assert seconds < 15
    (alert,) = {a.fingerprint: a for a in api.received if a.name == "ServicesLost"}.values()
    (incident,) = snapshot.incidents
    assert alert.labels["cause"] == incident.cause
    assert alert.annotations["summary"] == incident.text_en
    assert alert.annotations["summary_pl"] == incident.text_pl
    assert api.store.acknowledge(alert.fingerprint, "noc").acknowledged_by == "noc"
    api.snapshot = replace(snapshot, incidents=())
    until(lambda: api.store.get(alert.fingerprint).status == "resolved")
    assert api.store.get(alert.fingerprint).acknowledged_by == "noc"


def test_stop_ends_both_programs(api: Api, running: prometheus.Addresses, tmp_path: Path) -> None:
    pids = [int(path.read_text()) for path in (tmp_path / "prometheus").glob("*.pid")]
    assert len(pids) == 2
    prometheus.stop(tmp_path)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not list((tmp_path / "prometheus").glob("*.pid"))
