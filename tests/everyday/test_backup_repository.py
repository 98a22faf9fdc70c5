"""Backups in git: one commit for each run that found a change, readable by device, safe against kills and twins."""

import subprocess
from pathlib import Path

import pytest

from automation.backups.origin import blame
from automation.backups.repository import Repository
from inventory.errors import RefusedRequest, UnknownObject
from tests.everyday.conftest import Scene


def git(folder: Path, *words: str) -> str:
    """What a person would see with git."""
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_run_is_one_commit_by_whoever_ran_it_and_nothing_new_is_none(scene: Scene) -> None:
    assert [s.changed for s in scene.save("core1", "core2", why="ticket 7")] == [True, True]
    assert [s.changed for s in scene.save("core1", "core2")] == [False, False]
    assert git(scene.folder, "log", "--format=%an|%ae|%s|%b").strip() == "anna||core1, core2 changed|ticket 7"


def test_a_text_saved_again_differs_only_in_what_was_configured(scene: Scene) -> None:
    device = scene.devices.devices["core1"]
    scene.save("core1")
    device.running += "! Last configuration change at 12:00:01 UTC\nntp clock-period 17180000\n"
    assert [s.changed for s in scene.save("core1")] == [False]
    device.running += "ip route 10.9.0.0/16 10.0.0.1\n"
    assert [s.changed for s in scene.save("core1", "core2")] == [True, True]
    newest, oldest = scene.repository.log("core1")
    assert "+ip route 10.9.0.0/16" in scene.repository.diff("core1", oldest.commit, newest.commit)
    assert "10.9" not in scene.repository.show("core1", oldest.commit)


def test_every_line_has_its_author(scene: Scene) -> None:
    scene.save("core1")
    change = scene.configured("core1")
    scene.save("core1")
    scene.devices.devices["core1"].running += "ip route 10.9.0.0/16 10.0.0.1\n"
    scene.save("core1")
    lines = blame(scene.since, "core1")
    (by_hand,) = [line for line in lines if "10.9.0.0" in line.text]
    assert by_hand.change is None and by_hand.who is None
    ours = [line for line in lines if line.text.startswith("router ospf")]
    assert ours and {(line.change, line.who) for line in ours} == {(change.id, "jan")}
    assert all(line.change == change.id for line in lines if line.text == "exit")
    assert f"Change: {change.id} by jan (core1)" in scene.repository.log("core1")[1].message


def test_a_run_killed_at_work_is_cleared_away_by_the_next(scene: Scene) -> None:
    scene.save("core1")
    place = scene.folder / ".git"
    (place / "index.lock").touch()
    (place / "HEAD.lock").touch()
    (place / "refs" / "heads" / "backup.lock").touch()
    (scene.folder / "core1.bundle").write_text("half of")
    assert [s.changed for s in scene.save("core1")] == [False]
    assert git(scene.folder, "status", "--porcelain") == ""
    git(scene.folder, "fsck", "--strict")


def test_a_run_killed_at_the_very_first_commit_leaves_no_mess(scene: Scene) -> None:
    (scene.folder / ".git").mkdir(parents=True)
    (scene.folder / ".git" / "index.lock").touch()
    assert [s.changed for s in scene.save("core1")] == [True]


def test_two_runs_at_once_exclude_each_other(scene: Scene) -> None:
    with scene.repository.writing(), pytest.raises(RefusedRequest, match="another backup"):
        scene.save("core1")
    scene.save("core1")


@pytest.mark.parametrize("name", ["nobody", "../x", "--all", "HEAD"])
def test_a_device_never_saved_is_unknown(scene: Scene, name: str) -> None:
    with pytest.raises(UnknownObject):
        scene.repository.log(name)
    scene.save("core1")
    with pytest.raises(UnknownObject):
        scene.repository.show(name)


@pytest.mark.parametrize("name", ["--output=x", "HEAD", "abc", "0123456789"])
def test_a_commit_that_is_none_is_unknown(scene: Scene, name: str) -> None:
    scene.save("core1")
    with pytest.raises(UnknownObject):
        scene.repository.commit(name)


def test_what_git_was_told_elsewhere_does_not_count(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody else")
    scene.save("core1", who="anna")
    assert Repository(scene.folder).log("core1")[0].who == "anna"
