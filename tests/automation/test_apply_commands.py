"""plan, apply, rollback, render, drift, backup and jobs as people and scripts meet them: documents and exit codes."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import backup as backup_commands
from api.cli import changes as commands
from api.cli import drift as drift_commands
from api.cli import jobs as jobs_commands
from api.cli.dispatch import application, run
from automation.changes import Changes
from automation.gate import Prediction
from automation.settings import ChangeSettings
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from inventory.settings import Settings
from tests.support.devices import FakeCity, FakeProbes

QUICK = ChangeSettings(health_seconds=0.2, batch_seconds=0.3, settle_seconds=0, gate_seconds=0.3, margin_seconds=0.2)
CELL = ("szkola-trynek", "wbo")
Ask = Callable[..., tuple[int, Any]]


class FakeContext:
    """The composition root over devices in memory."""

    def __init__(self, city: Network, home: Path) -> None:
        self.settings = Settings(home=home)
        self.engine = connect(self.settings.database)
        upgrade(self.engine)
        self.inventory = InventoryStore(self.engine)
        self.inventory.write(city, "test", "start")
        self.devices, self.probes = FakeCity(city), FakeProbes(frozenset({CELL}))
        self.changes = Changes(
            self.engine, self.inventory, self.devices.connect, lambda *_: Prediction(lost=frozenset({CELL})),
            self.probes, settings=QUICK,
        )  # fmt: skip


@pytest.fixture
def context(city: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeContext]:
    fake = FakeContext(city, tmp_path)
    for module in (commands, jobs_commands, backup_commands, drift_commands):
        monkeypatch.setattr(module, "Context", lambda: fake)
    yield fake
    fake.engine.dispose()


@pytest.fixture
def ask(context: FakeContext) -> Ask:
    """Run a command with --json: its exit code and its one document."""

    def asked(name: str, *arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(application(name), [*arguments, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception

    return asked


def test_plan_document(ask: Ask) -> None:
    code, plan = ask("plan", "--device", "core1")
    assert code == 0 and plan["lost"] == [{"site": CELL[0], "service": CELL[1]}] and plan["gained"] == []
    (device,) = plan["devices"]
    assert (device["name"], device["platform"], device["reached"]) == ("core1", "frr", True)
    assert "+interface eth1" in device["diff"] and "interface eth1" in device["commands"]
    assert ask("plan", "--device", "core1", "--check")[0] == 1


def test_plan_of_a_device_that_was_configured_and_is_silent_now(ask: Ask, context: FakeContext) -> None:
    assert ask("apply", "--yes", "--device", "core1")[0] == 0
    context.devices.devices["core1"].ails = context.devices.devices["core2"].ails = "unreachable"
    assert ask("plan", "--device", "core1")[0] == 3
    assert ask("plan", "--device", "core2")[0] == 0, "the way to it is yet to be made"


def test_apply_by_plan_id_then_nothing_to_do(ask: Ask) -> None:
    _, plan = ask("plan", "--site", "szkola-trynek")
    code, report = ask("apply", plan["id"], "--yes")
    assert (code, report["state"], report["change"]) == (0, "confirmed", plan["change"])
    assert [(d["name"], d["outcome"]) for d in report["devices"]] == [("gw-szkola-trynek", "done")]
    assert ask("apply", "--yes", "--site", "szkola-trynek")[1]["devices"][0]["outcome"] == "unchanged"
    assert ask("plan", "--site", "szkola-trynek", "--check")[0] == 0


def test_apply_that_is_undone_exits_4_and_names_cells(ask: Ask, context: FakeContext) -> None:
    context.probes.fine = lambda _: not context.devices.devices["core1"].pending
    code, report = ask("apply", "--yes", "--device", "core1")
    assert (code, report["state"]) == (4, "rolled_back")
    assert report["lost"] == [{"site": CELL[0], "service": CELL[1]}]


def test_apply_with_a_silent_device_exits_3(ask: Ask, context: FakeContext) -> None:
    context.devices.devices["core1"].ails = "unreachable"
    code, report = ask("apply", "--yes", "--device", "core1")
    assert (code, report["state"], report["devices"][0]["outcome"]) == (3, "failed", "failed")


def test_apply_without_yes_in_a_pipe_is_refused(context: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert run(["apply", "--device", "core1", "--json"]) == 1
    assert context.devices.devices["core1"].commits == 0


def test_drift(ask: Ask, context: FakeContext) -> None:
    ask("apply", "--yes", "--device", "core1")
    assert ask("drift", "--device", "core1")[0] == 0
    context.devices.devices["core1"].running += "eth9 1\n"
    code, found = ask("drift", "--device", "core1")
    assert code == 1 and found["devices"][0]["drifted"]
    context.devices.devices["core1"].ails = "unreachable"
    assert ask("drift", "--device", "core1")[0] == 3


def test_backup_lies_in_home(ask: Ask, tmp_path: Path) -> None:
    code, saved = ask("backup", "--device", "core1")
    assert code == 0 and saved["devices"][0]["changed"] and (tmp_path / "backup" / "core1.bundle").is_file()


def test_render(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(ask("render", "hs-rynek")[1]["parts"]) == ["network", "nftables", "shaping", "snmpd", "dnsmasq"]
    assert run(["render", "hs-rynek"]) == 0
    assert capsys.readouterr().out.startswith("#! part network\naddress eth1 ")


def test_jobs(ask: Ask) -> None:
    _, report = ask("apply", "--yes", "--device", "core1")
    _, jobs = ask("jobs", "list")
    assert [(j["slug"], j["change"], j["state"]) for j in jobs["results"]] == [("1", report["change"], "done")]
    by_job, by_change = ask("jobs", "show", "1")[1], ask("jobs", "show", report["change"])[1]
    assert by_job == by_change and by_job["report"]["state"] == "confirmed"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["render", "nosuch"], 2),
        (["plan", "--device", "nosuch"], 2),
        (["plan", "--site", "nosuch"], 2),
        (["apply", "nosuch", "--yes"], 2),
        (["rollback", "nosuch", "--yes"], 2),
        (["jobs", "show", "99"], 2),
        (["jobs", "cancel", "99"], 2),
        (["render", "srv-dc"], 1),
    ],
)
def test_wrong_names_are_one_line(
    context: FakeContext, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert run(arguments) == code
    out, error = capsys.readouterr()
    assert not out and len(error.strip().splitlines()) <= 2 and "Traceback" not in error
