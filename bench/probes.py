"""CPU time of a probe: our runner beside Prometheus's blackbox_exporter, against the same servers on loopback.

    python -m bench.probes [--output docs/evidence/probes.md]

For each kind both probe the same server in turn, one probe after the other, without session resumption, with the same
checks (chain, name, status, text). Counted is the CPU time of the process that probes: of the exporter from its
scrape on, of ours from the target to the result as an agent sends it. Rounds alternate; the ratio is that of medians.
Needs Debian's prometheus-blackbox-exporter.
"""

import argparse
import asyncio
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bench.evidence import publish
from monitoring.agent.agent import loop_factory
from monitoring.agent.rounds import told
from monitoring.probes import Target, probe
from tests.support.loopback import NAME, Ports, world
from tests.support.ports import free_port

EXPORTER = "prometheus-blackbox-exporter"
TEXT = "Wirtualne Biuro"
ROUNDS, PROBES, WARM = 9, 200, 20
KINDS = ("https", "http", "tcp", "dns", "icmp")
LOOPS = ("asyncio", "uvloop")
CLOCK_TICKS = 100


def targets(ports: dict[str, int], ca_file: str) -> dict[str, Target]:
    """What we probe, by kind."""
    found = {}
    for kind in KINDS:
        port = {"https": ports["tls"], "dns": 53}.get(kind, ports["web"])
        resolver = "127.0.0.1" if kind == "dns" else None
        text = TEXT if kind in ("http", "https") else None
        found[kind] = Target(
            "wbo", kind, NAME, port, expect_text=text, addresses=("127.0.0.1",), resolver=resolver,
            resolver_port=ports["dns"], ca_file=ca_file, timeout=5.0,
        )  # fmt: skip
    return found


def modules(ca_file: str) -> dict[str, Any]:
    """The same checks in the words of the exporter."""
    four = {"preferred_ip_protocol": "ip4", "ip_protocol_fallback": False}
    web = four | {"valid_status_codes": [200], "fail_if_body_not_matches_regexp": [TEXT], "headers": {"Host": NAME}}
    tls = {"ca_file": ca_file, "server_name": NAME}
    return {
        "https": {"prober": "http", "http": web | {"fail_if_not_ssl": True, "tls_config": tls}},
        "http": {"prober": "http", "http": web},
        "tcp": {"prober": "tcp", "tcp": four},
        "dns": {"prober": "dns", "dns": four | {"query_name": NAME, "query_type": "A"}},
        "icmp": {"prober": "icmp", "icmp": four},
    }


def addresses(ports: dict[str, int]) -> dict[str, str]:
    """The targets in the words of the exporter."""
    here = "127.0.0.1"
    return {
        "https": f"https://{here}:{ports['tls']}/",
        "http": f"http://{here}:{ports['web']}/",
        "tcp": f"{here}:{ports['web']}",
        "dns": f"{here}:{ports['dns']}",
        "icmp": here,
    }


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, int]]:
    """The servers in a process of their own."""
    with subprocess.Popen([sys.executable, "-m", "bench.probes", "--serve", str(folder)], stdout=-1) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def exporter(folder: Path) -> Iterator[tuple[int, int]]:
    """A running exporter: process and port."""
    configuration, port = folder / "blackbox.yml", free_port()
    configuration.write_text(yaml.safe_dump({"modules": modules(str(folder / f"{NAME}.pem"))}))
    command = [EXPORTER, f"--config.file={configuration}", f"--web.listen-address=127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(1)
            yield process.pid, port
        finally:
            process.terminate()


def seconds(process: int) -> float:
    """CPU time a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def theirs(process: int, port: int, kind: str, address: str) -> float:
    """Microseconds of CPU per probe of the exporter."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(WARM + PROBES):
        if number == WARM:
            began = seconds(process)
        line.request("GET", f"/probe?module={kind}&target={address}")
        text = line.getresponse().read()
        assert b"\nprobe_success 1" in text, text.decode()
    return (seconds(process) - began) / PROBES * 1e6


def ours(kind: str, loop: str, folder: Path, ports: dict[str, int]) -> float:
    """Microseconds of CPU per probe of ours, in a process of its own."""
    command = [sys.executable, "-m", "bench.probes", "--probe", kind, loop, str(folder), json.dumps(ports)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def run_ours(kind: str, loop: str, folder: str, ports: str) -> None:
    """Probe, and print the CPU time."""
    target = targets(json.loads(ports), f"{folder}/{NAME}.pem")[kind]

    async def main() -> float:
        for number in range(WARM + PROBES):
            if number == WARM:
                began = time.process_time()
            result = await probe(target)
            assert result.ok, result.text
            json.dumps(told(target.service, time.time(), result), separators=(",", ":"))
        return (time.process_time() - began) / PROBES * 1e6

    with asyncio.Runner(loop_factory=loop_factory() if loop == "uvloop" else None) as runner:
        print(runner.run(main()))


def serve(folder: Path) -> None:
    """Run the servers until told to stop."""

    async def main() -> None:
        async with world(folder) as ports:
            print(json.dumps({name: getattr(ports, name) for name in Ports.__dataclass_fields__}), flush=True)
            await asyncio.Event().wait()

    asyncio.run(main())


def report() -> Iterator[str]:
    """The table."""
    yield "| kind | ours, asyncio | ours, uvloop | blackbox_exporter | ratio, asyncio | ratio, uvloop |"
    yield "|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as place, servers(Path(place)) as ports, exporter(Path(place)) as (pid, port):
        for kind in KINDS:
            found: dict[str, list[float]] = {name: [] for name in (*LOOPS, EXPORTER)}
            for _ in range(ROUNDS):
                for loop in LOOPS:
                    found[loop].append(ours(kind, loop, Path(place), ports))
                found[EXPORTER].append(theirs(pid, port, kind, addresses(ports)[kind]))
            own, quick, peer = (statistics.median(found[name]) for name in (*LOOPS, EXPORTER))
            yield f"| {kind} | {own:.0f} µs | {quick:.0f} µs | {peer:.0f} µs | {own / peer:.2f} | {quick / peer:.2f} |"


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--output", type=Path)
    options.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--probe", nargs=4, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve)
    elif given.probe:
        run_ours(*given.probe)
    elif shutil.which(EXPORTER) is None:
        sys.exit(f"{EXPORTER} is not installed: deploy/setup tests")
    else:
        lines = [*report(), "", f"Medians of {ROUNDS} rounds of {PROBES} probes; CPU time of the probing process."]
        publish("Probes", "probes", lines, given.output)


if __name__ == "__main__":
    main()
