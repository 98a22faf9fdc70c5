"""Playbooks run, and what their recap says."""

import re
from pathlib import Path
from subprocess import CompletedProcess, run

from tests.support.ansible import environment, program

RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


def play(home: Path, name: str, *options: str, before: tuple[str, ...] = ()) -> CompletedProcess[str]:
    """Run a playbook for the installation in a home."""
    argv = [*before, program("ansible-playbook"), f"playbooks/{name}", *options]
    return run(argv, env=environment(home), capture_output=True, text=True, check=False, timeout=240)


def changed(done: CompletedProcess[str]) -> dict[str, int]:
    """Changes by device, when every device was reached and none failed."""
    assert done.returncode == 0, done.stdout + done.stderr
    found = {name: int(count) for name, count, *bad in RECAP.findall(done.stdout) if bad == ["0", "0"]}
    assert found, done.stdout
    return found


def diffs(done: CompletedProcess[str]) -> list[str]:
    """Lines added and removed, without their order among devices."""
    return sorted(line for line in done.stdout.splitlines() if line.startswith(("+", "-")))
