"""Reads NetBox into the mirror: all of it page by page, or only what its change log says has changed.

A full reading notes the last change before its first page; when all pages are in, what changed meanwhile is read again.
So a reading that was killed goes on where it stopped, however long ago that was, and still ends with today's state.

Entries of the change log may appear a moment after later ones, when two people write at once: the newest are always
looked at again, and those already seen are known by their numbers.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from inventory.sources.netbox.client import Client, ObjectChange
from inventory.sources.netbox.flatten import flatten
from inventory.sources.netbox.mirror import FEED, READ_AT, READING, ROUND, Mirror, drop, drop_older, keep, put
from inventory.sources.netbox.models import MODELS, OF_TYPE, Model, Row

Progress = Callable[[str, int], object]
"""Told (kind of objects, how many more of them were read)."""
ASKED_AT_ONCE = 100
OVERLAP = 200
"""How many of the newest changes are looked at again."""


@dataclass(frozen=True)
class Seen:
    """The newest change that was seen, and the numbers of those just before it."""

    last: int
    numbers: tuple[int, ...] = ()

    def also(self, numbers: Iterable[int]) -> "Seen":
        """With more changes seen."""
        known = {*self.numbers, *numbers}
        last = max(known, default=self.last)
        return Seen(last, tuple(sorted(n for n in known if n > last - OVERLAP)))


@dataclass(frozen=True)
class Step:
    """How far a full reading got: its round, what was seen before it, the kind being read and where to go on."""

    round: int
    seen: Seen
    path: str
    start: int

    def document(self) -> dict[str, Any]:
        """The step as it is kept."""
        return vars(self) | {"seen": vars(self.seen)}


def is_fresh(mirror: Mirror, hours: float) -> bool:
    """Whether everything was read not long ago, so that the change log is enough."""
    at = mirror.state(READ_AT)
    return at is not None and not mirror.state(READING) and time.time() - float(at) < hours * 3600


def read_all(client: Client, mirror: Mirror, page: int, progress: Progress = lambda *_: None) -> bool:
    """Read everything, or the rest of it when an earlier reading was interrupted; tell whether it was."""
    noted, began = mirror.state(READING), time.time()
    if noted:
        step = Step(**noted | {"seen": Seen(**noted["seen"])})
    else:
        step = Step(mirror.round() + 1, _window(client), next(iter(MODELS)), 0)
        mirror.put(READING, step.document())
    paths = list(MODELS)
    for path in paths[paths.index(step.path) :]:
        start = step.start if path == step.path else 0
        for rows in _pages(client, MODELS[path], start, page):
            with mirror.writing() as connection:
                keep(connection, path, rows, step.round)
                put(connection, READING, replace(step, path=path, start=max(rows) + 1).document())
            progress(path, len(rows))
    with mirror.writing() as connection:
        drop_older(connection, step.round)
        for name, value in ((ROUND, step.round), (FEED, vars(step.seen)), (READING, None), (READ_AT, began)):
            put(connection, name, value)
    read_changes(client, mirror, page)
    return bool(noted)


def _window(client: Client) -> Seen:
    """The newest changes."""
    last = client.last_change()
    return Seen(last).also(change.number for change in client.changes(max(0, last - OVERLAP), OVERLAP))


def read_changes(client: Client, mirror: Mirror, page: int) -> int:
    """Read again what changed since the last change seen; returns how many changes were somebody else's."""
    noted, foreign = mirror.state(FEED), 0
    seen = Seen(**noted) if noted else Seen(0)
    for found in _batches(client.changes(max(0, seen.last - OVERLAP), page), page):
        changes = [change for change in found if change.number not in seen.numbers]
        ours = mirror.ours(change.request for change in changes)
        theirs = [c for c in changes if c.request not in ours and c.type in OF_TYPE]
        foreign += len(theirs)
        _read_again(client, mirror, theirs)
        if changes:
            seen = seen.also(change.number for change in changes)
            mirror.put(FEED, vars(seen))
    return foreign


def _read_again(client: Client, mirror: Mirror, changes: list[ObjectChange]) -> None:
    """Read the objects of some changes as they are now."""
    touched: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        touched[OF_TYPE[change.type].path].add(change.object)
    current = mirror.round()
    for path, numbers in touched.items():
        wanted = sorted(numbers)
        for first in range(0, len(wanted), ASKED_AT_ONCE):
            asked = wanted[first : first + ASKED_AT_ONCE]
            found = {row["id"]: flatten(MODELS[path], row) for row in client.some(MODELS[path], asked)}
            with mirror.writing() as connection:
                keep(connection, path, found, current)
                drop(connection, path, [number for number in asked if number not in found])


def _pages(client: Client, model: Model, start: int, page: int) -> Iterator[dict[int, Row]]:
    for rows in _batches(client.rows(model, start, page), page):
        yield {row["id"]: flatten(model, row) for row in rows}


def _batches[T](items: Iterator[T], most: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == most:
            yield batch
            batch = []
    if batch:
        yield batch
