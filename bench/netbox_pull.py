"""Pulls 5,000 devices with 100,000 interfaces out of the real NetBox, killed once on the way; writes the table.

    python -m bench.netbox_pull [--output docs/evidence/netbox.md]

Needs the loaded dump in the shared data (SILESIANET_SHARED). Every figure is that of a command typed in a shell.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pynetbox

from bench.evidence import publish
from bench.processes import cpu_seconds, peak_mb
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.sources.netbox.mirror import READING, Mirror
from inventory.sources.netbox.models import MODELS
from tests.support.cluster import cluster
from tests.support.netbox import LOADED_DUMP, Netbox, netbox_on
from tests.support.running import COMMAND, environment_of

KILL_AT = "dcim/interfaces"
"""The kind of objects that is being read when the first pull is killed."""
COLUMNS = ("step", "wall", "our CPU", "peak memory", "NetBox's CPU", "seen")


@dataclass(frozen=True)
class Measured:
    """One command: seconds, CPU seconds of ours and of NetBox's server, most memory in MB, what it printed last."""

    wall: float
    cpu: float
    theirs: float
    peak: float
    said: str

    def also(self, other: "Measured") -> "Measured":
        """Both commands together."""
        peak = max(self.peak, other.peak)
        return Measured(self.wall + other.wall, self.cpu + other.cpu, self.theirs + other.theirs, peak, "")


class Bench:
    """A NetBox and a home for our side."""

    def __init__(self, netbox: Netbox, home: Path) -> None:
        self.netbox, self._home = netbox, home
        self.engine = connect(f"sqlite:///{(home / 'silesianet.db').resolve()}")
        upgrade(self.engine)
        self.mirror, self.store = Mirror(self.engine), InventoryStore(self.engine)

    def pull(self, kill_when: Callable[[], bool] | None = None) -> Measured:
        """Type `netbox pull --yes`; kill it without warning as soon as something holds."""
        environment = environment_of(self._home)
        environment |= {"SILESIANET_NETBOX_URL": self.netbox.url, "SILESIANET_NETBOX_TOKEN": self.netbox.token}
        began, theirs, peak, cpu = time.monotonic(), cpu_seconds(self.netbox.pid), 0.0, 0.0
        with tempfile.TemporaryFile("w+") as output:
            argv = [*COMMAND, "netbox", "pull", "--yes"]
            process = subprocess.Popen(argv, env=environment, stdout=output, stderr=output)
            while _runs(process.pid):
                peak, cpu = max(peak, peak_mb(process.pid)), cpu_seconds(process.pid)
                if kill_when is not None and kill_when():
                    os.kill(process.pid, signal.SIGKILL)
                    break
                time.sleep(0.2)
            process.wait()
            output.seek(0)
            lines = output.read().splitlines()
        said = "killed" if kill_when else " · ".join([*(x for x in lines if "taken up" in x), *lines[-2:]])
        if process.returncode not in (0, -signal.SIGKILL):
            raise SystemExit("\n".join(lines[-20:]))
        wall = time.monotonic() - began
        return Measured(wall, cpu, cpu_seconds(self.netbox.pid) - theirs, peak, said)

    def kept(self) -> int:
        """Objects in the mirror."""
        return sum(1 for path in MODELS for _ in self.mirror.rows(path))

    def half_way(self) -> bool:
        """Whether interfaces are being read, half of them."""
        state = self.mirror.state(READING)
        return bool(state) and state["path"] == KILL_AT and state["start"] > 50_000


def _runs(pid: int) -> bool:
    """Whether a child of ours has not ended; it is left for its parent to wait for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def measure(bench: Bench) -> Iterator[str]:
    """Run every step; the lines of the table."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "| " + " | ".join(["---"] * len(COLUMNS)) + " |"
    first = bench.pull(bench.half_way)
    kept = bench.kept()
    yield _line("pull, killed with `kill -9` half way through the interfaces", first,
                f"{kept:,} objects in the mirror, inventory at revision {bench.store.revision()}")  # fmt: skip
    second = bench.pull()
    network = bench.store.network()
    ports = sum(len(device.interfaces) for device in network.devices)
    yield _line("the same command again", second, second.said)
    total, both = bench.kept(), first.also(second)
    got = f"{len(network.devices):,} devices with {ports:,} interfaces at revision {bench.store.revision()}"
    yield _line("both together", both, f"{total:,} objects, {total / both.wall:.0f}/s; {got}")
    yield _line("pull, nothing changed", (third := bench.pull()), third.said)
    server = pynetbox.api(bench.netbox.url, token=bench.netbox.token)
    server.dcim.devices.get(name="dev-00042").update({"serial": "BENCH"})
    yield _line("pull, one device changed in NetBox", (fourth := bench.pull()), fourth.said)


def _line(step: str, found: Measured, seen: str) -> str:
    figures = (f"{found.wall:.0f} s", f"{found.cpu:.0f} s", f"{found.peak:.0f} MB", f"{found.theirs:.0f} s")
    line = f"| {step} | " + " | ".join(figures) + f" | {seen} |"
    print(line, file=sys.stderr, flush=True)
    return line


def plan_addresses(netbox: Netbox) -> None:
    """The dump has addresses without prefixes, which our rules refuse: give it the one they lie in."""
    server = pynetbox.api(netbox.url, token=netbox.token)
    role = server.ipam.roles.create(name="regional", slug="regional")
    server.ipam.prefixes.create(prefix="10.0.0.0/8", role=role.id)


def main() -> None:
    """Start what is needed, measure, publish."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--output", type=Path)
    page: Path | None = parser.parse_args().output
    with cluster() as server, netbox_on(server, LOADED_DUMP) as netbox, tempfile.TemporaryDirectory() as home:
        plan_addresses(netbox)
        publish("Pull of a large NetBox", "netbox_pull", list(measure(Bench(netbox, Path(home)))), page)


if __name__ == "__main__":
    main()
