"""The inventory of one revision on one day, joined so that NetBox's shapes can be made from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from orjson import Fragment

from api.listing.table import written
from api.netbox.kind import Document, Kind
from api.netbox.listing import Listing

type Body = Mapping[str, Any]

HERE = "\x01"
"""Stands for the address of ``/netbox`` until a caller's own is known; no text of ours holds a control sign."""

ROOT = "\x02"
"""Stands for the address of the whole application."""

KEPT = 25_000
"""Objects of a type beyond which the short forms are made anew each time: interfaces of a region would fill memory."""


class City:
    """Bodies by noun, objects by type of NetBox. Never changes: another revision, day or tenant is another city."""

    def __init__(self, bodies: Callable[[str], Iterable[Body]], kinds: Mapping[str, Kind], day: date) -> None:
        self.day = day
        self._bodies, self._kinds = bodies, kinds
        self._nouns: dict[str, dict[str, Body]] = {}
        self._groups: dict[tuple[str, str], dict[Any, list[Body]]] = {}
        self._listings: dict[str, Listing] = {}
        self._nested: dict[tuple[str, str], Fragment] = {}
        self.known: dict[str, Any] = {}
        """What a type has worked out about the whole city, by a name of its own."""

    def all(self, noun: str) -> dict[str, Body]:
        """Bodies of a noun by slug, in order; none of a noun the inventory does not have."""
        known = self._nouns.get(noun)
        if known is None:
            known = self._nouns[noun] = {body["slug"]: body for body in self._bodies(noun)}
        return known

    def by(self, noun: str, field: str) -> dict[Any, list[Body]]:
        """Bodies of a noun grouped by the value of a field."""
        known = self._groups.get((noun, field))
        if known is None:
            known = {}
            for body in self.all(noun).values():
                known.setdefault(body.get(field), []).append(body)
            self._groups[noun, field] = known
        return known

    def count(self, noun: str, field: str, value: str) -> int:
        """How many bodies of a noun hold a value."""
        return len(self.by(noun, field).get(value, ()))

    def once[T](self, name: str, work: Callable[["City"], T]) -> T:
        """What ``work`` says about this city, asked once."""
        if name not in self.known:
            self.known[name] = work(self)
        found: T = self.known[name]
        return found

    def tally(self, name: str, work: Callable[["City"], Sequence[str]]) -> Counter[str]:
        """How often each name comes in a list, counted once."""
        return self.once(name, lambda city: Counter(work(city)))

    def listing(self, path: str) -> Listing:
        """All objects of a type."""
        known = self._listings.get(path)
        if known is None:
            known = self._listings[path] = Listing(self, self._kinds[path])
        return known

    def number(self, path: str, name: str) -> int:
        """The id of an object."""
        return self.listing(path).numbers.of(name)

    def url(self, path: str, name: str) -> str:
        """Address of an object."""
        return f"{HERE}/api/{path}/{self.number(path, name)}/"

    def nested(self, path: str, name: str | None) -> Fragment | None:
        """What stands for an object inside others, written as JSON; null when there is none of the name."""
        if name is None:
            return None
        known = self._nested.get((path, name))
        if known is None:
            found = self.known_by(path, name)
            if found is None:
                return None
            known = Fragment(written(found))
            if len(self.listing(path)) <= KEPT:
                self._nested[path, name] = known
        return known

    def known_by(self, path: str, name: str) -> Document | None:
        """The few fields by which an object is known; null when there is none of the name."""
        item = self.listing(path).item(name)
        return None if item is None else self.stub(self._kinds[path], name, item)

    def stub(self, kind: Kind, name: str, item: Any) -> Document:
        """The few fields by which an object is known."""
        stub = kind.stub(self, item)
        display = stub.get("display") or stub.get("name") or name
        return {"id": self.number(kind.path, name), "url": self.url(kind.path, name), "display": display} | stub
