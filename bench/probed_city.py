"""The drilled city where the machine is busy: judged by when probes were made, not by how soon they were handed in."""

import time
from collections import defaultdict
from datetime import UTC, datetime

from automation.expectation import entitled
from automation.gate import ENOUGH
from bench.drill_city import DrilledCity, seconds_until
from monitoring.reachability.compute import CellKey

PATIENCE = 150.0


class ProbedCity(DrilledCity):
    """Well is a city whose entitled cells were all ok in the last probes made since somebody asked.

    On a machine with more to do than it can, results come in many seconds late and the matrix calls them stale, while
    every one of them says ok.
    """

    def await_working(self) -> None:
        """Wait for probes of every entitled cell that were made from now on, enough of them in a row ok."""
        asked, cells = time.time(), entitled(self.network, datetime.now(UTC).date())
        seconds_until(lambda: cells <= self._working(asked), PATIENCE)

    def _working(self, since: float) -> set[CellKey]:
        found: dict[CellKey, list[bool]] = defaultdict(list)
        for site, service, _, ok, _ in self.results(since, time.time()):
            found[site, service].append(ok)
        return {cell for cell, seen in found.items() if len(seen) >= ENOUGH and all(seen[-ENOUGH:])}
