"""Tokens looked up a moment ago: most requests are answered without asking the database who sent them.

Another process learns of a revocation within ``FRESH_SECONDS``; in the process that revokes it holds at once, also
against a look-up that began before. Kept by digest, never by secret, and never more than ``MOST``.
"""

import time
from collections import OrderedDict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

if TYPE_CHECKING:
    from api.tokens import Principal

FRESH_SECONDS = 2.0
MOST = 4096


class Recent:
    """Who was found for which digest. Safe to share between threads: each step is one operation on a dictionary."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[float, Principal]] = OrderedDict()
        self.generation = 0

    def get(self, digest: str) -> "Principal | None":
        """Who was found less than two seconds ago."""
        found = self._found.get(digest)
        return found[1] if found is not None and time.monotonic() < found[0] else None

    def put(self, digest: str, principal: "Principal", ends: float | None, generation: int) -> None:
        """Remember until then, or until the token ends (epoch seconds), unless something was forgotten meanwhile."""
        left = FRESH_SECONDS if ends is None else min(FRESH_SECONDS, ends - time.time())
        found = self._found
        if generation != self.generation:
            return
        found[digest] = (time.monotonic() + left, principal)
        while len(found) > MOST:
            found.popitem(last=False)

    def forget(self) -> None:
        """Something was revoked: look everybody up again."""
        self.generation += 1
        self._found = OrderedDict()


_recent: WeakKeyDictionary[Engine, Recent] = WeakKeyDictionary()


def recent(engine: Engine) -> Recent:
    """What is remembered of a database in this process."""
    return _recent.setdefault(engine, Recent())
