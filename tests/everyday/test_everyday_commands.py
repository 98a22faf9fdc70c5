"""backup, restore, compliance and secrets as people and scripts meet them: documents and exit codes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from api.cli.dispatch import application
from automation.changes import Changes
from inventory.database.compliance import ComplianceStore
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.reports import REPORTS, Sources
from tests.everyday.conftest import Scene

Ask = Callable[..., tuple[int, Any]]
MODULES = ("backup", "changes", "compliance", "drift", "restore", "secrets")


@dataclass
class FakeContext:
    """The composition root over devices in memory."""

    changes: Changes
    engine: Engine
    inventory: InventoryStore
    settings: Settings


@pytest.fixture
def ask(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command with --json: its exit code and its one document, or how it was refused."""
    engine = scene.changes.engine
    fake = FakeContext(scene.changes, engine, InventoryStore(engine), Settings(home=scene.folder.parent))
    for name in MODULES:
        monkeypatch.setattr(import_module(f"api.cli.{name}"), "Context", lambda: fake)

    def asked(name: str, *arguments: str) -> tuple[int, Any]:
        result = CliRunner().invoke(application(name), [*arguments, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception

    return asked


def test_backups_are_made_and_looked_up(ask: Ask, scene: Scene) -> None:
    code, made = ask("backup", "--device", "core1", "--comment", "ticket 7")
    assert code == 0 and made["devices"] == [{"name": "core1", "reached": True, "changed": True, "reason": ""}]
    change = scene.configured("core1")
    assert ask("backup", "save", "--device", "core1")[0] == 0
    _, log = ask("backup", "log", "core1")
    newest, oldest = log["backups"]
    assert "ticket 7" in oldest["message"] and change.id in newest["message"]
    _, shown = ask("backup", "show", "core1", "--at", oldest["backup"][:9])
    assert shown["backup"] == oldest["backup"] and "router ospf" not in shown["text"]
    _, diff = ask("backup", "diff", "core1", oldest["backup"], newest["backup"])
    assert "+router ospf" in diff["diff"]
    _, blame = ask("backup", "blame", "core1")
    (line,) = [line for line in blame["lines"] if line["text"] == "router ospf"]
    assert (line["change"], line["who"]) == (change.id, "jan")


def test_a_silent_device_is_told_and_so_is_a_backup_there_is_not(ask: Ask, scene: Scene) -> None:
    scene.devices.devices["core1"].ails = "unreachable"
    assert ask("backup", "--device", "core1")[0] == 3
    assert ask("backup", "log", "core1")[0] != 0


def test_a_restore_is_planned_and_applied(ask: Ask, scene: Scene) -> None:
    before = scene.devices.run("core1")
    ask("backup", "--device", "core1")
    scene.configured("core1")
    code, plan = ask("restore", "core1", "--plan")
    assert code == 0 and [d["name"] for d in plan["devices"]] == ["core1"]
    assert scene.devices.run("core1") != before
    code, report = ask("restore", "core1", "--yes")
    assert code == 0 and report["state"] == "confirmed" and scene.devices.run("core1") == before


def test_drift_with_its_plan_is_one_document(ask: Ask, scene: Scene) -> None:
    scene.configured("core1")
    assert ask("drift", "--device", "core1", "--plan")[1]["plan"] is None
    scene.devices.devices["core1"].running += "! typed\nip route 10.9.0.0/16 10.0.0.1\n"
    code, found = ask("drift", "--device", "core1", "--plan")
    assert code == 1 and found["plan"]["devices"][0]["diff"]
    assert "plan" not in ask("drift", "--device", "core1")[1]


def test_compliance_is_told_by_exit_code_document_and_report(ask: Ask, scene: Scene, city: Network) -> None:
    scene.configured("core1")
    code, found = ask("compliance", "--device", "core1")
    assert [r for d in found["devices"] for r in d["results"] if r["verdict"] == "broken"] == [] and code == 0
    scene.devices.devices["core1"].running += "rocommunity public\n"
    code, found = ask("compliance", "--device", "core1", "--rule", "snmp-v3")
    (result,) = found["devices"][0]["results"]
    assert code == 1 and (result["rule"], result["verdict"], result["text"]) == (
        "snmp-v3", "broken", "rocommunity <secret>",
    )  # fmt: skip
    assert ask("compliance", "--rule", "x")[0] != 0
    scene.devices.devices["core1"].ails = "unreachable"
    assert ask("compliance", "--device", "core1")[0] == 3
    assert len(ComplianceStore(scene.changes.engine).latest()) > 5, "what is known of a silent device stays"
    report = REPORTS["compliance"].build(Sources(city, scene.changes.engine, 0.0))
    assert [row[:3] for row in report.rows] == [("core1", "snmp-v3", "broken")]


def test_secrets_check_names_sources_and_no_values(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("api.cli.secrets"), "needed", lambda *_: {"tacacs": ("frr",), "x": ("frr",)})
    monkeypatch.setenv("SILESIANET_SECRET_TACACS", "Zk7-planted")
    code, found = ask("secrets", "check")
    assert code == 1 and [(s["name"], s["source"]) for s in found["secrets"]] == [("tacacs", "env"), ("x", None)]
    assert "planted" not in json.dumps(found)
