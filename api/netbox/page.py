"""One page of a list, by ``limit`` and ``offset`` or by the cursor ``start``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import orjson

from api.netbox.address import page_address
from api.netbox.listing import Listing
from api.netbox.query import BadQuery, Parameters, read, whole
from api.netbox.selection import Selection

LIMIT_DEFAULT, LIMIT_MAX = 50, 1000


@dataclass(frozen=True)
class Page:
    """Where a page begins and how long it is; ``start`` is an id, and null unless the cursor is used."""

    limit: int
    offset: int
    start: int | None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Page":
        """Read from the parameters of a request; BadQuery where NetBox answers 400."""
        limit = whole(query.get("limit"))
        limit = LIMIT_DEFAULT if limit is None else limit
        start = query.get("start")
        if start is not None:
            if whole(start) is None:
                raise BadQuery(None, "Invalid 'start' parameter: must be a non-negative integer.")
            if "offset" in query:
                raise BadQuery(None, "'start' and 'offset' are mutually exclusive.")
            if "ordering" in query:
                message = "Ordering cannot be specified in conjunction with cursor-based pagination."
                raise BadQuery(None, message)
        begin = None if start is None else whole(start)
        return cls(min(limit, LIMIT_MAX) or LIMIT_MAX, whole(query.get("offset")) or 0, begin)


def answer(listing: Listing, path: str, parameters: Parameters) -> bytes:
    """The envelope of a page, addresses still without a host."""
    query = dict(parameters)
    page, selection = Page.read(query), Selection.read(query)
    found = read(listing, parameters).of(listing)
    if page.start is not None:
        return _cursor(listing, page, selection, found, path, parameters)
    if query.get("ordering"):
        found = _ordered(listing, found, query["ordering"])
    count, end = len(found), page.offset + page.limit
    following = page_address(path, parameters, limit=page.limit, offset=end) if end < count else None
    before = page.offset - page.limit
    previous = page_address(path, parameters, limit=page.limit, offset=before if before > 0 else None)
    rows = [listing.encoded(place, selection) for place in found[page.offset : end]]
    return _envelope(count, following, previous if page.offset else None, rows)


def _cursor(
    listing: Listing, page: Page, selection: Selection, found: Sequence[int], path: str, parameters: Parameters
) -> bytes:
    """Rows in order of id from ``start`` on; without a count, as NetBox."""
    numbered = list(islice(listing.from_number(page.start or 0, found), page.limit))
    full = len(numbered) == page.limit
    following = page_address(path, parameters, start=numbered[-1][0] + 1, limit=page.limit) if full else None
    return _envelope(None, following, None, [listing.encoded(place, selection) for _, place in numbered])


def _ordered(listing: Listing, found: Sequence[int], ordering: str) -> Sequence[int]:
    """Sorted by the fields there are; others are passed over, as NetBox does."""
    keys = [key.strip() for key in ordering.split(",")]
    return listing.table.order(found, [key for key in keys if key.removeprefix("-") in listing.kind.filters])


def _envelope(count: int | None, following: str | None, previous: str | None, rows: Sequence[bytes]) -> bytes:
    head = orjson.dumps({"count": count, "next": following, "previous": previous})
    return b"".join((head[:-1], b',"results":[', b",".join(rows), b"]}"))
