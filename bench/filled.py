"""Our store filled from a NetBox, for benches that compare both on the same data."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.netbox import Netbox

HOUR = 3600


def fill(home: Path, netbox: Netbox) -> float:
    """Pull everything from a NetBox into the store of a home, as an operator does; gives the seconds it took."""
    environment = os.environ | {"SILESIANET_HOME": str(home), "SILESIANET_NETBOX_TOKEN": netbox.token}
    program = [sys.executable, "-c", "from api.cli import main; main()"]
    began = time.monotonic()
    subprocess.run(
        [*program, "netbox", "pull", "--url", netbox.url, "--yes", "--json"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=HOUR,
    )
    return time.monotonic() - began
