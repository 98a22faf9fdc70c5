"""The guide to planning does what it says: its commands are typed in order, and its table is the one in force."""

import shlex
import subprocess
from pathlib import Path

import pytest

from api.cli.dispatch import run
from inventory.model.network import Network
from inventory.sources.files import save
from monitoring.settings import FAILURE_RATES
from tests.api.test_guide_curl import GUIDES, blocks


def test_the_commands_of_the_guide(
    tmp_path: Path, city: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path / "var"))
    monkeypatch.delenv("SILESIANET_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    save(city, tmp_path / "city")
    assert run(["inventory", "import", "city"]) == 0
    for block in blocks("planning.md", "sh"):
        before, _, after = block.rpartition("END\n")
        if before:
            subprocess.run(["bash", "-c", before + "END\n"], check=True, timeout=10)
        for line in after.splitlines():
            assert run(shlex.split(line)[1:]) == 0, line
    said = capsys.readouterr().out
    assert "refused: library-same-duct" in said and "nothing is lost, gained, better or worse" in said


def test_the_table_of_the_guide_is_in_force() -> None:
    rows = [line.strip("| ").split(" | ") for line in (GUIDES / "planning.md").read_text().splitlines() if "." in line]
    told = {row[0]: (float(row[1]), float(row[2])) for row in rows if len(row) == 3 and row[0] in FAILURE_RATES}
    assert told == FAILURE_RATES
