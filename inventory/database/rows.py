"""The records of a revision as plain JSON, without building facts: what lists are made of.

Building facts of a whole region takes many seconds; lists need none of them. One revision is read whole, every other
one is reached from it by the history in between, so a write costs what it changed.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, Engine

from inventory.database import history as past
from inventory.database.engine import snapshot
from inventory.database.frugal import uncollected
from inventory.database.history import Head
from inventory.database.revision import When
from inventory.database.shape import completed
from inventory.diff import Body
from inventory.model.network import NOUNS

REMEMBERED = 8
"""How many revisions are kept; they share every record that is the same."""

type Bodies = Mapping[str, Body]


@dataclass(frozen=True)
class Stock:
    """Everything that is intended after one revision: by noun, then by slug in its order. Never changed."""

    revision: int
    nouns: Mapping[str, Bodies]


class Rows:
    """Reads records as JSON, now or as of any moment. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[Head, Stock] = OrderedDict()
        self._building = threading.Lock()

    def at(self, when: When | None = None) -> Stock:
        """The records now, after revision ``when`` (int) or at the instant ``when`` (float)."""
        with snapshot(self._engine) as connection:
            head = past.head(connection, when)
            known = self._kept.get(head)
            if known is None:
                with self._building:
                    known = self._kept.get(head) or self._read(connection, head)
            return known

    def noun(self, noun: str, when: When | None = None) -> list[Body]:
        """The records of a noun in order of slug."""
        return list(self.at(when).nouns[noun].values())

    def _read(self, connection: Connection, head: Head) -> Stock:
        known = [(near, stock) for near, stock in self._kept.items() if past.exists(connection, near)]
        near = min(known, key=lambda kept: abs(kept[0].id - head.id), default=None)
        stock = _moved(connection, near[1] if near else _whole(connection), head.id)
        kept = OrderedDict(self._kept)
        kept[head] = stock
        while len(kept) > REMEMBERED:
            kept.popitem(last=False)
        self._kept = kept
        return stock


def _whole(connection: Connection) -> Stock:
    found: dict[str, dict[str, Body]] = {noun: {} for noun in NOUNS}
    with uncollected():
        for noun, slug, text in past.current(connection):
            if text is not None:
                found[noun][slug] = completed(noun, orjson.loads(text))
    return Stock(past.head(connection).id, {noun: _sorted(bodies) for noun, bodies in found.items()})


def _moved(connection: Connection, stock: Stock, number: int) -> Stock:
    """Another revision, reached by what history says about the records in between."""
    if number == stock.revision:
        return stock
    became = {(noun, slug): text for noun, slug, text in past.steps(connection, stock.revision, number)}
    nouns = {noun: dict(stock.nouns[noun]) for noun in {noun for noun, _ in became}}
    for (noun, slug), text in became.items():
        if text is None:
            nouns[noun].pop(slug, None)
        else:
            nouns[noun][slug] = completed(noun, orjson.loads(text))
    return Stock(number, {**stock.nouns, **{noun: _sorted(bodies) for noun, bodies in nouns.items()}})


def _sorted(bodies: Bodies) -> Bodies:
    return dict(sorted(bodies.items()))
