"""The records of a revision as plain JSON, without building facts: what lists are made of.

Building facts of a whole region takes many seconds; lists need none of them. One revision is read whole, every other
one is reached from it by the history in between, so a write costs what it changed.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, Engine, Text, cast, select

from inventory.database import history as past
from inventory.database.revision import When
from inventory.database.shape import completed
from inventory.database.tables import facts, history
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
        self._kept: OrderedDict[int, Stock] = OrderedDict()
        self._building = threading.Lock()

    def at(self, when: When | None = None) -> Stock:
        """The records now, after revision ``when`` (int) or at the instant ``when`` (float)."""
        with self._reading() as connection:
            newest = past.latest(connection)
            number = newest if when is None else when if isinstance(when, int) else past.revision_at(connection, when)
            known = self._kept.get(number)
            if known is None:
                if number != newest:
                    past.read_revision(connection, number)
                with self._building:
                    known = self._kept.get(number) or self._read(connection, number, newest)
            return known

    def noun(self, noun: str, when: When | None = None) -> list[Body]:
        """The records of a noun in order of slug."""
        return list(self.at(when).nouns[noun].values())

    def _read(self, connection: Connection, number: int, newest: int) -> Stock:
        near = min(self._kept.values(), key=lambda stock: abs(stock.revision - number), default=None)
        stock = _moved(connection, near or _whole(connection, newest), number)
        kept = OrderedDict(self._kept)
        kept[number] = stock
        while len(kept) > REMEMBERED:
            kept.popitem(last=False)
        self._kept = kept
        return stock

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One snapshot for all statements."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection


def _whole(connection: Connection, newest: int) -> Stock:
    found: dict[str, dict[str, Body]] = {noun: {} for noun in NOUNS}
    for noun, slug, text in connection.execute(select(facts.c.noun, facts.c.slug, cast(facts.c.body, Text))):
        found[noun][slug] = completed(noun, orjson.loads(text))
    return Stock(newest, {noun: _sorted(bodies) for noun, bodies in found.items()})


def _moved(connection: Connection, stock: Stock, number: int) -> Stock:
    """Another revision, reached by what history says about the records in between."""
    if number == stock.revision:
        return stock
    ahead = number > stock.revision
    first, last = sorted((stock.revision, number))
    query = select(history.c.noun, history.c.slug, cast(history.c.after if ahead else history.c.before, Text))
    query = query.where(history.c.revision > first, history.c.revision <= last)
    query = query.order_by(history.c.revision if ahead else history.c.revision.desc())
    became = {(noun, slug): text for noun, slug, text in connection.execute(query)}
    nouns = {noun: dict(stock.nouns[noun]) for noun in {noun for noun, _ in became}}
    for (noun, slug), text in became.items():
        if text is None:
            nouns[noun].pop(slug, None)
        else:
            nouns[noun][slug] = completed(noun, orjson.loads(text))
    return Stock(number, {**stock.nouns, **{noun: _sorted(bodies) for noun, bodies in nouns.items()}})


def _sorted(bodies: Bodies) -> Bodies:
    return dict(sorted(bodies.items()))
