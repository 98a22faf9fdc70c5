"""How far failures that computation does not expect have spread: over sites for a service, over services at a site."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitoring.sightings import FAILED, OK, STAGE_CODE, Bits, Seen

type Counts = NDArray[np.int64]


class Spread:
    """Counts over cells that were probed lately; arrays are worked out when first asked for."""

    def __init__(self, seen: Seen, entitled: Bits, computed: Bits) -> None:
        self._seen, self._entitled, self._computed = seen, entitled, computed

    @cached_property
    def _rows(self) -> Counts:
        found: Counts = self._seen.sightings.place // self._computed.shape[1]
        return found

    @cached_property
    def _columns(self) -> Counts:
        found: Counts = self._seen.sightings.place % self._computed.shape[1]
        return found

    @cached_property
    def _failed(self) -> Bits:
        found: Bits = self._seen.code == FAILED
        return found

    @cached_property
    def _fresh(self) -> Bits:
        found: Bits = self._failed | (self._seen.code == OK)
        return found

    @cached_property
    def _should(self) -> Bits:
        """Which of the sightings are fresh and of cells that are computed to work."""
        return self._fresh & self._computed.reshape(-1)[self._seen.sightings.place]

    @cached_property
    def _expected(self) -> Bits:
        return self._should & self._entitled.reshape(-1)[self._seen.sightings.place]

    @cached_property
    def watched(self) -> Counts:
        """Sites at which each service should work and was probed lately."""
        return np.bincount(self._columns[self._expected], minlength=self._computed.shape[1])

    @cached_property
    def failing(self) -> Counts:
        """Those of them at which it fails."""
        return np.bincount(self._columns[self._expected & self._failed], minlength=self._computed.shape[1])

    @cached_property
    def wide(self) -> Bits:
        """Services that fail at most of the sites that should have them."""
        return (self.failing >= 2) & (2 * self.failing >= self.watched)

    @cached_property
    def should_work(self) -> Counts:
        """Services at each site that are computed to work and were probed lately."""
        return self._by_site(self._should)

    @cached_property
    def failing_at(self) -> Counts:
        """Those of them that fail."""
        return self._by_site(self._should & self._failed)

    @cached_property
    def working_at(self) -> Counts:
        """Services at each site that work, expected or not."""
        return self._by_site(self._fresh & ~self._failed)

    @cached_property
    def handshakes_at(self) -> Counts:
        """Services at each site that fail at stage tls."""
        return self._by_site(self._failed & (self._seen.stage == STAGE_CODE["tls"]))

    def fails(self, row: int, column: int) -> bool:
        """Whether a service was seen to fail at a site lately, and not for want of its name."""
        index = self._seen.index(row * self._computed.shape[1] + column)
        return index is not None and bool(self._failed[index]) and self._seen.stage[index] != STAGE_CODE["dns"]

    @cached_property
    def sites(self) -> int:
        """Sites that were heard of lately."""
        return len(np.unique(self._rows[self._fresh]))

    @cached_property
    def nameless(self) -> int:
        """Sites at which a name is not resolved."""
        return len(np.unique(self._rows[self._failed & (self._seen.stage == STAGE_CODE["dns"])]))

    @property
    def no_names(self) -> bool:
        """Whether names fail at most sites."""
        return self.nameless >= 2 and 2 * self.nameless >= self.sites

    def _by_site(self, which: Bits) -> Counts:
        return np.bincount(self._rows[which], minlength=self._computed.shape[0])
