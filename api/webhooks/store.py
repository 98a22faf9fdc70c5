"""Subscriptions and what is still to be sent to them."""

import secrets
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from api.webhooks.event import PING, Event, Topic
from api.webhooks.safe import Safe
from api.webhooks.tables import deliveries, webhooks
from inventory.database.history import head
from inventory.errors import UnknownObject


@dataclass(frozen=True)
class Webhook:
    """A subscription; ``reason`` says why it is off, ``cursor`` is the last revision queued for it."""

    id: int
    url: str
    events: tuple[Topic, ...]
    active: bool
    reason: str | None
    created_at: float
    delivered_at: float | None
    cursor: int
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Delivery:
    """One event for one subscription. Its id stays the same however often it is sent."""

    id: str
    webhook: int
    sequence: int
    event: str
    body: str
    created_at: float
    next_at: float
    attempts: int
    dead: bool
    error: str | None


class Webhooks:
    """Reads and writes subscriptions. Safe to share between threads and processes."""

    def __init__(self, engine: Engine, safe: Safe) -> None:
        self.engine, self.safe = engine, safe

    def create(self, url: str, events: Sequence[Topic], secret: str | None) -> tuple[Webhook, str]:
        """Subscribe; returns the subscription and its secret, made here when none is given."""
        chosen = secret or f"whsec_{secrets.token_urlsafe(32)}"
        with self.writing() as connection:
            row = {"url": url, "events": sorted(events), "secret": self.safe.lock(chosen), "active": True}
            row |= {"created_at": time.time(), "cursor": head(connection).id, "sequence": 0}
            made = connection.execute(insert(webhooks).values(row)).inserted_primary_key
            assert made is not None
            return _webhook(_row(connection, made[0])), chosen

    def all(self) -> list[Webhook]:
        """Every subscription, oldest first."""
        with self.engine.connect() as connection:
            return [_webhook(row) for row in connection.execute(select(webhooks).order_by(webhooks.c.id))]

    def get(self, number: int) -> Webhook:
        """One subscription; UnknownObject when it is not there."""
        with self.engine.connect() as connection:
            return _webhook(_row(connection, number))

    def change(self, number: int, **values: Any) -> Webhook:
        """Change ``url``, ``events``, ``active`` or ``secret``; switched on again, it goes on where it stopped."""
        if "secret" in values:
            values["secret"] = self.safe.lock(values["secret"])
        if values.get("active"):
            values["reason"] = None
        with self.writing() as connection:
            _row(connection, number)
            if values:
                connection.execute(update(webhooks).where(webhooks.c.id == number).values(values))
            if values.get("active"):
                mine = (deliveries.c.webhook == number) & ~deliveries.c.dead
                connection.execute(update(deliveries).where(mine).values(next_at=time.time()))
            return _webhook(_row(connection, number))

    def remove(self, number: int) -> None:
        """End a subscription and everything that waits for it."""
        with self.writing() as connection:
            _row(connection, number)
            connection.execute(delete(deliveries).where(deliveries.c.webhook == number))
            connection.execute(delete(webhooks).where(webhooks.c.id == number))

    def waiting(self, number: int, *, dead: bool = False) -> list[Delivery]:
        """What is still to be sent, in order, or what was given up."""
        with self.engine.connect() as connection:
            _row(connection, number)
            mine = (deliveries.c.webhook == number) & (deliveries.c.dead == dead)
            rows = connection.execute(select(deliveries).where(mine).order_by(deliveries.c.sequence))
            return [Delivery(**row._mapping) for row in rows]

    def redeliver(self, number: int, delivery: str | None = None) -> int:
        """Send given-up events again, one or all, after what waits already; tells how many."""
        with self.writing() as connection:
            found = self._dead(connection, number, delivery)
            last, now = _row(connection, number).sequence, time.time()
            fresh = {"dead": False, "attempts": 0, "error": None, "created_at": now, "next_at": now}
            for place, row in enumerate(found, last + 1):
                this = update(deliveries).where(deliveries.c.id == row.id)
                connection.execute(this.values(sequence=place, **fresh))
            mine = update(webhooks).where(webhooks.c.id == number)
            connection.execute(mine.values(sequence=last + len(found)))
            return len(found)

    def drop(self, number: int, delivery: str) -> None:
        """Forget a given-up event."""
        with self.writing() as connection:
            self._dead(connection, number, delivery)
            connection.execute(delete(deliveries).where(deliveries.c.id == delivery))

    def ping(self, number: int) -> None:
        """Queue an event that says nothing."""
        with self.writing() as connection:
            enqueue(connection, _row(connection, number), [Event(PING, {})])

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes."""
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def _dead(self, connection: Connection, number: int, delivery: str | None) -> Sequence[Row[Any]]:
        _row(connection, number)
        query = select(deliveries).where(deliveries.c.webhook == number, deliveries.c.dead)
        if delivery is not None:
            query = query.where(deliveries.c.id == delivery)
        found = connection.execute(query.order_by(deliveries.c.sequence)).all()
        if delivery is not None and not found:
            fix = f"GET /api/v1/webhooks/{number}/dead lists them"
            raise UnknownObject("no such delivery among the dead", where=delivery, fix=fix)
        return found


def enqueue(connection: Connection, webhook: Row[Any], events: Iterable[Event]) -> None:
    """Append events to the queue of a subscription."""
    now, sequence = time.time(), webhook.sequence
    for event in events:
        sequence += 1
        name = str(uuid.uuid4())
        body = {"id": name, "event": event.topic, "at": now, "webhook": webhook.id, "sequence": sequence}
        body["data"] = event.data
        row = {"id": name, "webhook": webhook.id, "sequence": sequence, "event": event.topic, "created_at": now}
        row |= {"body": orjson.dumps(body).decode(), "next_at": now, "attempts": 0, "dead": False}
        connection.execute(insert(deliveries).values(row))
    if sequence != webhook.sequence:
        connection.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(sequence=sequence))


def _row(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(webhooks).where(webhooks.c.id == number)).one_or_none()
    if row is None:
        raise UnknownObject("no such webhook", where=str(number), fix="GET /api/v1/webhooks lists them")
    return row


def _webhook(row: Row[Any]) -> Webhook:
    values = dict(row._mapping)
    del values["sequence"]
    return Webhook(**values | {"events": tuple(Topic(name) for name in row.events)})
