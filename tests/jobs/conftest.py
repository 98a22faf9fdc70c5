"""What tests of jobs share: a store, and workers that can be killed."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from automation.jobs.presence import Presence
from automation.jobs.store import JobStore
from inventory.model.network import Network
from tests.support.job_worker import LEASE_SECONDS
from tests.support.scene import Scene

ROOT = Path(__file__).parents[2]


class Workers:
    """Worker processes on one database and folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder, self._url = folder, url
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, queue: str = "main") -> subprocess.Popen[bytes]:
        """One more."""
        argv = [sys.executable, str(ROOT / "tests/support/job_worker.py"), self._url, str(self.folder), queue]
        process = subprocess.Popen(argv, env={**os.environ, "PYTHONPATH": str(ROOT)})
        self._started.append(process)
        return process

    def said(self, word: str) -> list[tuple[str, int]]:
        """(what, by which process) of every line that begins with a word."""
        log = self.folder / "log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return [(line[1], int(line[2])) for line in lines if line[0] == word]

    def begun(self) -> Counter[int]:
        """Jobs begun, by process."""
        return Counter(pid for _, pid in self.said("begin"))

    def kill(self, engine: Engine, process: subprocess.Popen[bytes]) -> None:
        """Kill one, and let its leases run out at once."""
        process.kill()
        process.wait(10)
        with engine.execution_options(writes=True).begin() as connection:
            name = {"name": f"%-{process.pid}-%"}
            connection.execute(text("UPDATE jobs SET until = 1 WHERE state = 'running' AND worker LIKE :name"), name)
            connection.execute(text("UPDATE job_workers SET seen = 1 WHERE name LIKE :name"), name)

    def stop(self) -> None:
        """Kill what still runs."""
        for process in self._started:
            process.kill()
            process.wait(10)


@pytest.fixture
def workers(database_url: str, tmp_path: Path, engine: Engine) -> Iterator[Workers]:
    """Nobody works yet."""
    made = Workers(database_url, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def store(engine: Engine) -> JobStore:
    """Jobs."""
    return JobStore(engine, LEASE_SECONDS)


@pytest.fixture
def presence(engine: Engine) -> Presence:
    """Workers."""
    return Presence(engine, LEASE_SECONDS)


@pytest.fixture
def scene(city: Network, tmp_path: Path) -> Scene:
    """The demonstration city in memory."""
    return Scene(city, tmp_path)


@pytest.fixture
def until() -> Callable[[Callable[[], object], str], None]:
    """Wait until something holds; a crowded machine may take its time."""

    def wait(condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline, f"never: {what}"
            time.sleep(0.05)

    return wait
