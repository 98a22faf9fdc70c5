"""Working from inside a node: a thread moved into its network, or a process started in it."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from lab import state
from lab.namespaces import enter_command

Stream = int | IO[bytes] | None


def enter(home: Path, node: str) -> Callable[[], None]:
    """A callable that moves the calling thread into the node's network namespace, for good.

    Sockets opened earlier stay where they were. Use a thread of its own: a thread cannot come back.
    """
    namespace = state.load(home).node(node).namespace

    def attach() -> None:
        descriptor = os.open(namespace, os.O_RDONLY)
        try:
            os.setns(descriptor, os.CLONE_NEWNET)
        finally:
            os.close(descriptor)

    return attach


def run_in(
    home: Path, node: str, argv: Sequence[str], *,
    environment: Mapping[str, str] | None = None, stdout: Stream = None, stderr: Stream = None,
) -> subprocess.Popen[bytes]:  # fmt: skip
    """Start a process inside a node (all its namespaces); it ends with its starter's `terminate`, or with the node."""
    pid = state.load(home).node(node).pid
    return subprocess.Popen(
        enter_command(pid, argv), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
        env=dict(os.environ if environment is None else environment), start_new_session=True,
    )  # fmt: skip
