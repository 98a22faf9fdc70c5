"""Gives every object of NetBox its key: as remembered, as its custom field says, as ours that is the same, or new.

The same objects are always given the same keys, whatever was interrupted before: where two would have one key, the
one with the higher number in NetBox carries it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_interface, ip_network
from typing import Any

from inventory.model.device import INTERFACE_MOST
from inventory.sources.netbox import models as m
from inventory.sources.netbox.models import CUSTOM, MODELS, OF_TYPE, Model, Row, Shelf
from inventory.sources.netbox.names import interface_name_of, slug_of, unused

LINK = "link:"
"""What stands before the key of a cable that was drawn for a link."""
SLUG, LINK_FIELD = f"{CUSTOM}slug", f"{CUSTOM}link"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESSED: dict[str, tuple[str, Callable[[str], object]]] = {
    m.PREFIXES: ("prefix", ip_network),
    m.ADDRESSES: ("address", ip_interface),
}

Pairing = Mapping[str, Mapping[int, str]]
"""Keys by path and number, as remembered from the last exchange."""
Ours = Callable[[str], Mapping[str, Row]]
"""Our rows of a path."""


@dataclass
class Theirs:
    """What NetBox says, in our words: rows by path and key, the number of each, and what has no place with us."""

    rows: Shelf = field(default_factory=lambda: {path: {} for path in MODELS})
    numbers: dict[str, dict[str, int]] = field(default_factory=lambda: {path: {} for path in MODELS})
    foreign: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many objects of a path were passed over, by path and reason."""


def identify(mirror: Mapping[str, Iterable[tuple[int, Row]]], pairing: Pairing, ours: Ours) -> Theirs:
    """Give keys to all rows, which are taken over; ``ours`` gives what NetBox would hold if it held our inventory."""
    found = Theirs()
    keys: dict[str, dict[int, str]] = {}
    for path, model in MODELS.items():
        keys[path] = _Shelving(model, keys, pairing.get(path, {}), ours, found).shelve(mirror[path])
    _add_rates(found)
    return found


class _Shelving:
    """The objects of one kind."""

    def __init__(
        self, model: Model, keys: dict[str, dict[int, str]], paired: Mapping[int, str], ours: Ours,
        found: Theirs,
    ) -> None:  # fmt: skip
        self._model, self._keys, self._paired, self._ours, self._found = model, keys, paired, ours, found
        self._taken: dict[str, int] = {}

    @cached_property
    def _natural(self) -> dict[tuple[Any, ...], str]:
        return {self._same(row): key for key, row in self._ours(self._model.path).items()}

    def shelve(self, given: Iterable[tuple[int, Row]]) -> dict[int, str]:
        """Put all rows on the shelf; returns the key of each number."""
        rows, mine = list(given), dict[int, str]()
        self._taken = {self._paired[number]: number for number, _ in rows if number in self._paired}
        self._keys[self._model.path] = mine
        shelf, numbers = self._found.rows[self._model.path], self._found.numbers[self._model.path]
        itself = [name for name, path in self._model.refs.items() if path == self._model.path]
        for number, row in rows:
            if strange := self._resolve(row):
                place = (self._model.path, strange)
                self._found.foreign[place] = self._found.foreign.get(place, 0) + 1
                continue
            key = mine[number] = self._paired.get(number) or self._new(row, number)
            self._taken[key] = number
            shelf[key], numbers[key] = row, number
        for row in shelf.values():
            for name in itself:
                row[name] = mine.get(row[name])
        return mine

    def _resolve(self, row: Row) -> str:
        """Put keys for numbers into a row; returns why it has no place with us, if it has none."""
        path = self._model.path
        for name, target in self._model.refs.items():
            if target != path and row[name] is not None:
                row[name] = self._keys[target].get(row[name])
        for name, target in self._model.mixed.items():
            row[name] = self._mixed(row[name], target)
        if path in _ADDRESSED:
            name, parse = _ADDRESSED[path]
            row[name] = str(parse(row[name]))
        return self._strange(row)

    def _mixed(self, pair: Any, target: str) -> str | None:
        if pair is None or pair[0] not in OF_TYPE or OF_TYPE[pair[0]].path != target:
            return None
        return self._keys[target].get(pair[1])

    def _strange(self, row: Row) -> str:
        match self._model.path:
            case m.PREFIXES if row["vrf"] is not None:
                return "is in a VRF"
            case m.ADDRESSES if row["assigned_object"] is None:
                return "is not on an interface of a device"
            case m.INTERFACES if row["device"] is None:
                return "is on no device we know"
            case m.TERMINATIONS if row["termination"] is None or row["circuit"] is None:
                return "does not end at a site"
            case m.CABLES:
                return self._plug(row)
        return ""

    def _plug(self, row: Row) -> str:
        """The two ports of a cable."""
        ends = [row.pop("a_terminations"), row.pop("b_terminations")]
        ports = [self._mixed(end[0], m.INTERFACES) if len(end) == 1 else None for end in ends]
        if ports[0] is None or ports[1] is None:
            return "does not join two interfaces"
        row["a"], row["b"] = ports
        row["ends"] = sorted(filter(None, ports))
        return ""

    def _same(self, row: Row) -> tuple[Any, ...]:
        values = (row.get(name) for name in self._model.natural)
        return tuple(tuple(v) if isinstance(v, list) else v for v in values)

    def _new(self, row: Row, number: int) -> str:
        """The key of an object that is not remembered."""
        said = row.get(SLUG)
        if isinstance(said, str) and _SLUG.fullmatch(said) and said not in self._taken:
            return said
        same = self._natural.get(self._same(row))
        if same is not None and same not in self._taken:
            return same
        return self._made(row, number)

    def _made(self, row: Row, number: int) -> str:
        path = self._model.path
        if path == m.INTERFACES:
            device, name = row["device"], interface_name_of(row["name"])
            return f"{device}:{unused(name, _Within(device, self._taken), number, INTERFACE_MOST)}"
        if path == m.ADDRESSES:
            return f"{row['assigned_object']} {row['address']}"
        if path == m.TERMINATIONS:
            return f"{row['circuit']}:{row['term_side']}"
        if path == m.CABLES and isinstance(row.get(LINK_FIELD), dict):
            return LINK + str(row[LINK_FIELD].get("slug"))
        if path == m.MAKERS:
            return str(row["name"])
        if path == m.TYPES:
            return f"{row['manufacturer']}::{row['model']}"
        return unused(slug_of(self._text(row, number)), self._taken, number)

    def _text(self, row: Row, number: int) -> str:
        """What a new slug is made of."""
        match self._model.path:
            case m.PREFIXES:
                return str(row["prefix"])
            case m.VLANS:
                return f"{row['site'] or 'vlan'}-{row['vid']}"
            case m.CABLES:
                return f"{row['label'] or 'cable'}-{number}"
            case m.CIRCUITS:
                return str(row["cid"])
        return str(row.get("slug") or row.get("name") or f"{self._model.type}-{number}")


@dataclass(frozen=True)
class _Within:
    """The names taken on one device."""

    device: str
    taken: Mapping[str, int]

    def __contains__(self, name: object) -> bool:
        return f"{self.device}:{name}" in self.taken


def _add_rates(found: Theirs) -> None:
    """Give each circuit the rates of its terminations, those of the far end first, or else what is committed."""
    circuits = found.rows[m.CIRCUITS]
    for row in circuits.values():
        row["down_kbps"] = row["up_kbps"] = row["commit_rate"]
    for _, row in sorted(found.rows[m.TERMINATIONS].items()):
        circuit = circuits.get(row["circuit"])
        if circuit is not None and row["port_speed"]:
            circuit["down_kbps"] = row["port_speed"]
            circuit["up_kbps"] = row["upstream_speed"] or row["port_speed"]
