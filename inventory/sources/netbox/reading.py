"""Reads NetBox into the mirror: all of it page by page, or only what its change log says has changed.

A full reading notes the last change before its first page; when all pages are in, what changed meanwhile is read again.
So a reading that was killed goes on where it stopped, however long ago that was, and still ends with today's state.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inventory.sources.netbox.client import Client, ObjectChange
from inventory.sources.netbox.flatten import flatten
from inventory.sources.netbox.mirror import FEED, READING, ROUND, Mirror, drop, drop_older, keep, put
from inventory.sources.netbox.models import MODELS, OF_TYPE, Model, Row

Progress = Callable[[str, int], object]
"""Told (kind of objects, how many more of them were read)."""
ASKED_AT_ONCE = 100


@dataclass(frozen=True)
class Step:
    """How far a full reading got: its round, the last change before it, the kind being read and where to go on."""

    round: int
    feed: int
    path: str
    start: int


def read_all(client: Client, mirror: Mirror, page: int, progress: Progress = lambda *_: None) -> bool:
    """Read everything, or the rest of it when an earlier reading was interrupted; tell whether it was."""
    noted = mirror.state(READING)
    resumed = bool(noted)
    if noted:
        step = Step(**noted)
    else:
        step = Step(mirror.round() + 1, client.last_change(), next(iter(MODELS)), 0)
        mirror.put(READING, vars(step))
    paths = list(MODELS)
    for path in paths[paths.index(step.path) :]:
        start = step.start if path == step.path else 0
        for rows in _pages(client, MODELS[path], start, page):
            with mirror.writing() as connection:
                keep(connection, path, rows, step.round)
                put(connection, READING, vars(Step(step.round, step.feed, path, max(rows) + 1)))
            progress(path, len(rows))
    with mirror.writing() as connection:
        drop_older(connection, step.round)
        put(connection, ROUND, step.round)
        put(connection, FEED, step.feed)
        put(connection, READING, None)
    read_changes(client, mirror, page)
    return resumed


def read_changes(client: Client, mirror: Mirror, page: int) -> int:
    """Read again what changed since the last change seen; returns how many changes were somebody else's."""
    foreign = 0
    for changes in _batches(client.changes(int(mirror.state(FEED) or 0), page), page):
        ours = mirror.ours(change.request for change in changes)
        theirs = [c for c in changes if c.request not in ours and c.type in OF_TYPE]
        foreign += len(theirs)
        _read_again(client, mirror, theirs)
        mirror.put(FEED, changes[-1].number)
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
