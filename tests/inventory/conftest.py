"""The demonstration city as files that a test may spoil, and the commands on an inventory of their own."""

from pathlib import Path

import pytest

from api.cli.dispatch import run
from inventory.model.network import Network
from inventory.sources.files import save
from tests.support.command import Command, Said


@pytest.fixture
def folder(tmp_path: Path, city: Network) -> Path:
    """A folder with the files of the demonstration city."""
    save(city, tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def stored_in() -> str:
    """URL of the database of the commands; empty for the default, SQLite in the home."""
    return ""


@pytest.fixture
def inventory(
    stored_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs ``silesianet inventory …`` on an empty home of its own."""
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("SILESIANET_DATABASE_URL", stored_in)

    def command(*arguments: str | Path) -> Said:
        code = run(["inventory", *map(str, arguments)])
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def loaded(inventory: Command, folder: Path) -> Command:
    """The command on an inventory that holds the demonstration city."""
    assert inventory("import", folder, "--who", "officer", "--why", "first").code == 0
    return inventory
