"""Database work for threads that were moved into the lab's network, where no database can be reached.

A thread inherits the network of the thread that starts it, so the worker is started before anybody moves.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from monitoring.elements import DownElement, ElementState, ElementStates


class Outside:
    """One worker that stays in the process's own network."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "outside")
        self._pool.submit(lambda: None).result()

    def run[T](self, work: Callable[[], T]) -> T:
        """Do something there and wait for it."""
        return self._pool.submit(work).result()

    def stop(self) -> None:
        """End the worker."""
        self._pool.shutdown(wait=True)


class OutsideStates(ElementStates):
    """States of elements for a thread inside the lab."""

    def __init__(self, engine: Engine, outside: Outside) -> None:
        super().__init__(engine)
        self._outside = outside

    def record_all(self, sightings: Iterable[ElementState]) -> None:
        """Keep many sightings."""
        kept = list(sightings)
        self._outside.run(lambda: ElementStates.record_all(self, kept))

    def down(self) -> dict[str, DownElement]:
        """Every element known to be down."""
        return self._outside.run(lambda: ElementStates.down(self))
