"""The server as its users have it: a process, curl, SIGTERM."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import House, furnish

REST = "/api/v1"
SERVE = (sys.executable, "-c", "from api.cli import main; main()", "serve")


def _curl(*arguments: str) -> tuple[int, str, str]:
    """Status, media type, body."""
    form = "\n%{http_code} %{content_type}"
    asked = subprocess.run(
        ["curl", "-s", "-m", "20", "-w", form, *arguments], capture_output=True, text=True, check=True
    )
    body, _, tail = asked.stdout.rpartition("\n")
    status, _, media_type = tail.partition(" ")
    return int(status), media_type, body


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's state."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def furnished(home: Path, city: Network) -> House:
    """The city in the server's store."""
    house = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    house.observe()
    return house


@pytest.fixture(scope="module")
def url(home: Path, furnished: House) -> Iterator[str]:
    """A running `silesianet serve` on a free port."""
    environment = {"PATH": os.environ["PATH"], "SILESIANET_HOME": str(home), "SILESIANET_LISTEN": "127.0.0.1:0"}
    process = subprocess.Popen(SERVE, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 40
    while not (home / "url").exists():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < deadline
        time.sleep(0.05)
    address = (home / "url").read_text().strip()
    while subprocess.run(["curl", "-s", "-o", os.devnull, f"{address}/healthz"], check=False).returncode:
        assert time.monotonic() < deadline
    yield address
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert time.monotonic() - began < 10
    assert not (home / "url").exists()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def _as(house: House, role: Role) -> str:
    return f"Authorization: Bearer {house.tokens[role]}"


def test_which_services_are_reachable_at_a_site_and_why(url: str, furnished: House) -> None:
    furnished.observe()
    viewer = _as(furnished, Role.VIEWER)
    status, media_type, body = _curl("-H", viewer, f"{url}{REST}/sites/szkola-trynek/services")
    assert (status, media_type) == (200, "application/json")
    cells = {cell["service"]: cell for cell in json.loads(body)["results"]}
    assert cells["wbo"]["verdict"] == "ok"
    assert (cells["credit-capacity"]["entitled"], cells["credit-capacity"]["verdict"]) == (False, "blocked")
    status, _, body = _curl("-H", viewer, f"{url}{REST}/services/wbo/sites?verdict=ok")
    assert status == 200
    assert "szkola-trynek" in {cell["site"] for cell in json.loads(body)["results"]}


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/sites/szkola-trynek/services", None, 401),
        ("/sites/szkola-trynek/services", "wrong", 401),
        ("/sites/szkola-trynek/services", Role.AGENT, 403),
        ("/sites/szkola-trinek/services", Role.VIEWER, 404),
        ("/sites/szkola-trynek/services?verdict=perhaps", Role.VIEWER, 422),
        ("/sites/szkola-trynek/services?colour=red", Role.VIEWER, 422),
        ("/reports/capacity.pdf", Role.VIEWER, 404),
    ],
)
def test_every_error_is_a_problem(url: str, furnished: House, path: str, role: Role | str | None, status: int) -> None:
    bearer = _as(furnished, role) if isinstance(role, Role) else f"Authorization: Bearer {role}"
    found, media_type, body = _curl(*(("-H", bearer) if role else ()), f"{url}{REST}{path}")
    assert (found, media_type) == (status, "application/problem+json")
    problem = json.loads(body)
    assert problem["status"] == status
    assert {"type", "title", "detail", "instance"} <= set(problem)


def test_a_wrong_role_may_not_change_anything(url: str, furnished: House) -> None:
    noc = _as(furnished, Role.NOC)
    status, media_type, body = _curl("-X", "POST", "-H", noc, "--json", '{"comment":"x"}', f"{url}{REST}/changes")
    assert (status, media_type) == (403, "application/problem+json")
    assert json.loads(body)["needs"] == "operator"


def test_events_flow_while_the_server_runs(url: str, furnished: House) -> None:
    furnished.observe()
    viewer = _as(furnished, Role.VIEWER)
    following = subprocess.Popen(
        ["curl", "-sN", "-m", "20", "-H", viewer, f"{url}{REST}/events"], stdout=subprocess.PIPE, text=True
    )
    assert following.stdout is not None
    assert following.stdout.readline() == "retry: 2000\n"
    time.sleep(1.2)
    furnished.observe(also=frozenset({("sygnalizacja-dts", "wbo")}))
    told: dict[tuple[str, str], str] = {}
    while ("sygnalizacja-dts", "wbo") not in told:
        line = following.stdout.readline()
        assert line, "the stream ended without a word"
        if line.startswith("data: "):
            cells = json.loads(line.removeprefix("data: ")).get("cells", [])
            told.update({(c["site"], c["service"]): c["verdict"] for c in cells})
    assert told["sygnalizacja-dts", "wbo"] == "leak"
    following.terminate()
    following.wait(5)
    following.stdout.close()


@pytest.mark.parametrize("form", ["csv", "html", "json"])
def test_the_capacity_report_in_every_form(url: str, furnished: House, form: str) -> None:
    status, media_type, body = _curl("-H", _as(furnished, Role.VIEWER), f"{url}{REST}/reports/capacity.{form}")
    assert status == 200
    assert form in media_type
    assert "core1--core2" in body


def test_metrics_are_closed_unless_made_public(url: str) -> None:
    assert _curl(f"{url}/metrics")[0] == 401
    assert _curl(f"{url}/healthz")[0] == 200
    assert _curl(f"{url}/openapi.json")[0] == 200
