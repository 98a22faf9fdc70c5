"""A server process of its own, as `silesianet serve` starts it."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.running import environment_of, eventually

SERVE = (sys.executable, "-c", "from api.cli import main; main()", "serve", "--no-monitor")


@contextmanager
def served_apart(home: Path, settings: Mapping[str, str], last: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Serve the store of a home until the end, which is brought by the signal; gives the address."""
    process = subprocess.Popen(SERVE, env=environment_of(home) | dict(settings))
    try:
        eventually(lambda: process.poll() is not None or (home / "url").exists(), 40, "the server starts")
        address = (home / "url").read_text().strip()
        eventually(lambda: _listens(address), 20, "the server listens")
        yield address
    finally:
        process.send_signal(last)
        process.wait(30)
        (home / "url").unlink(missing_ok=True)


def _listens(address: str) -> bool:
    try:
        socket.create_connection((urlsplit(address).hostname or "", urlsplit(address).port or 0), 2).close()
    except OSError:
        return False
    return True
