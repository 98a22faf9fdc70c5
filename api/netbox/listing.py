"""All objects of one type: numbered, found by filters, written as JSON once."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from api.listing.table import Table, written
from api.netbox.kind import Document, Item, Kind
from api.netbox.number import Numbers
from api.netbox.selection import Selection

if TYPE_CHECKING:
    from api.netbox.city import City

KEPT_BYTES = 48 * 2**20
"""JSON of one type beyond which what was written is forgotten, so that a full pull of a large region stays small."""


class Row(Mapping[str, Any]):
    """What an object can be found by; worked out when it is asked for, because most filters are never used."""

    __slots__ = ("_listing", "_place")

    def __init__(self, listing: "Listing", place: int) -> None:
        self._listing, self._place = listing, place

    def __getitem__(self, name: str) -> Any:
        return self._listing.value(self._place, name)

    def __iter__(self) -> Iterator[str]:
        """What is looked through for ``?q=``."""
        return iter(self._listing.kind.search)

    def __len__(self) -> int:
        return len(self._listing.kind.search)


class Listing:
    """The objects of a type in a city, in default order."""

    def __init__(self, city: "City", kind: Kind) -> None:
        self.city, self.kind = city, kind
        pairs = list(kind.items(city))
        self.names: Sequence[str] = [name for name, _ in pairs]
        self._items: Sequence[Item] = [item for _, item in pairs]
        self.numbers = Numbers(kind.path, self.names)
        self._kept: dict[tuple[Selection, int], bytes] = {}
        self._kept_bytes = 0

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def table(self) -> Table:
        """The rows as filters see them."""
        return Table(Row(self, place) for place in range(len(self)))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _by_number(self) -> list[tuple[int, int]]:
        return sorted(self.numbers.place.items())

    def from_number(self, start: int, among: Sequence[int]) -> Iterator[tuple[int, int]]:
        """(id, place) of those objects whose id is not below ``start``, in order of id."""
        wanted = None if len(among) == len(self) else set(among)
        for number, place in islice(self._by_number, bisect_left(self._by_number, (start, -1)), None):
            if wanted is None or place in wanted:
                yield number, place

    def item(self, name: str) -> Item | None:
        """What an object of that name is made from."""
        place = self._place.get(name)
        return None if place is None else self._items[place]

    def __contains__(self, name: object) -> bool:
        return name in self._place

    def document(self, place: int) -> Document:
        """An object with all its fields."""
        kind, name, item = self.kind, self.names[place], self._items[place]
        stub = self.city.stub(kind, name, item)
        return kind.blank | {"display_url": stub["url"]} | stub | kind.rest(self.city, item)

    def named(self, name: str) -> Document:
        """The object of a name, which must be there."""
        return self.document(self._place[name])

    def encoded(self, place: int, selection: Selection) -> bytes:
        """An object as JSON, addresses still without a host."""
        known = self._kept.get((selection, place))
        if known is None:
            known = written(selection.of(self.document(place), self.kind))
            if self._kept_bytes > KEPT_BYTES:
                self._kept, self._kept_bytes = {}, 0
            self._kept[selection, place] = known
            self._kept_bytes += len(known)
        return known

    def value(self, place: int, name: str) -> Any:
        """What an object is filtered by under a name."""
        find = self.kind.finds.get(name)
        if find is not None:
            return find(self.city, self._items[place])
        if name == "id":
            return self.numbers.of(self.names[place])
        return found_in(self.document(place), name)


def found_in(document: Document, name: str) -> Any:
    """The value of a filter that is named like a field, after NetBox's customs: slug or name, ``_id``, choice, tag."""
    if name == "tag":
        return [_read(tag)["slug"] for tag in document["tags"]]
    if name.startswith("cf_"):
        return _as_text(document["custom_fields"].get(name.removeprefix("cf_")))
    value = _read(document.get(name))
    if value is None and name.endswith("_id"):
        value = _read(document.get(name.removesuffix("_id")))
        return value["id"] if isinstance(value, dict) else None
    if isinstance(value, dict):
        return next((value[key] for key in ("value", "slug", "name", "id") if key in value), None)
    return value


def _read(value: Any) -> Any:
    """A nested object, which is kept as it is written."""
    return orjson.loads(orjson.dumps(value)) if isinstance(value, orjson.Fragment) else value


def _as_text(value: Any) -> Any:
    """Custom fields are compared as they are written."""
    if isinstance(value, list):
        return [_as_text(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else value
