"""The city for whoever is not root: simulated devices of many vendors, and the guide about them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.city.conftest import left_of
from tests.support.guides import FOLDER, Typist, something_to_change
from tests.support.playbook import changed, play
from tests.support.running import COMMAND, environment_of

SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""Another user than root, without capabilities, to whom our files belong all the same."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """What `silesianet up` prints to somebody who is not root."""
    home = tmp_path_factory.mktemp("simulated")
    done = subprocess.run(
        [*SOMEBODY, *COMMAND, "up"], env=environment_of(home), capture_output=True, text=True, timeout=240
    )
    try:
        assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        yield home, done.stdout
    finally:
        subprocess.run([*SOMEBODY, *COMMAND, "down"], env=environment_of(home), check=True, capture_output=True)
    assert left_of(home) == [], "processes that outlived `silesianet down`"


def test_everything_is_configured_and_a_banner_says_what_is_not_there(printed: tuple[Path, str]) -> None:
    _, said = printed
    assert "Simulated devices: they take configurations and carry no traffic" in said
    assert "drift: 0 of " in said


def test_ansible_plans_for_every_platform(printed: tuple[Path, str]) -> None:
    home, _ = printed
    assert sum(changed(play(home, "change.yml", "--check", before=SOMEBODY)).values()) == 0
    with something_to_change(home):
        assert sum(changed(play(home, "change.yml", before=SOMEBODY)).values()) == 1
    assert sum(changed(play(home, "change.yml", before=SOMEBODY)).values()) == 1


def test_the_guide_about_platforms_is_typed(printed: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = printed
    with something_to_change(home):
        Typist(home, tmp_path, SOMEBODY).type(FOLDER / "platforms.md", {"up --simulated": "is up"})
