"""Puts events into the queues of subscriptions, in the transaction that moves their cursor: none is lost or doubled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from api.webhooks.event import Event, Topic
from api.webhooks.store import Webhook, Webhooks, enqueue
from api.webhooks.tables import told, webhooks
from inventory.database.revision import Asked
from inventory.database.store import InventoryStore

CHANGES_MOST = 500
"""Changes of records told in one event; ``more`` says how many were left out."""
REVISIONS_AT_ONCE = 50

type State = Any
type Look = Callable[[], Mapping[str, State]]
"""What is true now, as JSON, by topic."""
type Differ = Callable[[str, State, State], Iterable[Event]]
"""The events between two states of a topic."""


class Queue:
    """Looks what happened since the last time."""

    def __init__(self, store: Webhooks, inventory: InventoryStore, look: Look, differ: Differ) -> None:
        self._store, self._inventory, self._look, self._differ = store, inventory, look, differ

    def fill(self) -> None:
        """Queue everything that happened: revisions behind each cursor, and differences from what was told last."""
        active = [webhook for webhook in self._store.all() if webhook.active]
        newest = self._inventory.revision()
        for webhook in active:
            if Topic.INVENTORY not in webhook.events:
                continue
            while webhook.cursor < newest:
                webhook = self._queue_revisions(webhook, min(newest, webhook.cursor + REVISIONS_AT_ONCE))
        wanted = {topic for webhook in active for topic in webhook.events} - {Topic.INVENTORY}
        self._forget({topic for topic in Topic if topic not in wanted})
        if wanted:
            self._queue_differences(wanted, self._look())

    def _queue_revisions(self, webhook: Webhook, last: int) -> Webhook:
        events = [self._revision(revision) for revision in range(webhook.cursor + 1, last + 1)]
        with self._store.writing() as connection:
            row = _held(connection, webhook.id)
            if row is not None and row.cursor == webhook.cursor:
                enqueue(connection, row, events)
                connection.execute(update(webhooks).where(webhooks.c.id == webhook.id).values(cursor=last))
        return replace(webhook, cursor=last)

    def _forget(self, unwanted: set[Topic]) -> None:
        """What nobody listens to: who subscribes later is not told what happened meanwhile."""
        with self._store.engine.connect() as connection:
            known = set(connection.execute(select(told.c.topic)).scalars())
        if known & unwanted:
            with self._store.writing() as connection:
                connection.execute(delete(told).where(told.c.topic.in_(unwanted)))

    def _revision(self, number: int) -> Event:
        asked = Asked(since=number, until=number)
        entries = self._inventory.history(asked, CHANGES_MOST)
        more = self._inventory.count_history(asked) - len(entries)
        header = entries[0].revision if entries else None
        who = {"who": header.who, "why": header.why, "at": header.at} if header else {}
        changes = [entry.change.document() for entry in entries]
        return Event(Topic.INVENTORY, {"revision": number, **who, "changes": changes, "more": more})

    def _queue_differences(self, wanted: Iterable[str], states: Mapping[str, State]) -> None:
        with self._store.writing() as connection:
            for topic in sorted(wanted):
                before = connection.execute(select(told.c.state).where(told.c.topic == topic)).scalar()
                now = states[topic]
                if before is None:
                    connection.execute(insert(told).values(topic=topic, state=now))
                elif before != now:
                    events = list(self._differ(topic, before, now))
                    for row in connection.execute(select(webhooks).where(webhooks.c.active)).all():
                        if topic in row.events:
                            enqueue(connection, _held(connection, row.id) or row, events)
                    connection.execute(update(told).where(told.c.topic == topic).values(state=now))


def _held(connection: Connection, number: int) -> Row[Any] | None:
    """A subscription that nobody else changes until we are done."""
    return connection.execute(select(webhooks).where(webhooks.c.id == number).with_for_update()).one_or_none()
