"""Rows of one kind, kept ready: found by hash indexes, sorted by ranks, encoded once.

A page of a list must cost next to nothing, so what a row looks like as JSON, which rows hold a value and where a row
stands in an order is worked out on first use and kept. A table never changes: another revision is another table.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson

from api.listing.condition import Condition, Op, asks
from api.listing.value import PRESENT, plain, sort_key, texts, values_at

__all__ = ["Condition", "Op", "Table", "written"]

type Row = Mapping[str, Any]
type Postings = dict[Any, list[int]]


class Table:
    """JSON documents in their default order. Safe to share between threads."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: Sequence[Row] = tuple(rows)
        self._encoded: list[bytes | None] = [None] * len(self.rows)
        self._postings: dict[str, Postings] = {}
        self._ranks: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def encoded(self, index: int) -> bytes:
        """A row as JSON."""
        known = self._encoded[index]
        if known is None:
            known = self._encoded[index] = written(self.rows[index])
        return known

    @cached_property
    def by_slug(self) -> Mapping[str, int]:
        """Where the row of each slug stands."""
        return {row["slug"]: number for number, row in enumerate(self.rows)}

    def where(self, conditions: Iterable[Condition]) -> Sequence[int]:
        """Rows that fit every condition, in default order."""
        found = sorted((self._fitting(c) for c in conditions), key=len)
        if not found:
            return range(len(self.rows))
        if len(found) == 1:
            return found[0]
        return sorted(set(found[0]).intersection(*found[1:]))

    def search(self, text: str, indices: Iterable[int]) -> Sequence[int]:
        """Those of the rows that hold every word of the text somewhere; case and accents do not matter."""
        words = plain(text).split()
        return [i for i in indices if all(word in self._plain[i] for word in words)]

    def order(self, indices: Sequence[int], keys: Sequence[str]) -> Sequence[int]:
        """The rows sorted by fields, ``-field`` downwards; rows without a value come last either way."""
        for key in reversed(keys):
            indices = sorted(indices, key=self._rank(key).__getitem__)
        return indices

    def _fitting(self, condition: Condition) -> Sequence[int]:
        postings = self._posting(condition.field)
        if condition.op is Op.N:
            without = set(_either(postings, condition.values))
            return [i for i in range(len(self.rows)) if i not in without]
        if condition.op is Op.EMPTY:
            empty = postings.get(None, [])
            if condition.values == (True,):
                return empty
            return sorted(set(range(len(self.rows))).difference(empty))
        if condition.op in (Op.EXACT, Op.IN):
            return _either(postings, condition.values)
        fits = asks(condition.op, condition.values)
        return _either(postings, [v for v in postings if v is not None and v != PRESENT and fits(v)])

    def _posting(self, field: str) -> Postings:
        """Which rows hold which value of a field; those that hold none are under null."""
        known = self._postings.get(field)
        if known is None:
            path, known = tuple(field.split(".")), {}
            for number, row in enumerate(self.rows):
                for value in set(values_at(row, path)) or {None}:
                    known.setdefault(value, []).append(number)
            self._postings[field] = known
        return known

    def _rank(self, key: str) -> list[int]:
        """Where each row stands in the order of a key."""
        known = self._ranks.get(key)
        if known is None:
            postings, last = self._posting(key.removeprefix("-")), len(self.rows) + 1
            known = [last] * len(self.rows)
            values = sorted((v for v in postings if v is not None), key=sort_key)
            for rank, value in enumerate(reversed(values)):  # of many values the smallest counts
                for row in postings[value]:
                    known[row] = rank if key.startswith("-") else len(values) - rank
            self._ranks[key] = known
        return known

    @cached_property
    def _plain(self) -> Sequence[str]:
        return [plain("\n".join(texts(row))) for row in self.rows]


def _either(postings: Postings, values: Iterable[Any]) -> Sequence[int]:
    found = [rows for rows in map(postings.get, dict.fromkeys(values)) if rows]
    if len(found) < 2:
        return found[0] if found else ()
    return sorted(set().union(*found))


def written(document: Row) -> bytes:
    """JSON to be kept: orjson leaves its buffer around the result, which may be ten times as large."""
    return bytes(memoryview(orjson.dumps(document)))
