"""The guides do what they say: every command of theirs is typed, in order, in the running city."""

from pathlib import Path

import pytest

from tests.support.guides import GUIDES, Typist, something_to_change, typed
from tests.support.running import RunningCity

pytestmark = pytest.mark.lab

NETBOX = "the city has no NetBox; tests/netbox types it beside a real one"
BOX = "there is no new box in the city; test_onboarding_lab switches one on"
FOR_EVER = "runs until it is ended; tests/jobs starts workers"
LATER = "waits until the middle of a night; tests/jobs lets time pass"
SIMULATED = "platforms"
"""A guide for another city: test_city_simulated types it."""
ELSEWHERE = {
    "access acknowledge 7": "stands for an entry; test_break_glass acknowledges one",
    "access end ldap:dispatcher": "stands for somebody who logged in; test_account ends a session",
    "apply PLAN --yes --at 2026-11-29T02:00+01:00": LATER,
    'apply PLAN --yes --override "a school is cut off"': "no window is shut; test_windows_and_schedules overrides one",
    "apply PLAN --yes --wait-for-window": LATER,
    "devices onboard 172.31.0.7": BOX,
    "devices onboard 172.31.0.7 --dry-run": BOX,
    "devices onboard --scan 172.31.0.0/24 --dry-run": BOX,
    "jobs cancel JOB": "the job is over by then; test_detached cancels one",
    "jobs resume CHANGE": "stands for a change that failed; test_detached resumes one",
    "lab up": "the city of these tests is up; test_lab_running brings labs up",
    "lab down": "the city of these tests is still needed",
    "database restore silesianet.backup --force": "the city is in use; test_database_backup restores",
    "inventory history verify --expect DIGEST": "stands for a digest; test_database_backup expects one",
    "inventory revert REVISION --dry-run": "stands for a revision; test_history_commands takes one back",
    "netbox diff": NETBOX,
    "netbox pull --dry-run": NETBOX,
    "netbox pull": NETBOX,
    "netbox push --dry-run": NETBOX,
    "netbox push": NETBOX,
    "reach advise --candidates lines.yaml": "reads a file the page writes; test_guide_planning types both",
    "restore core1 --from 2026-11-02": "stands for a day with a backup; test_restore goes back to a moment",
    "rollback CHANGE": "stands for a change; test_city_changes takes one back",
    "worker": FOR_EVER,
    "worker --queue pop-trynek-1": FOR_EVER,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("guide", [g for g in GUIDES if typed(g) and g.stem != SIMULATED], ids=lambda g: g.stem)
def test_every_command_of_a_guide_works(running: RunningCity, guide: Path, tmp_path: Path) -> None:
    typist = Typist(running.home, tmp_path)
    if not any("PLAN" in line for line in typed(guide)):
        typist.type(guide, ELSEWHERE)
        return
    with something_to_change(running.home):
        typist.type(guide, ELSEWHERE)
    running.run("apply", "--yes")


def test_nothing_is_left_out_without_need() -> None:
    every = {line for guide in GUIDES for line in typed(guide)}
    assert set(ELSEWHERE) <= every
