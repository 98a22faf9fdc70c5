"""``silesianet probe``: from this machine, from a device, and how the agents are."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli.dispatch import run
from api.context import Context
from automation.questions import Answer
from inventory.model.device import Role
from inventory.model.network import Network
from inventory.model.service import Protocol
from inventory.settings import Settings
from monitoring.observation import Observation
from monitoring.observations import ObservationStore
from tests.support.command import Command, Said
from tests.support.small_network import service, village


@pytest.fixture
def port() -> Iterator[int]:
    """A port that accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def probing(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command on a village whose e-services are on this machine; devices are this machine too."""
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    monkeypatch.setenv("SILESIANET_DATABASE_URL", f"sqlite:///{tmp_path / 'silesianet.db'}")
    context = Context(Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'silesianet.db'}"))
    context.inventory.write(_here(port), "tests", "an inventory")

    def answers(_network: Network, scope: Any, _shells: Any, command: str) -> list[Answer]:
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=20)
        return [Answer(scope.devices[0], done.stdout)]

    monkeypatch.setattr("automation.questions.answers", answers)
    monkeypatch.setattr("api.composition.shells", lambda context: context)
    capsys.readouterr()

    def command(*arguments: str | Path) -> Said:
        return Said(run(["probe", *map(str, arguments)]), *capsys.readouterr())

    return command


def _here(port: int) -> Network:
    whole = village()
    devices = tuple(d for d in whole.devices if d.role is not Role.RESOLVER)
    services = (
        service("edms", "srv", "127.0.0.1", port=port, protocol=Protocol.TCP),
        service("wbo", "srv", "127.0.0.1", port=1, protocol=Protocol.TCP),
        service("internet", "web", "127.0.0.1", port=port, protocol=Protocol.ICMP),
    )
    return whole.model_copy(update={"devices": devices, "services": services})


def test_from_this_machine(probing: Command) -> None:
    found = probing("run", "--json", "--kind", "tcp")
    assert found.code == 1
    told = {r["service"]: (r["ok"], r["stage"], r["families"]) for r in found.document["results"]}
    assert told == {"edms": (True, None, {"4": "ok"}), "wbo": (False, "tcp", {"4": "tcp"})}
    assert (found.document["vantage"], found.document["kind"]) == ("noc", "pop")
    assert probing("run", "edms", "--family", "4").code == 0
    assert probing("run", "--json", "edms", "--family", "6").document["results"] == []


def test_from_a_device_it_is_kept_as_a_view(probing: Command) -> None:
    found = probing("run", "edms", "--from", "device:core", "--json")
    assert (found.code, found.document["kind"], found.document["vantage"]) == (0, "device", "device:core")
    (view,) = probing("views", "--json").document["results"]
    assert (view["slug"], view["ok"]) == ("device:core:edms", True)


@pytest.mark.parametrize("wrong", [("nothing",), ("--kind", "gopher"), ("--family", "5"), ("--from", "device:nobody")])
def test_what_is_not_there_is_said(probing: Command, wrong: tuple[str, ...]) -> None:
    found = probing("run", *wrong)
    assert found.code == 2 and "Traceback" not in found.err


def test_agents_and_blind_sites(probing: Command, tmp_path: Path) -> None:
    store = ObservationStore(Context(Settings(home=tmp_path)).engine)
    store.add("one", [Observation("edms", time.time(), True)], health={"version": "9", "queue": 4})
    found = probing("agents", "--json")
    assert found.code == 1, "a site that was never heard is blind"
    told = {a["site"]: (a["state"], a["version"], a["queue"]) for a in found.document["results"]}
    assert told == {"one": ("heard", "9", 4), "two": ("never", None, None), "spot": ("never", None, None)}
    assert "never" in probing("agents").out
