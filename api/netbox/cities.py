"""The cities that are being asked about: for each tenant the one of now and one of the past."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date

from api.netbox.apps import KINDS
from api.netbox.city import Body, City
from api.scope import scope_of, visible
from inventory.database.revision import When
from inventory.database.rows import Rows, Stock
from inventory.day import day_at

KEPT = 8
"""Views that are kept: one of now and one of the past for each tenant. A newer one replaces the one before it."""

type Key = tuple[str | None, bool]
"""Tenant, and whether it is about the past."""


class Cities:
    """Makes cities from the rows of the store. Safe to share between threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kept: OrderedDict[Key, tuple[Stock, City]] = OrderedDict()
        self._making = threading.Lock()

    def at(self, when: When | None, tenant: str | None) -> City:
        """The city as a tenant sees it: today, after a revision, or at an instant and with what held on its day."""
        stock, day = self._rows.at(when), day_at(when if isinstance(when, float) else None)
        key = (tenant, when is not None)
        known = self._known(key, stock, day)
        if known is None:
            with self._making:
                known = self._known(key, stock, day)
                if known is None:
                    known = _made(stock, tenant, day)
                    others = [(k, kept) for k, kept in self._kept.items() if k != key]
                    self._kept = OrderedDict([*others[1 - KEPT :], (key, (stock, known))])
        return known

    def _known(self, key: Key, stock: Stock, day: date) -> City | None:
        made_of, city = self._kept.get(key, (None, None))
        return city if city is not None and made_of is stock and city.day == day else None


def _made(stock: Stock, tenant: str | None, day: date) -> City:
    def read(noun: str) -> Iterable[Body]:
        return stock.nouns.get(noun, {}).values()

    scope = scope_of(tenant, read)
    return City(lambda noun: visible(scope, noun, list(read(noun))), KINDS, day)
