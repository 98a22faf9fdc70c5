"""Cables between nodes: one `ip -batch` for the whole city, with fixed interface indexes."""

import subprocess
from collections.abc import Iterable, Mapping

from inventory.errors import Unreachable
from lab.plan import End, Wire


def batch(wires: Iterable[Wire], pids: Mapping[str, int]) -> str:
    """The `ip -batch` text that creates every wire straight inside its two nodes."""

    def end(end: End) -> str:
        return f"name {end.interface} index {end.index} netns {pids[end.node]}"

    return "".join(f"link add {end(w.a)} type veth peer {end(w.b)}\n" for w in wires)


def plug(wires: Iterable[Wire], pids: Mapping[str, int]) -> None:
    """Create the wires."""
    text = batch(wires, pids)
    done = subprocess.run(["ip", "-batch", "-"], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unreachable(f"wires could not be created: {done.stderr.strip()}", fix="run `lab doctor`")
