"""Keeps the inventory up with NetBox: its change log is the truth, a webhook only says that it is time to look.

A webhook that is lost costs no more than the time until the next look; a change log that was cleared, or that was
never written because somebody changed the database itself, no more than the time until everything is read again.
"""

import threading
import time
from collections.abc import Callable
from datetime import date

from inventory.database.revision import Superseded
from inventory.errors import SilesiaNetError
from inventory.settings import NetboxSettings
from inventory.sources.netbox.exchange import Exchange
from inventory.sources.netbox.mirror import FEED, WAKE, Mirror

LOOK_SECONDS = 0.2
"""How often our own database is asked whether a webhook came; any process may have received it."""
RETRY_SECONDS = 2.0
"""When to look again after a look that failed: the call that asked for it does not come twice."""
AUTHOR = "netbox"


class Following:
    """Takes over changes as they are made; ``say`` is told what was done and what went wrong."""

    def __init__(
        self, exchange: Exchange, mirror: Mirror, settings: NetboxSettings, today: Callable[[], date],
        say: Callable[[str], object],
    ) -> None:  # fmt: skip
        self._exchange, self._mirror, self._settings = exchange, mirror, settings
        self._today, self._say = today, say
        self._woken: object = None
        self._next_look = self._next_reading = 0.0
        self._told = ""

    def run(self, stopping: threading.Event) -> None:
        """Follow until told to stop."""
        while not stopping.wait(LOOK_SECONDS):
            if self.is_time():
                self.look()

    def look(self) -> bool:
        """Take over what changed; tell whether it worked."""
        try:
            self._look()
        except Superseded:
            self._next_look = 0.0
        except SilesiaNetError as error:
            if str(error) != self._told:
                self._say(str(error))
            self._told = str(error)
            self._next_look = time.monotonic() + min(RETRY_SECONDS, self._settings.poll_seconds)
            return False
        self._told = ""
        return True

    def is_time(self) -> bool:
        """Whether somebody called, or the time for the next look has come."""
        woken = self._mirror.state(WAKE)
        return woken != self._woken or time.monotonic() >= self._next_look

    def _look(self) -> None:
        self._woken = self._mirror.state(WAKE)
        self._next_look = time.monotonic() + self._settings.poll_seconds
        if time.monotonic() >= self._next_reading:
            self._exchange.read()
            self._next_reading = time.monotonic() + self._settings.full_hours * 3600
        elif not self._exchange.read_changes():
            return
        preview = self._exchange.preview_pull(self._today())
        if preview.changes:
            reason = f"change log of NetBox up to {self._mirror.state(FEED)['last']}"
            number = self._exchange.pull(preview, AUTHOR, reason)
            self._say(f"revision {number}: {preview.changes.summary}")
        for name in preview.deletions:
            self._say(f"{name} is gone from NetBox and kept here; silesianet netbox pull --delete removes it")
