"""Delivers webhooks in the background of the server: one process at a time, one event after another to each receiver.

A process that stops, or is killed, leaves its lease to run out; another one, or itself after a restart, goes on from
what the database holds. What had been sent but not yet crossed off is sent again under the same id.
"""

import logging
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from api.webhooks.queueing import Queue
from api.webhooks.sender import Answer, Outcome, Sender
from api.webhooks.store import Delivery, Webhook, Webhooks
from api.webhooks.tables import deliveries, lease, webhooks
from inventory.errors import SilesiaNetError

JOIN_SECONDS = 2.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often is looked, how long a lease lasts, first and longest wait, and how long an event is tried (seconds)."""

    look: float = 1.0
    lease: float = 5.0
    first: float = 1.0
    longest: float = 3600.0
    give_up: float = 86_400.0


class Worker:
    """The thread that queues and delivers while this process holds the lease."""

    def __init__(self, store: Webhooks, queue: Queue, sender: Sender, pace: Pace | None = None) -> None:
        self._store, self._queue, self._sender, self._pace = store, queue, sender, pace or Pace()
        self._me = str(uuid.uuid4())
        self._stopping = threading.Event()
        self._busy: dict[int, threading.Thread] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, also after an end."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and give the lease back. A receiver that has not answered by then gets the event again."""
        self._stopping.set()
        for thread in (self._thread, *self._busy.values()):
            if thread is not None and thread.is_alive():
                thread.join(JOIN_SECONDS)
        with self._store.writing() as connection:
            connection.execute(update(lease).where(lease.c.owner == self._me).values(until=0.0))

    def _run(self) -> None:
        while not self._stopping.wait(self._pace.look * random.uniform(0.8, 1.2)):
            try:
                if self._store.all() and self._leads():
                    self._queue.fill()
                    self._begin_deliveries()
            except Exception:  # a busy database must not end the deliveries; the next look goes on
                log.exception("looking for webhooks failed")

    def _leads(self) -> bool:
        """Take the lease, or renew it; only one process can hold it."""
        now = time.time()
        values = {"owner": self._me, "until": now + self._pace.lease}
        with self._store.writing() as connection:
            free = (lease.c.owner == self._me) | (lease.c.until < now)
            return bool(connection.execute(update(lease).where(free).values(values)).rowcount)

    def _begin_deliveries(self) -> None:
        for webhook in self._store.all():
            busy = self._busy.get(webhook.id)
            if webhook.active and (busy is None or not busy.is_alive()) and self._due(webhook.id) is not None:
                thread = threading.Thread(target=self._deliver, args=(webhook.id,), daemon=True)
                self._busy[webhook.id] = thread
                thread.start()

    def _due(self, number: int) -> Delivery | None:
        """The next event for a receiver if its time has come; nothing overtakes it."""
        mine = (deliveries.c.webhook == number) & ~deliveries.c.dead
        with self._store.engine.connect() as connection:
            row = connection.execute(select(deliveries).where(mine).order_by(deliveries.c.sequence).limit(1)).first()
        return Delivery(**row._mapping) if row is not None and row.next_at <= time.time() else None

    def _deliver(self, number: int) -> None:
        """Send what is due to one receiver, one after another, as long as it is taken and the lease is ours."""
        try:
            while not self._stopping.is_set() and self._leads():
                webhook, delivery = self._store.get(number), self._due(number)
                if delivery is None or not webhook.active:
                    return
                outcome = self._sender.send(webhook, delivery, self._store.safe.open(webhook.secret))
                self._settle(webhook, delivery, outcome)
        except SilesiaNetError as error:
            self._switch_off(number, str(error))
        except Exception:
            log.exception("delivering to webhook %s failed", number)

    def _settle(self, webhook: Webhook, delivery: Delivery, outcome: Outcome) -> None:
        this = deliveries.c.id == delivery.id
        if outcome.answer is Answer.TAKEN:
            with self._store.writing() as connection:
                connection.execute(delete(deliveries).where(this))
                mine = update(webhooks).where(webhooks.c.id == webhook.id)
                connection.execute(mine.values(delivered_at=time.time()))
            return
        if outcome.answer is Answer.GONE:
            self._switch_off(webhook.id, f"{outcome.text}: the receiver wants no more")
            return
        attempts, now = delivery.attempts + 1, time.time()
        wait = max(outcome.wait, self.backoff(attempts))
        values = {"attempts": attempts, "error": outcome.text, "next_at": now + wait}
        values["dead"] = now + wait > delivery.created_at + self._pace.give_up
        with self._store.writing() as connection:
            connection.execute(update(deliveries).where(this).values(values))

    def backoff(self, attempts: int, chance: Callable[[float, float], float] = random.uniform) -> float:
        """Seconds until the next attempt: doubled every time, spread by half, so that receivers are not stormed."""
        return min(self._pace.first * 2.0 ** min(attempts - 1, 40), self._pace.longest) * chance(0.5, 1.5)

    def _switch_off(self, number: int, reason: str) -> None:
        with self._store.writing() as connection:
            mine = update(webhooks).where(webhooks.c.id == number)
            connection.execute(mine.values(active=False, reason=reason))
