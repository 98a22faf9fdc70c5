"""Node processes: starting a set of namespaces, finding it again, running things in it, ending it.

A node's first process writes its own pid before anything else happens, so that a lab can be taken
down even when the process that brought it up was killed half way.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from inventory.errors import Unreachable

KEPT = ("/etc/frr/", "/etc/snmp/", "/etc/silesianet/", "/var/lib/silesianet/", "/var/lib/snmp/")
HIDDEN = ("/etc", "/media", "/mnt", "/proc", "/sys", "/var/lib/silesianet", "/var/lib/snmp")
"""Places a node covers with its own: a lab's folder cannot lie there."""
_UNSHARE = "unshare -n -m -u -i -p --fork --mount-proc --kill-child"
_LAUNCH = f'echo $$ > "$1/pid.new" && mv "$1/pid.new" "$1/pid" && exec {_UNSHARE} sh "$1/init.sh" "$1"'
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


def text_of(name: str) -> str:
    """Text of a file of this package that is put into nodes."""
    return files("lab").joinpath(name).read_text(encoding="utf-8")


def kept(node: Path, path: str) -> Path:
    """Where a node's file lies outside: folders a device keeps over a power cut, or files copied in at the start."""
    tree = "kept" if path.startswith(KEPT) else "files"
    return node / tree / path.removeprefix("/")


def start(node: Path) -> None:
    """Start the first process of a node; `await_ready` tells when its files are in place."""
    (node / "init.sh").write_text(text_of("scripts/init.sh"))
    with (node / "log").open("ab") as log:
        subprocess.run(
            ["setsid", "--fork", "sh", "-c", _LAUNCH, "sh", str(node)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_ENVIRONMENT, cwd="/", check=True,
        )  # fmt: skip


def await_ready(node: Path, deadline: float) -> int:
    """Wait until a started node has its private files; return the pid of its first process."""
    while not (node / "ready").exists():
        if time.monotonic() > deadline:
            raise Unreachable("the node did not start", where=node.name, fix=f"see {node / 'log'} and `lab doctor`")
        time.sleep(0.01)
    pid = first_process(node)
    if pid is None:
        raise Unreachable("the node died while starting", where=node.name, fix=f"see {node / 'log'}")
    return pid


def _launcher(node: Path) -> int | None:
    """Pid of the process that holds the node's namespaces, if it lives and is really ours."""
    try:
        pid = int((node / "pid").read_text())
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(node).encode() in arguments else None


def first_process(node: Path) -> int | None:
    """Pid, seen from outside, of the node's process number one; None when the node is not running."""
    launcher = _launcher(node)
    if launcher is None:
        return None
    try:
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


def enter_command(pid: int, argv: Sequence[str]) -> list[str]:
    """The command line that runs `argv` inside a node and ends it when its starter ends."""
    return ["nsenter", "-t", str(pid), "-n", "-m", "-u", "-i", "-p", "--", "setpriv", "--pdeathsig", "TERM", *argv]


def run(node: Path, argv: Sequence[str], *, environment: dict[str, str] | None = None, timeout: float = 60) -> str:
    """Run a command inside a node and return what it printed; its errors go to the node's log."""
    pid = first_process(node)
    if pid is None:
        raise Unreachable("the node is not running", where=node.name, fix="`lab status` shows the nodes")
    with (node / "log").open("ab") as log:
        done = subprocess.run(
            ["nsenter", "-t", str(pid), "-n", "-m", "-u", "-i", "-p", "--", *argv],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, check=False,
            timeout=timeout, env=_ENVIRONMENT | (environment or {}), cwd="/",
        )  # fmt: skip
    if done.returncode != 0:
        raise Unreachable(f"`{argv[0]}` failed with {done.returncode}", where=node.name, fix=f"see {node / 'log'}")
    return done.stdout


def stop(nodes: Sequence[Path], *, grace: float = 40) -> None:
    """End the nodes: the death of its first process takes everything in a node along."""
    pids = {pid for node in nodes for pid in (first_process(node), _launcher(node)) if pid is not None}
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + grace
    while any(_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            raise Unreachable(f"processes {sorted(pids)} do not end", fix="look for processes in state D")
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
