"""The table of every noun at any revision; a table lives on from revision to revision while what it is made of does."""

import threading

from api.listing.derived import documents, sources
from api.listing.table import Table
from inventory.database.revision import When
from inventory.database.rows import Bodies, Rows

REMEMBERED = 4
"""Tables kept of each noun: now, and moments of the past that were asked for."""


class Lists:
    """Safe to share between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kept: dict[str, list[tuple[tuple[Bodies, ...], Table]]] = {}
        self._making = threading.Lock()

    def table(self, noun: str, when: When | None = None) -> Table:
        """The objects of a noun now, after a revision or at an instant."""
        nouns = self._rows.at(when).nouns
        made_of = tuple(nouns[name] for name in sources(noun))
        known = self._known(noun, made_of)
        if known is None:
            with self._making:
                known = self._known(noun, made_of)
                if known is None:
                    known = Table(documents(noun, nouns))
                    self._kept[noun] = [*self._kept.get(noun, [])[1 - REMEMBERED :], (made_of, known)]
        return known

    def _known(self, noun: str, made_of: tuple[Bodies, ...]) -> Table | None:
        for other, table in reversed(self._kept.get(noun, ())):
            if all(a is b for a, b in zip(other, made_of, strict=True)):
                return table
        return None
