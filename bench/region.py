"""A large region: how long it takes to load, to start on, to answer; how much memory it holds.

python -m bench.region [--sites 10000] [--seed 1] [--output docs/evidence/region.md]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from api.context import Context
from bench.evidence import publish
from bench.processes import Load, load, peak_mb, resident_mb
from bench.served import Server, serving
from inventory.generator import region
from inventory.settings import Settings

SECONDS = 4
QUESTIONS = ("sites?limit=50", "sites?limit=1000", "interfaces?limit=50")


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Seconds a piece of work takes, and its result."""
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def report(sites: int, seed: int) -> Iterator[str]:
    """The table."""
    making, network = timed(lambda: region(sites, seed))
    ports = sum(len(device.interfaces) for device in network.devices)
    yield f"{len(network.sites)} sites, {len(network.devices)} devices, {ports} interfaces, {len(network.links)} links."
    yield from ("", "| what | figure |", "|---|---|", f"| generate | {making:.1f} s |")
    with tempfile.TemporaryDirectory(prefix="silesianet-region-") as folder:
        store = Context(Settings(home=Path(folder))).inventory
        writing, _ = timed(lambda: store.write(network, "bench", "a region"))
        yield f"| write into the store (SQLite) | {writing:.1f} s |"
        with serving(Path(folder)) as server:
            yield f"| start to the first answer | {server.started:.1f} s |"
            for question in (*QUESTIONS, f"devices?site={network.sites[0].slug}"):
                one = asked(server, question)
                yield f"| `{question}` | {one.per_second:.0f} requests/s, {one.cpu_ms:.2f} ms CPU each |"
            yield f"| memory of the server | {resident_mb(server.pid):.0f} MB, at most {peak_mb(server.pid):.0f} MB |"


def asked(server: Server, question: str) -> Load:
    """Load on one list."""
    return load(server.pid, f"{server.url}/api/v1/{question}", {"Authorization": f"Bearer {server.token}"}, SECONDS)


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    publish(f"A region of {given.sites} sites", "region", list(report(given.sites, given.seed)), given.output)


if __name__ == "__main__":
    main()
