"""The playbooks on real routers: a check tells what an apply will do, a second apply has nothing to do."""

import json
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.playbooks.conftest import CORNER, Corner
from tests.support.playbook import changed, diffs

pytestmark = pytest.mark.lab
DEVICES = CORNER - {"noc"}


@dataclass(frozen=True)
class Story:
    """What was seen from the first day to the second apply."""

    touched_by_check: str
    check: CompletedProcess[str]
    first: CompletedProcess[str]
    second: CompletedProcess[str]


@pytest.fixture(scope="module")
def story(corner: Corner) -> Story:
    """Devices that were never configured; the hotspot can be reached only after the routers before it."""
    nearest = ("--limit", "gw-dc,core1")
    check = corner.play("apply.yml", "--check", "--diff", *nearest)
    touched = corner.node("core1", "ls", "/etc/silesianet", "/var/lib/silesianet", "/tmp")
    return Story(touched, check, corner.play("apply.yml", "--diff"), corner.play("apply.yml", "--diff"))


def test_a_check_announces_and_touches_nothing(story: Story) -> None:
    assert changed(story.check) == {"gw-dc": 1, "core1": 1}
    assert "sn-bundle" not in story.touched_by_check
    assert "+router ospf" in diffs(story.check)


def test_the_apply_does_what_the_check_announced(story: Story) -> None:
    announced, done = diffs(story.check), diffs(story.first)
    assert set(announced) <= set(done)
    assert changed(story.first) == dict.fromkeys(DEVICES, 1)


def test_a_second_apply_has_nothing_to_do(story: Story) -> None:
    assert changed(story.second) == dict.fromkeys(DEVICES, 0)
    assert diffs(story.second) == []


def test_every_commit_was_confirmed(story: Story, corner: Corner) -> None:
    changed(story.first)
    for name in DEVICES:
        status = json.loads(corner.node(name, "/etc/silesianet/sn-bundle", "status"))
        assert status["pending"] is None
        assert status["last"]["outcome"] == "confirmed"


def test_a_check_shows_what_somebody_did_by_hand(story: Story, corner: Corner) -> None:
    changed(story.second)
    byhand = ("-c", "configure terminal", "-c", "ip route 192.0.2.0/24 blackhole")
    corner.node("core1", "vtysh", *byhand)
    seen = corner.play("apply.yml", "--check", "--diff", "--limit", "core1")
    assert changed(seen) == {"core1": 1}
    assert [line for line in diffs(seen) if "192.0.2.0" in line] == ["-ip route 192.0.2.0/24 blackhole"]


def test_facts_are_what_the_devices_say(story: Story, corner: Corner, tmp_path: Path) -> None:
    changed(story.second)
    changed(corner.play("facts.yml", "-e", f"folder={tmp_path}"))
    facts = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.json")}
    assert set(facts) == DEVICES
    assert facts["core1"]["version"].startswith("FRRouting")
    assert facts["core1"]["interfaces"]["eth5"]["operationalStatus"] == "up"
    states = [n["nbrState"] for group in facts["core1"]["ospf_neighbours"]["neighbors"].values() for n in group]
    assert states and all(state.startswith("Full") for state in states)
    assert any(i["ifname"] == "lan0" for i in facts["hs-rynek"]["interfaces"])
