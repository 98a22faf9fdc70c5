"""Services that outlive the command that started them: found again, and ended, by what is written in ``home/run``."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_SECONDS = 10.0
GONE = "-"


def start(home: Path, name: str, argv: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Start a service with its output in ``home/log/NAME.log``; one that runs already is stopped first."""
    stop(home, name)
    log = home / "log" / f"{name}.log"
    for folder in (log.parent, home / "run"):
        folder.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
        )
    _record(home, name).write_text(f"{process.pid} {_started(process.pid)}\n")
    return process.pid


def silesianet(*arguments: str) -> tuple[str, ...]:
    """The command line that runs one of our own commands with this very interpreter."""
    return (sys.executable, "-c", "from api.cli import main; main()", *arguments)


def running(home: Path, name: str) -> int | None:
    """The process id of a service, if the process that was started still runs."""
    try:
        pid, started = _record(home, name).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if _started(int(pid)) == started != GONE else None


def stop(home: Path, name: str) -> bool:
    """End a service and wait until it is gone; tell whether it ran."""
    pid = running(home, name)
    if pid is not None:
        _end(pid)
    _record(home, name).unlink(missing_ok=True)
    return pid is not None


def services(home: Path) -> tuple[str, ...]:
    """Names of all services on record."""
    return tuple(sorted(path.stem for path in (home / "run").glob("*.pid")))


def _record(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.pid"


def _started(pid: int) -> str:
    """Start time of a process in ticks since boot; with the pid it names a process for good. ``GONE`` if it is over."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return GONE
    return GONE if fields[0] == "Z" else fields[19]


def _end(pid: int) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        born = _started(pid)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            gone = _started(pid) != born
            _reap(pid)
            if gone:
                return
            time.sleep(0.02)


def _reap(pid: int) -> None:
    """Collect the process if it is our own child."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
