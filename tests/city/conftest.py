"""One city for all tests of this folder; each leaves it as it found it, or fails."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import doctor
from tests.support.running import RunningCity, eventually, silesianet


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """`silesianet up`, and `down` afterwards; a machine that cannot carry a lab skips, where it must it fails."""
    missing = [finding.name for finding in doctor.examine() if not finding.ok]
    if missing:
        reason = f"this machine cannot carry a lab: {', '.join(missing)}"
        required = os.environ.get("SILESIANET_LAB") == "required" or os.environ.get("CI") == "true"
        pytest.fail(reason) if required else pytest.skip(reason)
    home: Path = tmp_path_factory.mktemp("city")
    began = time.monotonic()
    try:
        printed = silesianet(home, "up").stdout
        yield RunningCity(home, printed, time.monotonic() - began)
    finally:
        silesianet(home, "down")


@pytest.fixture
def running(up: RunningCity) -> Iterator[RunningCity]:
    """The city in its normal state: no fault, nothing lost, computed as observed."""
    yield up
    up.run("lab", "fault", "clear", "--all")
    eventually(lambda: not up.lost(), 40, "everything is as it was before the test")
