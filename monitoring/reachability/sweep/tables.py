"""What is lost without a host or an e-service: it depends on no path, so it is counted once for a network."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from inventory.model.element import ElementKind
from monitoring.reachability.sweep.columns import CELLS, MEASURES, PEOPLE, SITES, bits_of
from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.needs import Asked
from monitoring.reachability.sweep.profiles import Profile
from monitoring.reachability.sweep.unions import Bits


class Table:
    """Losses by host and e-service; ``rows`` are their numbers, by element."""

    def __init__(self, services: tuple[str, ...], words: int, asked: Asked) -> None:
        self._services, self._words, self._asked = services, words, asked
        self._lost: dict[str, tuple[Ints, Bits]] = {}

    def add(self, profile: Profile, people: int) -> None:
        """Count the sites of a profile, where so many people are served."""
        needing: dict[str, list[int]] = defaultdict(list)
        for column, need in zip(profile.services.tolist(), profile.needs, strict=True):
            for element in self._of(column, need.hosts):
                needing[element].append(column)
        for element, columns in needing.items():
            lost, services = self._lost.setdefault(element, self._nothing())
            lost[CELLS] += len(columns) * len(profile.rows)
            lost[SITES] += len(profile.rows)
            lost[PEOPLE] += people
            services |= bits_of(np.array(columns), self._words)

    @property
    def rows(self) -> dict[str, int]:
        """The row of each element."""
        return {element: row for row, element in enumerate(self._lost)}

    def arrays(self) -> tuple[Ints, Bits]:
        """Amounts ``(rows, measures)`` and e-services ``(rows, words)``."""
        held = [self._nothing(), *self._lost.values()]
        return np.stack([lost for lost, _ in held])[1:], np.stack([services for _, services in held])[1:]

    def _of(self, column: int, hosts: Iterable[str]) -> Iterable[str]:
        yield from (f"{ElementKind.DEVICE}:{host}" for host in hosts)
        yield from (f"{ElementKind.SERVICE}:{service}" for service in self._asked.asked(self._services[column]))

    def _nothing(self) -> tuple[Ints, Bits]:
        return np.zeros(MEASURES, np.int64), np.zeros(self._words, np.uint64)
