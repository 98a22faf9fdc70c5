"""Everything about webhooks that one application owns."""

from dataclasses import dataclass

from api.context import Context
from api.settings import ApiSettings
from api.watch import Watch
from api.webhooks.destination import Block, blocks
from api.webhooks.happenings import differences, look
from api.webhooks.queueing import Queue
from api.webhooks.safe import Safe
from api.webhooks.sender import Sender
from api.webhooks.store import Webhooks
from api.webhooks.worker import Pace, Worker


@dataclass(frozen=True)
class Office:
    """The subscriptions, where they may lead, and the worker that serves them."""

    store: Webhooks
    allowed: tuple[Block, ...]
    worker: Worker


def opened(context: Context, watch: Watch, settings: ApiSettings, pace: Pace | None = None) -> Office:
    """Compose it; the worker is not started."""
    store, allowed = Webhooks(context.engine, Safe(context.settings.home)), blocks(settings.webhook_networks)
    queue = Queue(store, context.inventory, lambda: look(watch), differences)
    sender = Sender(allowed, settings.webhook_timeout_seconds)
    pace = pace or Pace(look=settings.refresh_seconds * 2, give_up=settings.webhook_hours * 3600)
    return Office(store, allowed, Worker(store, queue, sender, pace))
