"""Our own server as a process of its own on a store, for measuring."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.context import Context
from api.roles import Role
from api.tokens import TokenStore
from inventory.settings import Settings

PATIENCE = 120.0


@dataclass(frozen=True)
class Server:
    """A running server: address, token of a viewer, process id, seconds from start to the first answer."""

    url: str
    token: str
    pid: int
    started: float


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Serve the store of a home without a monitor, on a free port; ended by its own process id."""
    token = TokenStore(Context(Settings(home=home)).engine).renew("bench", Role.VIEWER)
    environment = os.environ | {"SILESIANET_HOME": str(home), "SILESIANET_LISTEN": "127.0.0.1:0"}
    began = time.monotonic()
    with (home / "serve.log").open("wb") as log:
        argv = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--no-monitor"]
        process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log)
    try:
        url = _address(home, process)
        _await(f"{url}/api/v1/sites?limit=1", token, process)
        yield Server(url, token, process.pid, time.monotonic() - began)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # it finishes what it works out in the background first
            process.kill()
            process.wait()


def _address(home: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + PATIENCE
    while not (home / "url").exists():
        assert process.poll() is None and time.monotonic() < until, (home / "serve.log").read_text()
        time.sleep(0.01)
    return (home / "url").read_text().strip()


def _await(url: str, token: str, process: subprocess.Popen[bytes]) -> None:
    request, until = (
        urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}),
        time.monotonic() + PATIENCE,
    )
    while True:
        try:
            urllib.request.urlopen(request, timeout=PATIENCE).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.01)
