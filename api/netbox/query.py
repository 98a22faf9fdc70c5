"""Filters as NetBox reads them: a repeated parameter means either value, an unknown one means nothing.

Ignoring what is not known returns everything on a typing mistake. Our own REST refuses it; here clients rely on it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.listing.condition import Condition, Op
from api.netbox.kind import Kind
from api.netbox.listing import Listing

type Parameters = Sequence[tuple[str, str]]
type Test = Callable[[str, str], bool]

CONDITIONS = {"": Op.IN, "n": Op.N, "ic": Op.IC, "gte": Op.GTE, "gt": Op.GT, "lte": Op.LTE, "lt": Op.LT}

_NUMBER = re.compile(r"^-?[0-9]{1,18}(\.[0-9]{1,18})?$")


TESTS: Mapping[str, Test] = {
    "ic": lambda wanted, text: wanted.casefold() in text.casefold(),
    "ie": lambda wanted, text: text.casefold() == wanted.casefold(),
    "isw": lambda wanted, text: text.casefold().startswith(wanted.casefold()),
    "iew": lambda wanted, text: text.casefold().endswith(wanted.casefold()),
}
REFUSED = frozenset({"regex", "iregex"})
"""A stranger's expression can keep the server busy for hours."""

NEGATED = {"nic": "ic", "nie": "ie", "nisw": "isw", "niew": "iew"}
LOOKUPS = frozenset(CONDITIONS) | TESTS.keys() | NEGATED.keys() | REFUSED | {"empty"}


class BadQuery(Exception):
    """What NetBox answers with 400: messages by parameter, or without a name for faults of paging."""

    def __init__(self, name: str | None, message: str) -> None:
        self.faults: Any = [message] if name is None else {name: [message]}
        super().__init__(message)


@dataclass
class Wanted:
    """What a request asks a listing for."""

    conditions: list[Condition] = field(default_factory=list)
    tests: list[Callable[[Mapping[str, Any]], bool]] = field(default_factory=list)
    text: str = ""

    def of(self, listing: Listing) -> Sequence[int]:
        """Places of the objects that fit, in default order."""
        found = listing.table.where(self.conditions)
        if self.text:
            found = listing.table.search(self.text, found)
        rows = listing.table.rows
        return [place for place in found if all(test(rows[place]) for test in self.tests)] if self.tests else found


def read(listing: Listing, parameters: Parameters) -> Wanted:
    """What the parameters ask for; BadQuery for a value that the filter cannot take."""
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    wanted = Wanted(text=" ".join(given.pop("q", [])).strip())
    for name, values in given.items():
        base, _, lookup = name.partition("__")
        if lookup in LOOKUPS and is_filter(listing.kind, base):
            _add(wanted, listing, base, lookup, [v for v in dict.fromkeys(values) if v != ""])
    return wanted


def is_filter(kind: Kind, name: str) -> bool:
    """Whether a list of this type can be filtered by a name."""
    return name in kind.filters or (name.startswith("cf_") and "custom_fields" in kind.blank)


def _add(wanted: Wanted, listing: Listing, name: str, lookup: str, values: list[str]) -> None:
    if not values:
        return
    if lookup in REFUSED:
        raise BadQuery(f"{name}__{lookup}", "Regular expressions are not offered here; use ic, isw or iew.")
    if lookup == "empty":
        wanted.conditions.append(Condition(name, Op.EMPTY, (values[-1].lower() in ("true", "1"),)))
    elif lookup in CONDITIONS:
        if lookup in ("", "n"):
            _check(listing, name, values)
        folded = name in listing.kind.folded
        read_as = [_readings(v.casefold() if folded else v) for v in values]
        readings = [r for some in read_as for r in some if r is not None or lookup in ("", "n")]
        wanted.conditions.append(Condition(name, CONDITIONS[lookup], tuple(readings)))
    else:
        wanted.tests.append(_test(name, lookup, values))


def _check(listing: Listing, name: str, values: list[str]) -> None:
    """Refuse what NetBox refuses: a status there is not, an object there is not, an id that is no number."""
    kind, city = listing.kind, listing.city
    choices = kind.choices.get(name)
    for value in values:
        if value == "null":
            continue
        if choices is not None and value not in choices:
            raise BadQuery(name, f"Select a valid choice. {value} is not one of the available choices.")
        if (name == "id" or name.removesuffix("_id") in kind.references) and name.endswith("id"):
            number = whole(value)
            if number is None:
                raise BadQuery(name, f"“{value}” is not a valid value.")
            if name != "id" and number not in city.listing(kind.references[name.removesuffix("_id")]).numbers.place:
                raise BadQuery(name, f"Select a valid choice. {value} is not one of the available choices.")
        elif name in kind.references and value not in city.listing(kind.references[name]):
            raise BadQuery(name, f"Select a valid choice. {value} is not one of the available choices.")


def whole(text: str | None) -> int | None:
    """A whole number from an address; null when it is none, or longer than any of ours."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 19 else None


def _readings(value: str) -> list[Any]:
    """What a word in an address may stand for."""
    if value == "null":
        return [None]
    readings: list[Any] = [value]
    if _NUMBER.match(value):
        readings.append(float(value) if "." in value else int(value))
    if value.lower() in ("true", "false"):
        readings.append(value.lower() == "true")
    return readings


def _test(name: str, lookup: str, values: list[str]) -> Callable[[Mapping[str, Any]], bool]:
    """A lookup that no index answers."""
    positive = NEGATED.get(lookup)
    compare = TESTS[positive or lookup]

    def test(row: Mapping[str, Any]) -> bool:
        value = row[name]
        texts = [str(v) for v in (value if isinstance(value, list) else [value]) if v is not None]
        hit = any(compare(wanted, text) for wanted in values for text in texts)
        return hit is not (positive is not None)

    return test
