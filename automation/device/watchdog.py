"""The timer of a pending commit: a process of its own session, so that no lost login or dead controller can end it."""

import os
import subprocess
import sys
import time

from automation.device.state import Locked, Pending, clock
from automation.device.transaction import Device

ARMED = "armed\n"
POLL_SECONDS = 1.0


def arm(pending: Pending) -> None:
    """Start the watchdog from this very program; returns when it has said that it is running, else OSError."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", sys.argv[0], "watch", pending.id],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        if said.readline() != ARMED:
            raise OSError("the revert timer did not start; nothing was changed")


def watch(device: Device, id_: str) -> None:
    """Until the commit is ended by somebody else or its time is over and everything is put back."""
    sys.stdout.write(ARMED)
    sys.stdout.flush()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    while (pending := device.store.load().pending) and pending.id == id_:
        left = pending.deadline - clock()
        if left > 0:
            time.sleep(min(left, POLL_SECONDS))
            continue
        try:
            device.expire()
        except (Locked, OSError):
            time.sleep(POLL_SECONDS)
