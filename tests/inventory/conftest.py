"""The demonstration city as files that a test may spoil."""

from pathlib import Path

import pytest

from inventory.model.network import Network
from inventory.sources.files import save


@pytest.fixture
def folder(tmp_path: Path, city: Network) -> Path:
    """A folder with the files of the demonstration city."""
    save(city, tmp_path / "city")
    return tmp_path / "city"
