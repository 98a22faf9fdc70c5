"""Services in the background: found again by another process, ended for good, never mistaken for somebody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api import background
from tests.support.running import eventually

SLEEPER = (sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)",
)


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_service_is_found_and_ended(tmp_path: Path) -> None:
    pid = background.start(tmp_path, "sleeper", SLEEPER)
    assert background.running(tmp_path, "sleeper") == pid
    assert background.services(tmp_path) == ("sleeper",)
    assert background.stop(tmp_path, "sleeper")
    assert not alive(pid) and background.services(tmp_path) == ()
    assert not background.stop(tmp_path, "sleeper")


def test_starting_again_ends_the_first(tmp_path: Path) -> None:
    first = background.start(tmp_path, "sleeper", SLEEPER)
    second = background.start(tmp_path, "sleeper", SLEEPER)
    assert not alive(first) and alive(second)
    background.stop(tmp_path, "sleeper")


def test_one_that_ignores_the_request_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "STOP_SECONDS", 0.3)
    pid = background.start(tmp_path, "stubborn", STUBBORN)
    while b"here" not in (tmp_path / "log" / "stubborn.log").read_bytes():
        assert alive(pid)
    assert background.stop(tmp_path, "stubborn")
    assert not alive(pid)


def test_a_process_that_only_has_the_same_number_is_left_alone(tmp_path: Path) -> None:
    background.start(tmp_path, "sleeper", SLEEPER)
    background.stop(tmp_path, "sleeper")
    stranger = subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL)
    try:
        (tmp_path / "run" / "sleeper.pid").write_text(f"{stranger.pid} 1\n")
        assert background.running(tmp_path, "sleeper") is None
        assert not background.stop(tmp_path, "sleeper")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_what_it_says_is_kept(tmp_path: Path) -> None:
    pid = background.start(tmp_path, "speaker", (sys.executable, "-c", "import os; print(os.environ['WORD'])"), {
        **os.environ, "WORD": "zażółć",
    })  # fmt: skip
    eventually(lambda: background.running(tmp_path, "speaker") != pid, 30, "it has said everything")
    assert (tmp_path / "log" / "speaker.log").read_text() == "zażółć\n"
    assert background.running(tmp_path, "speaker") is None


def test_one_that_is_over_before_it_was_looked_at_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_started", lambda _: background.GONE)
    pid = background.start(tmp_path, "brief", SLEEPER)
    try:
        assert background.running(tmp_path, "brief") is None
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
