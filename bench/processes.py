"""Measures processes from outside: CPU seconds and resident memory of a tree, requests per second of a server."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What a server did under load: requests per second, CPU milliseconds per request, how many answers were errors."""

    per_second: float
    cpu_ms: float
    errors: int


def tree(pid: int) -> Iterator[int]:
    """A process and everything below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from tree(int(child))


def cpu_seconds(pid: int) -> float:
    """CPU time a tree has used, waited-for children included."""
    return sum(_ticks(each) for each in tree(pid)) / TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a tree in MB."""
    pages = (int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in tree(pid))
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb(pid: int) -> float:
    """The most resident memory one process ever had, in MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1000


def load(pid: int, url: str, headers: Mapping[str, str], seconds: int, connections: int = 4) -> Load:
    """Ask a server as fast as it answers, over kept connections, with wrk."""
    said = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    before = cpu_seconds(pid)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", *said, url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = cpu_seconds(pid) - before
    requests = re.search(r"(\d+) requests in", text)
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert requests is not None and per_second is not None, text
    count = int(requests[1])
    assert count, f"no answer within {seconds} s: {url}"
    return Load(float(per_second[1]), 1000 * used / count, int(errors[1]) if errors else 0)


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))
