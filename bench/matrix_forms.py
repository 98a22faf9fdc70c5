"""The whole matrix of a large region, and its forms: what each costs when only observations have changed."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np

from inventory.day import ZONE
from monitoring.matrix import Matrix
from monitoring.matrix_arrow import arrow_parts
from monitoring.matrix_build import build
from monitoring.matrix_changes import changed
from monitoring.matrix_formats import csv_parts, octets, verdict_octets
from monitoring.reachability.access import Access
from monitoring.reachability.compute import Reach
from monitoring.reachability.down import Down
from monitoring.sightings import Row, Sightings

PROBED, FRESH, ROUNDS, STALE = 20_000, 200, 15, 900.0
"""Cells probed directly, as a covering sample has them, and how many of them have new results at each look."""


class Seen:
    """What is seen of a region: probes of a sample of its cells, agents heard everywhere."""

    def __init__(self, access: Access, seed: int = 1) -> None:
        day = access.day
        self.access, self._chance = access, np.random.default_rng(seed)
        self.now = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).timestamp()
        self.truth = Reach(access, Down()).cells.mask
        self.heartbeats = dict.fromkeys(access.axes.sites, self.now - 30)
        places = np.sort(self._chance.choice(self.truth.size, PROBED, replace=False))
        self.places = places.tolist()
        self.sightings = Sightings.of(access.axes, [self._row(place, self.now - 100) for place in self.places])

    def fresh(self) -> list[Row]:
        """New results of some cells, a few of them failures."""
        chosen = self._chance.choice(self.places, FRESH, replace=False).tolist()
        return [self._row(place, self.now, place % 50 > 0) for place in chosen]

    def look(self, number: int, rows: list[Row]) -> Matrix:
        """A look at the matrix after some cells have been probed again."""
        self.sightings = self.sightings.with_rows(rows)
        return build(self.access.network, self.sightings, {}, self.heartbeats, self.now + number / 1000, STALE)

    def _row(self, place: int, at: float, well: bool = True) -> Row:
        row, column = divmod(place, self.truth.shape[1])
        key = self.access.axes.sites[row], self.access.axes.services[column]
        ok = well and bool(self.truth[row, column])
        return (*key, at, ok, at - 50, None if ok else "tcp", "" if ok else "no answer", False, at - 50)


def rows(access: Access) -> Iterator[str]:
    """Lines of the table of the bench."""
    seen = Seen(access)
    gc.freeze()  # the region itself is not looked through for garbage again and again
    looks = []
    for number in range(ROUNDS):
        fresh = seen.fresh()
        looks.append(timed(lambda number=number, fresh=fresh: seen.look(number, fresh)))  # type: ignore[misc]
    matrix = looks[-1][1]
    whole = statistics.median(seconds for seconds, _ in looks[2:])
    yield f"| the whole matrix, {FRESH} of {PROBED:,} probed cells new | {whole * 1e3:.2f} ms | | |"
    differences = timed(lambda: changed(looks[-2][1], matrix))[0]
    yield f"| which cells differ from the look before | {differences * 1e3:.2f} ms | | |"
    forms: dict[str, Callable[[], int]] = {
        "octets, two bits a cell": lambda: len(octets(matrix)),
        "octets, four bits a cell": lambda: len(verdict_octets(matrix)),
        "Arrow stream": lambda: sum(map(len, arrow_parts(matrix))),
        "CSV": lambda: sum(map(len, csv_parts(matrix))),
    }
    for name, form in forms.items():
        took = [timed(form) for _ in range(1 if name == "CSV" else 7)]
        seconds, size = statistics.median(t for t, _ in took), took[0][1]
        yield f"| {name}, {size / 1e6:.1f} MB | {seconds * 1e3:.2f} ms | | |"
    sites = matrix.sites[:: max(1, len(matrix.sites) // 25)]
    making, _ = timed(lambda: [cell for site in sites for cell in matrix.at_site(site)])
    objects = making * len(matrix.sites) / len(sites)
    yield f"| the same as one Python object for each cell | {objects:.1f} s | | |"


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds a piece of work takes, and its result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result
