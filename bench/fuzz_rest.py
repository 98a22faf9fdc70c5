"""Asks every operation of the API with made-up requests for minutes, as every role: `python -m bench.fuzz_rest`."""

import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from api.roles import Role
from inventory.demo import gliwice
from inventory.sources.files import load
from tests.support.api import furnish
from tests.support.fuzz import Fuzzed, fuzz

MINUTES, EXAMPLES = 5.0, 6
SHARES = {Role.ADMIN: 0.5, Role.VIEWER: 0.2, Role.OPERATOR: 0.15, Role.NOC: 0.1, Role.AGENT: 0.05}
"""Part of the time each role gets; who may do more gets more."""


def main(minutes: float = MINUTES) -> int:
    """Go round the roles until the time is over; print the answers by role and every fault."""
    logging.disable(logging.CRITICAL)
    until, faults = time.monotonic() + minutes * 60, 0
    while time.monotonic() < until:
        number = random.randrange(2**32)
        for role, share in SHARES.items():
            found = asked_as(role, number, time.monotonic() + minutes * 60 * share)
            faults += len(found.faults)
            statuses = ", ".join(f"{n} × {status}" for status, n in sorted(found.statuses.items()))
            print(
                f"seed {number} as {role}: {found.calls} requests: {statuses}; {len(found.faults)} faults", flush=True
            )
            for key, text in found.faults.items():
                print(f"  {key}: {text}", flush=True)
    return 1 if faults else 0


def asked_as(role: Role, number: int, until: float) -> Fuzzed:
    """One round as a role, in a city of its own."""
    with tempfile.TemporaryDirectory() as folder:
        house = furnish(f"sqlite:///{folder}/silesianet.db", Path(folder), load(gliwice()))
        house.observe()
        found = fuzz(house, role, EXAMPLES, number, until)
        house.app.state.work.stop()
        house.context.engine.dispose()
        return found


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
