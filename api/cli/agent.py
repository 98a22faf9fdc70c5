"""``silesianet agent``: the probe of a site. Starts without loading anything but the standard library."""

import argparse
import logging
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from monitoring.agent.agent import Orders, run


def agent(arguments: Sequence[str]) -> int:
    """Run a site agent until it is told to stop; exit code 2 when it cannot start."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    try:
        run(Orders(given.url, given.token_file, given.spool, given.ca_file, given.refresh))
    except (OSError, ValueError, sqlite3.Error) as reason:
        sys.stderr.write(f"silesianet agent: {reason}\n")
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's options; its page in the documentation is made from them."""
    home = Path(os.environ.get("SILESIANET_HOME", "var"))
    options = argparse.ArgumentParser("silesianet agent", description="Probe e-services from a site and report them.")
    options.add_argument("--url", required=True, help="address of the platform, http:// or https://")
    options.add_argument("--token-file", required=True, type=Path, help="file with the token of this site's agent")
    options.add_argument("--ca-file", type=Path, help="authorities to trust, for the platform and for e-services")
    options.add_argument("--spool", type=Path, default=home / "agent", help="folder for results not sent yet")
    options.add_argument("--refresh", type=float, default=15.0, help="seconds between two looks at the probe list")
    return options
