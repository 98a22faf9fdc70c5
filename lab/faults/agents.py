"""What befalls the process of a site agent: it is started again with a wrong clock, or without its list of authorities.

Both are faults of the machine the agent runs on, so they are put in there: the agent itself knows nothing of a lab. A
running agent has read its authorities and set its watch; it meets either fault when it starts again.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import RefusedRequest, Unreachable
from lab.directory import Directory
from lab.faults.fault import FaultKind
from lab.namespaces import enter_command, first_process, text_of

KINDS = frozenset({FaultKind.CLOCK, FaultKind.UNTRUSTING})
AHEAD_SECONDS = 10 * 365 * 86400
"""How far a wrong clock is ahead: later than any certificate lasts."""

_STOP_SECONDS = 10.0
_MARK, _AUTHORITIES, _AWAY = "--token-file", "--ca-file", ".taken"


@dataclass(frozen=True, slots=True)
class _Agent:
    """Command line and log of an agent, as they were before anybody touched it."""

    argv: list[str]
    log: str

    @property
    def authorities(self) -> Path | None:
        """The file of authorities it trusts."""
        at = self.argv.index(_AUTHORITIES) + 1 if _AUTHORITIES in self.argv else len(self.argv)
        return Path(self.argv[at]) if at < len(self.argv) else None


def transition(directory: Directory, node: str, wanted: Set[FaultKind]) -> None:
    """Start the agent of a node again with these faults, or with none."""
    folder = directory.node(node)
    noted = folder / "agent.json"
    pid = running(folder)
    if pid is not None:
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        noted.write_text(json.dumps([argv, str(Path(f"/proc/{pid}/fd/2").readlink())]))
    elif not noted.exists():
        if not wanted:
            return
        raise RefusedRequest("no agent runs there", where=f"device:{node}", fix="`silesianet up` starts the agents")
    agent = _Agent(*json.loads(noted.read_text()))
    prefix = _shifted(directory) if FaultKind.CLOCK in wanted else []
    _stop(pid)
    _trust(agent.authorities, FaultKind.UNTRUSTING not in wanted)
    _start(folder, [*prefix, *agent.argv], agent.log)


def running(folder: Path) -> int | None:
    """The agent that runs in a node."""
    first = first_process(folder)
    if first is None:
        raise Unreachable("the node is not running", where=folder.name, fix="`lab status` shows the nodes")
    inside = Path(f"/proc/{first}/ns/pid").readlink()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "ns/pid").readlink() == inside and _MARK.encode() in (process / "cmdline").read_bytes():
                return int(process.name)
        except OSError:
            continue
    return None


def _stop(pid: int | None) -> None:
    if pid is None:
        return
    patience = time.monotonic() + _STOP_SECONDS
    os.kill(pid, signal.SIGTERM)
    while Path(f"/proc/{pid}").exists():
        if time.monotonic() > patience:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _trust(authorities: Path | None, wanted: bool) -> None:
    if authorities is None:
        return
    away = authorities.with_name(authorities.name + _AWAY)
    source, target = (away, authorities) if wanted else (authorities, away)
    if source.exists():
        source.replace(target)


def _start(folder: Path, argv: list[str], log: str) -> None:
    pid = first_process(folder)
    assert pid is not None, "the node was running a moment ago"
    with Path(log).open("ab") as output:
        subprocess.Popen(
            enter_command(pid, argv), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def _shifted(directory: Directory) -> list[str]:
    """What makes a command see a wrong time of day; compiled when it is first needed."""
    library = directory.root / "wrong_clock.so"
    if not library.exists():
        source = library.with_suffix(".c")
        source.write_text(text_of("scripts/wrong_clock.c"))
        try:
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as reason:
            raise RefusedRequest(
                f"a wrong clock needs a C compiler: {reason}", fix="apt-get install gcc libc6-dev"
            ) from None
    return ["env", f"LD_PRELOAD={library}", f"SILESIANET_LAB_CLOCK_SHIFT={AHEAD_SECONDS}"]
