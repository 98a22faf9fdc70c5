"""The demonstration city as the drill uses it: brought up once, broken in one place at a time, watched and healed."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx

from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from inventory.policy import Block
from inventory.sources.files import load
from lab import faults
from lab import state as states
from lab.plan import Kind
from lab.state import LabState
from monitoring.reachability.compute import CellKey
from monitoring.settings import ProbeSettings

COMMAND = (sys.executable, "-c", "from api.cli import main; main()")
QUIET_SECONDS = 1.5
"""Routes that have not changed for this long have converged."""
CONVERGE_SECONDS = 30.0
HEAL_SECONDS, ROUTES_SECONDS = 90.0, 30.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the agents saw in a window of time: whether each cell worked, and which were unsteady or not seen at all."""

    works: dict[CellKey, bool]
    unsteady: frozenset[CellKey]
    unseen: frozenset[CellKey]


class DrilledCity:
    """One running city in a home of its own; ``cells`` are those of sites with an agent."""

    def __init__(self, home: Path) -> None:
        self.home, self.pace = home, ProbeSettings()
        self.network: Network = load(files("inventory") / "demo" / "gliwice")
        self._links = tuple(p.prefix for p in self.network.prefixes if p.role is PrefixRole.P2P)
        sites = [site.slug for site in self.network.sites if self.network.vantage(site.slug)]
        self.cells = [(site, service.slug) for site in sites for service in self.network.services]

    def up(self) -> None:
        """Bring it up; what an earlier drill stored is forgotten."""
        for old in self.home.glob("silesianet.db*"):
            old.unlink()
        self._command("up")
        self.join()

    def join(self) -> None:
        """Use the city that is up, once it is well."""
        self.meet()
        self.await_working()
        self.await_converged()
        self._designed = self._routes()

    def meet(self) -> None:
        """Find the server that runs now."""
        self.url = (self.home / "url").read_text().strip()
        self._headers = {"Authorization": f"Bearer {(self.home / 'admin.token').read_text().strip()}"}

    def down(self) -> None:
        """Take it down."""
        self._command("down")

    def _command(self, verb: str) -> None:
        environment = os.environ | {"SILESIANET_HOME": str(self.home), "SILESIANET_LISTEN": "127.0.0.1:0"}
        subprocess.run([*COMMAND, verb], env=environment, stdout=subprocess.DEVNULL, check=True)

    @property
    def lab(self) -> LabState:
        """The lab that is up."""
        return states.load(self.home)

    def inject(self, element: str, kind: str) -> None:
        """Break one element."""
        faults.set_fault(self.lab, self.network, element, kind)

    def heal(self) -> None:
        """Put everything right."""
        faults.clear_fault(self.lab)

    def matrix(self) -> dict[CellKey, dict[str, Any]]:
        """Cells of sites with an agent, as the platform shows them now."""
        answer = httpx.get(f"{self.url}/api/v1/reachability", headers=self._headers, timeout=30)
        cells = {(c["site"], c["service"]): c for c in answer.raise_for_status().json()["cells"]}
        return {key: cells[key] for key in self.cells}

    def post(self, path: str, body: Any) -> Any:
        """Ask the API for something, as the administrator."""
        return httpx.post(f"{self.url}{path}", headers=self._headers, json=body, timeout=30).raise_for_status().json()

    def await_converged(self) -> float:
        """Wait until no router changes its routes any more; return how long that took."""
        began = changed = time.monotonic()
        before: dict[str, frozenset[str]] = {}
        while time.monotonic() - changed < QUIET_SECONDS and time.monotonic() - began < CONVERGE_SECONDS:
            now = self._routes()
            if now != before:
                before, changed = now, time.monotonic()
            time.sleep(0.25)
        return changed - began

    def _routes(self) -> dict[str, frozenset[str]]:
        """The routes in the kernel of every router."""
        routers = [node for node in self.lab.nodes.values() if node.kind is Kind.ROUTER]
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(lambda node: _routes_of(node.pid, self._links), routers)
        return dict(zip((node.name for node in routers), found, strict=True))

    def await_working(self) -> None:
        """Wait until every cell is as it should be, and nothing is stale."""
        seconds_until(lambda: all(_healthy(cell) for cell in self.matrix().values()), HEAL_SECONDS)

    def await_health(self) -> float:
        """Wait until cells and routes are as they are with everything up; return how long that took.

        Routes that stay otherwise are said, for whoever looks into the routers.
        """
        began = time.monotonic()
        self.await_working()
        while (now := self._routes()) != self._designed:
            if time.monotonic() - began > ROUTES_SECONDS:
                print("    routes are not as before:", *_differences(self._designed, now), sep="\n      ", flush=True)
                self._designed = now
            time.sleep(0.3)
        return time.monotonic() - began

    def is_well(self) -> bool:
        """Whether everything has come back; what has not is said."""
        try:
            self.await_health()
        except TimeoutError:
            ill = sorted(cell for cell, found in self.matrix().items() if not _healthy(found))
            print(f"    not healed within {HEAL_SECONDS:g} s:", *(" ".join(c) for c in ill), sep="\n      ", flush=True)
            return False
        return True

    def again(self) -> None:
        """A new city in place of one that does not heal."""
        self.down()
        self.up()

    def window(self) -> tuple[float, float]:
        """Two full periods of probes from now on, waited out; probes begun later could see the healing."""
        start = time.time()
        end = start + 2 * self.pace.period + 0.5
        time.sleep(end - start + self.pace.timeout + 0.2)
        return start, end

    def seen(self, start: float, end: float, patience: float = 30.0) -> Seen:
        """What the agents saw between two instants, once those that were cut off have handed it in."""
        until = time.monotonic() + patience
        while True:
            results = self._results(start, end)
            missing = [cell for cell in self.cells if not results[cell]]
            if not missing or time.monotonic() > until:
                break
            time.sleep(0.5)
        last = {cell: set(results[cell][-2:]) for cell in self.cells}
        return Seen(
            {cell: ok.pop() for cell, ok in ((c, set(s)) for c, s in last.items()) if len(ok) == 1},
            frozenset(cell for cell, ok in last.items() if len(ok) > 1),
            frozenset(missing),
        )

    def _results(self, start: float, end: float) -> dict[CellKey, list[bool]]:
        found: dict[CellKey, list[bool]] = defaultdict(list)
        for site, service, _, ok, _ in self.results(start, end):
            found[site, service].append(ok)
        return found

    def results(self, start: float, end: float) -> list[tuple[str, str, float, bool, str | None]]:
        """(site, e-service, instant, ok, IP family that failed alone) of every probe begun in a span, oldest first."""
        with sqlite3.connect(self.home / "silesianet.db", timeout=30) as database:
            query = "select site, service, at, ok, broken from observations where at between ? and ? order by at"
            return [(*row[:3], bool(row[3]), row[4]) for row in database.execute(query, (start, end))]


def seconds_until(truth: Callable[[], bool], patience: float) -> float:
    """How long until something is true; refuses to wait for ever."""
    began = time.monotonic()
    while not truth():
        if time.monotonic() - began > patience:
            raise TimeoutError(f"not true after {patience:g} s")
        time.sleep(0.3)
    return time.monotonic() - began


def keep(home: Path, name: str, document: Any) -> None:
    """Write a JSON document beside the city."""
    home.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(json.dumps(document, indent=1) + "\n")


def _healthy(cell: dict[str, Any]) -> bool:
    return cell["verdict"] in ("ok", "blocked") and cell["reason"] is None


def _routes_of(pid: int, links: tuple[Block, ...]) -> frozenset[str]:
    """The kernel's routes, without those to the links themselves and without the numbers FRR gives to next hops.

    After a power cut FRR 8.4 may keep a longer way to the far network of a link, which nobody sends anything to.
    """
    command = ["nsenter", "-t", str(pid), "-n", "sh", "-c", "ip -o route; ip -6 -o route"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return frozenset(
        " ".join(sorted(re.sub(r"nhid \d+ ", "", line).split("\\")))
        for line in said.splitlines()
        if not any(_inside(line.split()[0], block) for block in links)
    )


def _inside(destination: str, block: Block) -> bool:
    try:
        network = ip_network(destination)
    except ValueError:  # default, blackhole
        return False
    return network.version == block.version and network.network_address in block


def _differences(before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]) -> Iterator[str]:
    for name, routes in after.items():
        yield from (f"{name} - {line}" for line in sorted(before[name] - routes))
        yield from (f"{name} + {line}" for line in sorted(routes - before[name]))
