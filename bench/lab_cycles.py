"""Twenty times: city up, configured, one link broken, healed, down. Writes the table of the evidence.

    python bench/lab_cycles.py [--cycles 20] [--load 2] [--output docs/evidence/lab-cycles.md]

Configuration is committed by the device program inside each node, so that the figures are about the
network and not about SSH. `--load` busy processes compete for the processors all the while.
"""

import argparse
import contextlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import lab
from automation.render import render
from automation.transports.tool import sn_bundle
from inventory.model.network import Network
from inventory.sources.files import load
from lab import faults
from lab.attach import run_in
from lab.directory import Directory
from lab.namespaces import kept, run
from lab.state import LabState, devices

SERVICE = "wbo"
PATIENCE = 60.0
COLUMNS = ("up", "configure", "converge", "fault", "heal", "down")


def configure(state: LabState, network: Network) -> None:
    """Commit and confirm every device's bundle, from inside."""
    directory, tool, today = Directory.of(state.home), sn_bundle(), datetime.now(UTC).date()

    def one(name: str) -> None:
        folder = directory.node(name)
        program = kept(folder, "/etc/silesianet/sn-bundle")
        program.write_bytes(tool.content)
        program.chmod(0o755)
        kept(folder, "/etc/silesianet/wanted").write_text(str(render(network, name, today)))
        commit = ["/etc/silesianet/sn-bundle", "commit", "/etc/silesianet/wanted", "--id", "c1", "--revert-in", "300"]
        run(folder, commit, timeout=120)
        run(folder, ["/etc/silesianet/sn-bundle", "confirm", "c1"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, [node.name for node in devices(state)]))


def answers(state: LabState, network: Network, client: str) -> bool:
    """Whether a client gets the service by name, over TLS, with the text the inventory promises."""
    endpoint = network.service[SERVICE].endpoint
    url, trust = f"https://{endpoint.dns_name}{endpoint.path}", str(state.authority_certificate)
    curl = run_in(
        state.home, client, ["curl", "-s", "-m", "2", "--cacert", trust, url],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return (endpoint.expect_text or "").encode() in curl.communicate()[0] and curl.returncode == 0


def seconds_until(truth: Callable[[], bool]) -> float:
    """How long until something is true; refuses to wait for ever."""
    began = time.monotonic()
    while not truth():
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"not true after {PATIENCE:g} s")
        time.sleep(0.05)
    return time.monotonic() - began


def clients(network: Network) -> dict[str, str]:
    """Client of every site entitled to the service, by site."""
    today = datetime.now(UTC).date()
    found = ((site.slug, network.vantage(site.slug)) for site in network.sites)
    return {site: agent.slug for site, agent in found if agent and network.entitled(site, SERVICE, today)}


def cycle(network: Network, home: Path, number: int) -> dict[str, float]:
    """One cycle; the single-homed site whose uplink is cut changes from cycle to cycle."""
    seen: dict[str, float] = {}
    began = time.monotonic()
    state = lab.up(network, home, lambda _: None)
    seen["up"] = time.monotonic() - began
    began = time.monotonic()
    configure(state, network)
    seen["configure"] = time.monotonic() - began
    vantages = clients(network)
    with ThreadPoolExecutor(4) as pool:

        def all_answer(sites: list[str]) -> bool:
            return all(pool.map(lambda site: answers(state, network, vantages[site]), sites))

        seen["converge"] = seconds_until(lambda: all_answer(list(vantages)))
        uplinks = {d.site: network.uplinks(d.slug) for d in network.devices if d.site in vantages}
        single = sorted(site for site, links in uplinks.items() if len(links) == 1)
        victim = single[number % len(single)]
        link = f"link:{uplinks[victim][0].slug}"
        began = time.monotonic()
        faults.set_fault(state, network, link, ("down", "silent")[number % 2])
        seconds_until(lambda: not answers(state, network, vantages[victim]))
        if not all_answer([site for site in vantages if site != victim]):
            raise AssertionError(f"{link} took down more than {victim}")
        seen["fault"] = time.monotonic() - began
        began = time.monotonic()
        faults.clear_fault(state)
        seconds_until(lambda: all_answer(list(vantages)))
        seen["heal"] = time.monotonic() - began
    began = time.monotonic()
    lab.down(home)
    seen["down"] = time.monotonic() - began
    return seen


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Processes that do nothing, as fast as they can."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def table(rows: list[dict[str, float]], load_processes: int, nodes: int) -> str:
    """The evidence, as Markdown."""
    lines = [
        "# Lab cycles",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {len(rows)} cycles, {nodes} nodes, {load_processes} busy processes"
        " beside them. Seconds; written by `bench/lab_cycles.py`.",
        "`fault`: until the cut site fails and every other entitled site answers; `heal` includes the pause by which"
        " a cut lasts at least a second.",
        "",
        "| cycle | " + " | ".join(COLUMNS) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    lines += [f"| {n} | " + " | ".join(f"{row[c]:.2f}" for c in COLUMNS) + " |" for n, row in enumerate(rows, start=1)]
    for name, pick in (("median", statistics.median), ("slowest", max)):
        lines.append(f"| **{name}** | " + " | ".join(f"{pick([r[c] for r in rows]):.2f}" for c in COLUMNS) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--load", type=int, default=2, help="busy processes beside the lab")
    parser.add_argument("--output", type=Path, default=Path("docs/evidence/lab-cycles.md"))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the lab is taken down on the way out
    network, rows = load(files("inventory") / "demo" / "gliwice"), []
    with tempfile.TemporaryDirectory() as home, busy(options.load):
        try:
            for number in range(options.cycles):
                rows.append(cycle(network, Path(home), number))
                print(number + 1, {name: round(value, 2) for name, value in rows[-1].items()}, flush=True)
        finally:
            lab.down(Path(home))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(table(rows, options.load, len(network.devices)))


if __name__ == "__main__":
    main()
