"""The demonstration city as its user meets it: commands typed, pages opened, requests sent."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from inventory.demo import gliwice
from inventory.model.network import Network
from inventory.sources.files import load
from lab import faults
from lab import state as states

COMMAND = (sys.executable, "-c", "from api.cli import main; main()")


@dataclass(frozen=True)
class RunningCity:
    """A city that `silesianet up` brought up in ``home``."""

    home: Path
    printed: str
    seconds: float

    @property
    def url(self) -> str:
        """Where the web page and the API are."""
        return (self.home / "url").read_text().strip()

    @property
    def token(self) -> str:
        """The administrator's token."""
        return (self.home / "admin.token").read_text().strip()

    def run(
        self, *arguments: str, expect: int | None = 0, settings: Mapping[str, str] = {}
    ) -> subprocess.CompletedProcess[str]:
        """Type a command; its exit code must be the one expected, if any."""
        return silesianet(self.home, *arguments, expect=expect, settings=settings)

    def json(self, *arguments: str, expect: int | None = 0, settings: Mapping[str, str] = {}) -> Any:
        """Type a command with --json and read its document."""
        return json.loads(self.run(*arguments, "--json", expect=expect, settings=settings).stdout)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Ask the API as the administrator."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(f"{self.url}{path}", headers=headers, params=parameters, timeout=30)

    def cells(self, site: str) -> dict[str, dict[str, Any]]:
        """The cells of a site, by service."""
        return {c["service"]: c for c in self.get(f"/api/v1/sites/{site}/services").json()["results"]}

    def verdicts(self) -> dict[tuple[str, str], str]:
        """Every cell's verdict."""
        return {(c["site"], c["service"]): c["verdict"] for c in self.get("/api/v1/reachability").json()["cells"]}

    def lost(self) -> frozenset[tuple[str, str]]:
        """Cells that are lost now."""
        return frozenset(cell for cell, verdict in self.verdicts().items() if verdict == "lost")

    def break_(self, element: str, kind: str) -> None:
        """Set a fault without the command, which takes longer to start than to do its work."""
        faults.set_fault(states.load(self.home), _city(), element, kind)

    def mend(self) -> None:
        """Clear every fault there is."""
        if faults.listed(self.home):
            faults.clear_fault(states.load(self.home))

    def predicted(self, element: str) -> frozenset[tuple[str, str]]:
        """Cells that the reachability engine says are lost without an element."""
        return frozenset((c["site"], c["service"]) for c in self.json("reach", "loss", element)["cells"])


@cache
def _city() -> Network:
    return load(gliwice())


def silesianet(
    home: Path, *arguments: str, expect: int | None = 0, settings: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Type a command in a home of its own, on a free port."""
    environment = environment_of(home) | dict(settings)
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=environment, timeout=280, check=False
    )
    said = f"silesianet {' '.join(arguments)}: exit {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert expect is None or done.returncode == expect, said
    return done


def environment_of(home: Path) -> dict[str, str]:
    """What makes a command work in this home, wherever it is typed."""
    return {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SILESIANET_HOME": str(home),
        "SILESIANET_LISTEN": "127.0.0.1:0",
    }


def eventually(condition: Callable[[], Any], seconds: float, what: str) -> float:
    """Wait until something holds; return how many seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.2)
    return time.monotonic() - began
