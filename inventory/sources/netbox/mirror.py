"""What NetBox said last, kept in our database page by page, so that a reading can be taken up where it ended."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from inventory.errors import WrongUsage
from inventory.sources.netbox import tables
from inventory.sources.netbox.models import Row

REQUESTS_KEPT_SECONDS = 7 * 86_400.0
SERVER, READING, ROUND, READ_AT, FEED, WAKE = "server", "reading", "round", "read_at", "feed", "wake"
"""States: whose mirror this is, how far a reading got, the last whole one and when, changes seen, calls to look."""


class Mirror:
    """Rows of NetBox by path and number, the pairs of their objects and ours, and how far we have read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; what is done in it is done together or not at all."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def belong_to(self, url: str, forget: bool = False) -> None:
        """Bind the mirror to one NetBox; WrongUsage when it is that of another and is not to be forgotten."""
        with self.writing() as connection:
            bound = _get(connection, SERVER)
            if bound is not None and bound != url and not forget:
                fix = "use that address, or --forget to begin anew with the other"
                raise WrongUsage(f"this inventory is paired with the NetBox at {bound}", where=url, fix=fix)
            if bound != url or forget:
                for table in (tables.mirror, tables.pairs, tables.requests, tables.state):
                    connection.execute(delete(table))
                put(connection, SERVER, url)

    def state(self, name: str) -> Any:
        """A state; null when there is none."""
        with self._engine.connect() as connection:
            return _get(connection, name)

    def put(self, name: str, value: Any) -> None:
        """Keep a state."""
        with self.writing() as connection:
            put(connection, name, value)

    def wake(self) -> None:
        """Have whoever follows NetBox look at once."""
        self.put(WAKE, time.time())

    def round(self, connection: Connection | None = None) -> int:
        """The number of the reading that is going on, or was the last."""
        with connection_or(self._engine, connection) as used:
            reading = _get(used, READING)
            return int(reading["round"] if reading else _get(used, ROUND) or 0)

    def rows(self, path: str) -> Iterator[tuple[int, Row]]:
        """Number and row of every object, in order of numbers."""
        found = select(tables.mirror.c.number, tables.mirror.c.body).where(tables.mirror.c.path == path)
        with self._engine.connect() as connection:
            for found_row in connection.execute(found.order_by(tables.mirror.c.number)):
                yield found_row.number, found_row.body

    def pairing(self) -> dict[str, dict[int, str]]:
        """Our key of every object that both sides have, by path and number."""
        known: dict[str, dict[int, str]] = {}
        with self._engine.connect() as connection:
            for path, number, key in connection.execute(select(tables.pairs)):
                known.setdefault(path, {})[number] = key
        return known

    def pair(self, numbers: Mapping[str, Mapping[str, int]]) -> None:
        """Remember which objects both sides have (number by path and key), and forget all others."""
        wanted = {(path, number): key for path, known in numbers.items() for key, number in known.items()}
        have = {(path, n): key for path, known in self.pairing().items() for n, key in known.items()}
        with self.writing() as connection:
            for path, number in [place for place in have if wanted.get(place) != have[place]]:
                this = (tables.pairs.c.path == path) & (tables.pairs.c.number == number)
                connection.execute(delete(tables.pairs).where(this))
            new = [
                {"path": path, "number": number, "key": key}
                for (path, number), key in wanted.items()
                if have.get((path, number)) != key
            ]
            if new:
                connection.execute(insert(tables.pairs), new)

    def own(self, request: str) -> None:
        """Remember a request of ours, so that its changes are not taken for somebody else's."""
        with self.writing() as connection:
            _upsert(connection, tables.requests, [{"id": request, "at": time.time()}])
            old = tables.requests.c.at < time.time() - REQUESTS_KEPT_SECONDS
            connection.execute(delete(tables.requests).where(old))

    def ours(self, requests: Iterable[str]) -> frozenset[str]:
        """Those of the requests that were ours."""
        asked = list(set(requests))
        with self._engine.connect() as connection:
            found = connection.execute(select(tables.requests.c.id).where(tables.requests.c.id.in_(asked)))
            return frozenset(found.scalars())


def add_pairs(connection: Connection, path: str, keys: Mapping[int, str]) -> None:
    """Remember that objects (key by number) are on both sides."""
    rows = [{"path": path, "number": number, "key": key} for number, key in keys.items()]
    if rows:
        _upsert(connection, tables.pairs, rows)


@contextmanager
def connection_or(engine: Engine, connection: Connection | None) -> Iterator[Connection]:
    """The connection given, or one for the occasion."""
    if connection is not None:
        yield connection
    else:
        with engine.connect() as opened:
            yield opened


def put(connection: Connection, name: str, value: Any) -> None:
    """Keep a state, in the transaction of its caller."""
    _upsert(connection, tables.state, [{"name": name, "value": {"is": value}}])


def keep(connection: Connection, path: str, rows: Mapping[int, Row], number: int) -> None:
    """Keep rows read in a round."""
    found = [{"path": path, "number": n, "round": number, "body": row} for n, row in rows.items()]
    if found:
        _upsert(connection, tables.mirror, found)


def drop(connection: Connection, path: str, numbers: Iterable[int]) -> None:
    """Drop rows of objects that are no more."""
    for number in numbers:
        this = (tables.mirror.c.path == path) & (tables.mirror.c.number == number)
        connection.execute(delete(tables.mirror).where(this))


def drop_older(connection: Connection, number: int) -> None:
    """Drop every row that was not read in this round."""
    connection.execute(delete(tables.mirror).where(tables.mirror.c.round < number))


def _get(connection: Connection, name: str) -> Any:
    found = connection.execute(select(tables.state.c.value).where(tables.state.c.name == name)).scalar()
    return None if found is None else found["is"]


def _upsert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    key = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=others), rows)
