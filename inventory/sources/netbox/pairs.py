"""One field of ours and what it is in NetBox: how it is read, how it is written, and which side wins."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel

from inventory.diff import Body
from inventory.sources.netbox.models import CUSTOM, Row


def body(record: BaseModel) -> Body:
    """A fact as JSON."""
    return record.model_dump(mode="json")


class Owner(StrEnum):
    """The side that wins where both know a field and disagree."""

    NETBOX = "netbox"
    OURS = "silesianet"


@dataclass(frozen=True)
class Pair:
    """A field of ours and the fields of NetBox that say the same.

    ``read`` takes the row and what we hold already (empty for a new record). Two values are the same when they are
    written the same: NetBox keeps less of some things than we do (rates in kb/s, addresses as one text).
    """

    ours: str
    theirs: tuple[str, ...]
    read: Callable[[Row, Body], Any]
    write: Callable[[Body], Row]
    owner: Owner = Owner.NETBOX

    def agrees(self, row: Row, ours: Body) -> bool:
        """Whether both sides say the same."""
        written = self.write(ours)
        return all(row.get(name) == written[name] for name in self.theirs)


def same(ours: str, theirs: str | None = None, owner: Owner = Owner.NETBOX) -> Pair:
    """A field that is the same on both sides, under its own name or another."""
    name = theirs or ours
    return Pair(ours, (name,), lambda row, _: row.get(name), lambda body: {name: body.get(ours)}, owner)


def known(ours: str, theirs: str, words: Mapping[str, str], back: Callable[[str], str | None] | None = None) -> Pair:
    """A field with a word of its own for each of our words; ``back`` reads words that are not among them."""
    reverse = {word: value for value, word in words.items()}

    def read(row: Row, _: Body) -> str | None:
        word = row.get(theirs)
        return None if word is None else reverse.get(word) or (back(word) if back else word)

    return Pair(ours, (theirs,), read, lambda body: {theirs: words.get(body.get(ours) or "", body.get(ours))})


def one_of(ours: str, theirs: str, words: type[StrEnum]) -> Pair:
    """A field with a closed set of words; a word that is not among them says nothing to us."""

    def read(row: Row, _: Body) -> str | None:
        word = row.get(theirs)
        return word if word in words else None

    return Pair(ours, (theirs,), read, lambda body: {theirs: body.get(ours)})


def custom(name: str) -> Pair:
    """A field that NetBox has no place for: a custom field, and ours."""
    return same(name, CUSTOM + name, Owner.OURS)


def customs(kind: type[BaseModel], without: frozenset[str]) -> Iterator[Pair]:
    """A custom field for every other field of a fact."""
    return (custom(name) for name in kind.model_fields if name not in without)


@cache
def custom_type(kind: type[BaseModel], name: str) -> str:
    """NetBox's type of the custom field for a field of a fact."""
    schema = kind.model_json_schema(mode="serialization")
    return _type(schema["properties"][name], schema.get("$defs", {}))


def _type(given: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in given:
        return _type(definitions[given["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in given:
        kinds = {_type(option, definitions) for option in given["anyOf"] if option.get("type") != "null"}
        return kinds.pop() if len(kinds) == 1 else "json"
    if given.get("format") == "date":
        return "date"
    simple = {"integer": "integer", "number": "decimal", "boolean": "boolean", "string": "text"}
    return simple.get(given.get("type", ""), "json")
