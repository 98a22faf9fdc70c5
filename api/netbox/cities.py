"""The cities that are being asked about: one for each revision, day and tenant, kept while they are wanted."""

import threading
from collections.abc import Iterable
from datetime import date

from api.netbox.apps import KINDS
from api.netbox.city import Body, City
from api.scope import scope_of, visible
from inventory.database.revision import When
from inventory.database.rows import Rows, Stock
from inventory.day import day_at

KEPT = 4


class Cities:
    """Makes cities from the rows of the store. Safe to share between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kept: list[tuple[Stock, str | None, City]] = []
        self._making = threading.Lock()

    def at(self, when: When | None, tenant: str | None) -> City:
        """The city as a tenant sees it: today, after a revision, or at an instant and with what held on its day."""
        stock, day = self._rows.at(when), day_at(when if isinstance(when, float) else None)
        known = self._known(stock, tenant, day)
        if known is None:
            with self._making:
                known = self._known(stock, tenant, day)
                if known is None:
                    known = _made(stock, tenant, day)
                    self._kept = [*self._kept[1 - KEPT :], (stock, tenant, known)]
        return known

    def _known(self, stock: Stock, tenant: str | None, day: date) -> City | None:
        for other, whose, city in reversed(self._kept):
            if other is stock and whose == tenant and city.day == day:
                return city
        return None


def _made(stock: Stock, tenant: str | None, day: date) -> City:
    def read(noun: str) -> Iterable[Body]:
        return stock.nouns.get(noun, {}).values()

    scope = scope_of(tenant, read)
    return City(lambda noun: visible(scope, noun, list(read(noun))), KINDS, day)
