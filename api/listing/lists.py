"""The table of every noun at any revision; a table lives on from revision to revision while what it is made of does."""

import threading
from collections.abc import Sequence

from api.listing.derived import Document, Nouns, documents, sources
from api.listing.table import Table
from api.scope import scope_of, visible
from inventory.database.revision import When
from inventory.database.rows import Bodies, Rows

REMEMBERED, ROWS_MOST = 8, 250_000
"""Tables kept of each noun (now, parts of tenants, moments of the past), and rows in them beside the newest table."""

type Made = tuple[tuple[Bodies, ...], str | None, Table]
"""What a table was made of, for whom, and the table."""


class Lists:
    """Safe to share between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kept: dict[str, list[Made]] = {}
        self._making = threading.Lock()

    def table(self, noun: str, when: When | None = None, tenant: str | None = None) -> Table:
        """The objects of a noun now, after a revision or at an instant; those of a tenant when one is named."""
        stock = self._rows.at(when)
        names = sources(noun) if tenant is None else stock.nouns  # what a tenant has may follow from anything
        made_of = tuple(stock.nouns[name] for name in names)
        known = self._known(noun, made_of, tenant)
        if known is None:
            with self._making:
                known = self._known(noun, made_of, tenant)
                if known is None:
                    known = Table(_visible(noun, stock.nouns, tenant))
                    self._kept[noun] = [*self._affordable(noun, ROWS_MOST - len(known)), (made_of, tenant, known)]
        return known

    def _affordable(self, noun: str, room: int) -> Sequence[Made]:
        """The youngest tables of a noun that have room beside a new one."""
        kept: list[Made] = []
        for made in reversed(self._kept.get(noun, [])[1 - REMEMBERED :]):
            room -= len(made[2])
            if room < 0:
                break
            kept.insert(0, made)
        return kept

    def _known(self, noun: str, made_of: tuple[Bodies, ...], tenant: str | None) -> Table | None:
        for other, whose, table in reversed(self._kept.get(noun, ())):
            if whose == tenant and all(a is b for a, b in zip(other, made_of, strict=True)):
                return table
        return None


def _visible(noun: str, nouns: Nouns, tenant: str | None) -> Sequence[Document]:
    scope = scope_of(tenant, lambda name: nouns[name].values())
    return visible(scope, noun, list(documents(noun, nouns)))
