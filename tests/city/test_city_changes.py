"""Shown 3: a bad change takes itself back and says whom it hurt, a good one stays, a cut-off device heals."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.running import COMMAND, RunningCity, environment_of, eventually

pytestmark = pytest.mark.lab

SCHOOL = "szkola-trynek"
TOUCHED = ("--device", f"gw-{SCHOOL}", "--device", "pop-trynek-1")
"""The devices that these tests change: the whole city is planned and applied when it is brought up."""


class Files:
    """The inventory as files, edited the way an operator does it."""

    def __init__(self, running: RunningCity, folder: Path) -> None:
        self.running, self.folder = running, folder
        running.run("inventory", "export", str(folder))

    def append(self, noun: str, text: str) -> None:
        """Add records to a file and import the folder."""
        path = self.folder / f"{noun}.yaml"
        records = yaml.safe_load(path.read_text()) or []
        path.write_text(yaml.safe_dump(records + yaml.safe_load(text), allow_unicode=True))
        self.load("an operator's edit")

    def replace(self, noun: str, old: str, new: str) -> None:
        """Change words in a file and import the folder."""
        path = self.folder / f"{noun}.yaml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        self.load("an operator's edit")

    def edit_rate(self, circuit: str, rate: str) -> None:
        """Give a circuit another rate, both ways, and import the folder."""
        path = self.folder / "circuits.yaml"
        records = yaml.safe_load(path.read_text())
        for record in records:
            if record["slug"] == circuit:
                record["rate"] = {"down": rate, "up": rate}
        path.write_text(yaml.safe_dump(records, allow_unicode=True))
        self.load("an operator's edit")

    def load(self, why: str) -> None:
        """Import the folder."""
        self.running.run("inventory", "import", str(self.folder), "--why", why)


@pytest.fixture
def files(running: RunningCity, tmp_path: Path) -> Iterator[Files]:
    """The inventory of the running city; put back, on the devices too, after the test."""
    original = tmp_path / "original"
    running.run("inventory", "export", str(original))
    yield Files(running, tmp_path / "edited")
    running.run("inventory", "import", str(original), "--why", "back to before the test")
    if running.run("plan", "--check", *TOUCHED, expect=None).returncode:
        running.run("apply", "--yes", *TOUCHED)


WRONG_RULE = f"""
- slug: wrong-rule
  order: 10
  sites: [{SCHOOL}]
  action: deny
  destinations: [10.50.0.12/32, "2001:db8:44:50::c/128"]
  comment: meant for another network
"""
"""Where wbo answers: denied in one IP version alone it would still work in the other."""


def test_a_wrong_zone_rule_is_rolled_back_by_itself(running: RunningCity, files: Files) -> None:
    files.append("rules", WRONG_RULE)
    plan = running.json("plan", *TOUCHED)
    assert plan["lost"] == [{"site": SCHOOL, "service": "wbo"}]
    report = running.json("apply", plan["id"], "--yes", expect=4)
    assert report["state"] == "rolled_back"
    assert report["lost"] == [{"site": SCHOOL, "service": "wbo"}]
    outcomes = {d["name"]: d["outcome"] for d in report["devices"]}
    assert outcomes.pop(f"gw-{SCHOOL}") == "rolled_back"
    assert set(outcomes.values()) == {"unchanged"}
    eventually(lambda: running.cells(SCHOOL)["wbo"]["verdict"] == "ok", 60, "wbo works at the school again")


def test_a_harmless_change_is_kept_and_can_be_taken_back(running: RunningCity, files: Files) -> None:
    """A faster circuit for the school: both ends shape anew, and nothing else happens."""
    files.edit_rate(f"c-pop-trynek-1--gw-{SCHOOL}", "500 Mb/s")
    report = running.json("apply", "--yes", *TOUCHED)
    assert (report["state"], report["lost"]) == ("confirmed", [])
    done = {d["name"] for d in report["devices"] if d["outcome"] == "done"}
    assert done == {"pop-trynek-1", f"gw-{SCHOOL}"}
    assert "500000000" in running.run("render", f"gw-{SCHOOL}").stdout
    assert running.json("rollback", report["change"], "--yes")["state"] == "confirmed"
    assert running.run("drift", "--device", f"gw-{SCHOOL}", expect=1).stdout.count("500000000") == 1


QUICK = {
    "SILESIANET_CHANGE_BATCH_SECONDS": "10",
    "SILESIANET_CHANGE_HEALTH_SECONDS": "6",
    "SILESIANET_CHANGE_GATE_SECONDS": "10",
    "SILESIANET_CHANGE_MARGIN_SECONDS": "3",
}
"""Shorter waits: the device's timer is the sum of them."""


def test_a_device_cut_off_by_its_own_change_heals_itself(running: RunningCity, files: Files) -> None:
    """The wrong address of the management station: the device no longer lets the controller in."""
    files.replace("devices", "10.50.0.5/24", "10.50.0.6/24")
    plan = running.json("plan", "--device", f"gw-{SCHOOL}")
    assert "10.50.0.6" in plan["devices"][0]["diff"]
    report = running.json("apply", plan["id"], "--yes", expect=None, settings=QUICK)
    assert report["state"] == "rolled_back"
    device = next(d for d in report["devices"] if d["name"] == f"gw-{SCHOOL}")
    assert device["outcome"] == "rolled_back" and device["reason"]
    files.replace("devices", "10.50.0.6/24", "10.50.0.5/24")
    plan = running.json("plan", "--device", f"gw-{SCHOOL}", "--check")
    assert plan["devices"][0]["diff"] == ""


def test_a_killed_controller_leaves_no_half_change(running: RunningCity, files: Files) -> None:
    """kill -9 between apply and confirm: the device's own timer heals, and the next start says what happened."""
    files.append("rules", WRONG_RULE)
    environment = environment_of(running.home) | QUICK
    controller = subprocess.Popen(
        [*COMMAND, "apply", "--yes", *TOUCHED], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    eventually(lambda: running.cells(SCHOOL)["wbo"]["observed"] == "failed", 60, "the bad change is on the device")
    os.kill(controller.pid, signal.SIGKILL)
    assert controller.wait() == -signal.SIGKILL
    abandoned = running.get("/api/v1/changes").json()["results"][0]
    assert abandoned["state"] in ("applying", "verifying")
    eventually(lambda: running.cells(SCHOOL)["wbo"]["verdict"] == "ok", 120, "the device took the change back")
    running.run("plan", *TOUCHED)  # the next start finds the change without a controller and says how it ended
    ended = running.get(f"/api/v1/changes/{abandoned['slug']}").json()
    assert ended["state"] == "rolled_back"
