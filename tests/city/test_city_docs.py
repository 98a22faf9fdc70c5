"""The guides do what they say: every command of theirs is typed, in order, in the running city."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.running import COMMAND, RunningCity, environment_of

pytestmark = pytest.mark.lab

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "guide").glob("*.md"))
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
NETBOX = "the city has no NetBox; tests/netbox types it beside a real one"
ELSEWHERE = {
    "access acknowledge 7": "stands for an entry; test_break_glass acknowledges one",
    "access end ldap:dispatcher": "stands for somebody who logged in; test_account ends a session",
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
    "rollback CHANGE": "stands for a change; test_city_changes takes one back",
}


def typed(page: Path) -> list[str]:
    """What follows `silesianet` in the lines to be typed."""
    lines = [line for block in FENCE.findall(page.read_text()) for line in block.splitlines()]
    return [line.removeprefix("silesianet ") for line in lines if line.startswith("silesianet ")]


@pytest.mark.parametrize("guide", [g for g in GUIDES if typed(g)], ids=lambda g: g.stem)
def test_every_command_of_a_guide_works(running: RunningCity, guide: Path, tmp_path: Path) -> None:
    for line in typed(guide):
        if line in ELSEWHERE:
            continue
        words = shlex.split(line) + (["--yes"] if line.startswith("apply") else [])
        done = subprocess.run(
            [*COMMAND, *words],
            cwd=tmp_path,
            env=environment_of(running.home),
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert done.returncode == 0, f"{guide.name}: silesianet {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def test_nothing_is_left_out_without_need() -> None:
    every = {line for guide in GUIDES for line in typed(guide)}
    assert set(ELSEWHERE) <= every
