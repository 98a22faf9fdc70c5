"""Waiting until a device can be logged in to."""

import os
import socket
import threading
import time
from pathlib import Path

from inventory.errors import Unreachable


def await_ssh(node: str, pid: int, deadline: float) -> None:
    """Return when the node's own SSH server has sent its banner."""
    failure: list[str] = ["no answer"]
    # a thread of its own: it moves into the node's network and cannot come back
    thread = threading.Thread(target=_knock, args=(pid, deadline, failure), name=f"ssh-{node}")
    thread.start()
    thread.join()
    if failure:
        raise Unreachable(f"SSH does not answer: {failure[0]}", where=node, fix="see the node's log")


def _knock(pid: int, deadline: float, failure: list[str]) -> None:
    with Path(f"/proc/{pid}/ns/net").open() as namespace:
        os.setns(namespace.fileno(), os.CLONE_NEWNET)
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", 22), timeout=2) as connection:
                connection.settimeout(2)
                if connection.recv(4) == b"SSH-":
                    failure.clear()
                    return
        except OSError as error:
            failure[0] = str(error)
        time.sleep(0.05)
