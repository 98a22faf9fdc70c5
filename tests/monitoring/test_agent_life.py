"""The site agent as a process: it pushes, survives the loss of the platform and of itself, and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.agent_platform import Platform

START = (sys.executable, "-c", "from api.cli import main; main()", "agent")


@pytest.fixture
def door() -> Iterator[int]:
    """A port that accepts connections, as an e-service would."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def platform(door: int) -> Platform:
    """A platform whose list has one cell that works and one that does not."""
    probe = {"kind": "tcp", "name": "x.test", "addresses": ["127.0.0.1"]}
    probes = [{"service": "wbo", "port": door, **probe}, {"service": "edms", "port": 1, **probe}]
    return Platform({"site": "one", "period": 0.2, "timeout": 0.2, "resolver": None, "probes": probes}, "s3cret")


@contextmanager
def agent(url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running agent, killed at the end if it has not ended by itself."""
    token = folder / "token"
    token.write_text("s3cret\n")
    options = ("--url", url, "--token-file", str(token), "--spool", str(folder / "spool"), "--refresh", "0.5")
    with subprocess.Popen([*START, *options], stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def until(true: Callable[[], Any], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def times(platform: Platform, service: str = "wbo") -> list[float]:
    return sorted(r["at"] for r in platform.results if r["service"] == service)


def test_it_probes_every_cell_every_period_over_one_connection(platform: Platform, tmp_path: Path) -> None:
    with platform.open() as url, agent(url, tmp_path) as process:
        until(lambda: len(times(platform)) > 15 and platform.unchanged > 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert {(r["service"], r["ok"], r["stage"]) for r in platform.results} == {
        ("wbo", True, None),
        ("edms", False, "tcp"),
    }
    assert abs(times(platform)[-1] - time.time()) < 10
    gaps = [b - a for a, b in zip(times(platform), times(platform)[1:], strict=False)]
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(0.2, abs=0.05)
    assert platform.connections <= 2, "the connection is kept"
    assert all(r["families"] == {"4": "ok" if r["ok"] else "tcp"} for r in platform.results)
    health = platform.health
    assert (health["queue"], health["dropped"]) == (0, 0) and abs(health["clock_offset"]) < 5
    assert health["version"] and health["last_push"] > time.time() - 20


def test_what_the_platform_missed_is_kept_over_a_crash_and_sent_later(platform: Platform, tmp_path: Path) -> None:
    with platform.open() as url:
        with agent(url, tmp_path) as process:
            until(lambda: len(times(platform)) > 2)
            platform.refuse = 503
            gone = time.time()
            time.sleep(3)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        crashed = time.time()
    with agent(url, tmp_path):
        time.sleep(2)
        platform.refuse = None
        with platform.open():
            until(
                lambda: (
                    times(platform)[-1] > crashed + 2 and len([t for t in times(platform) if gone < t < crashed]) > 3
                )
            )
            until(lambda: len([t for t in times(platform) if t > crashed]) > 10)
    missed = [t for t in times(platform) if gone + 0.5 < t < crashed - 2.0]
    assert len(missed) >= 1, "results from before the crash are back-filled"
    assert len(set(times(platform))) == len(times(platform)), "nothing comes twice"


def test_new_results_do_not_wait_for_old_ones(platform: Platform, tmp_path: Path) -> None:
    platform.refuse = 503
    with platform.open() as url, agent(url, tmp_path):
        until(lambda: (tmp_path / "spool" / "spool.sqlite").exists())
        time.sleep(3)
        platform.refuse = None
        until(lambda: len(platform.batches) > 1)
        first = platform.results[: platform.batches[0]]
        assert all(r["at"] > time.time() - 4 for r in first)


def test_a_renewed_token_and_a_changed_list_are_taken_up(platform: Platform, tmp_path: Path) -> None:
    platform.token = "n3w"
    with platform.open() as url, agent(url, tmp_path):
        time.sleep(1)
        assert platform.results == []
        (tmp_path / "token").write_text("n3w")
        until(lambda: platform.results)
        platform.document = {**platform.document, "probes": [{**platform.document["probes"][0], "service": "msip"}]}
        until(lambda: times(platform, "msip"))


def test_it_says_why_it_cannot_start(tmp_path: Path) -> None:
    with agent("gopher://nowhere", tmp_path) as process:
        _, words = process.communicate(timeout=10)
        assert (process.returncode, b"Traceback" in words, b"gopher://nowhere" in words) == (2, False, True)
