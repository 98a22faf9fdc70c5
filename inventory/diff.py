"""What differs between two networks: shown before anything is written, kept as history afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import object_name

Body = dict[str, Any]
"""A record as JSON; rates are bits per second."""

_SIGNS = {"created": "+", "updated": "~", "deleted": "-"}


class Action(StrEnum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; null where it does not exist. Lists of named things are compared by name."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One record created, updated or deleted."""

    noun: str
    slug: str
    before: Record | None
    after: Record | None

    @property
    def action(self) -> Action:
        """What happened."""
        if self.before is None:
            return Action.CREATED
        return Action.DELETED if self.after is None else Action.UPDATED

    def fields(self, for_people: bool = False) -> tuple[FieldChange, ...]:
        """The fields that differ; ``for_people`` writes rates with their unit."""
        return tuple(_compare("", _dump(self.before, for_people), _dump(self.after, for_people)))

    def lines(self) -> Iterator[str]:
        """Describe the change for people."""
        yield f"{_SIGNS[self.action]} {object_name(self.noun, self.slug)}"
        if self.action is Action.UPDATED:
            for field in self.fields(for_people=True):
                yield f"    {field.path}: {_shown(field.before)} → {_shown(field.after)}"

    def document(self) -> Body:
        """Describe the change for programs."""
        fields = [{"path": f.path, "before": f.before, "after": f.after} for f in self.fields()]
        return {"object": object_name(self.noun, self.slug), "noun": self.noun, "slug": self.slug} | {
            "action": self.action,
            "fields": fields if self.action is Action.UPDATED else [],
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """Every change between two networks, in the order of nouns and slugs."""

    entries: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)

    def count(self, action: Action) -> int:
        """How many records were created, updated or deleted."""
        return sum(1 for change in self.entries if change.action is action)

    @property
    def summary(self) -> str:
        """``3 created, 1 updated, 0 deleted``."""
        return ", ".join(f"{self.count(action)} {action}" for action in Action)

    def lines(self) -> Iterator[str]:
        """Describe all changes for people."""
        for change in self.entries:
            yield from change.lines()

    def document(self) -> Body:
        """Describe all changes for programs."""
        counts = {str(action): self.count(action) for action in Action}
        return {"summary": counts, "changes": [change.document() for change in self.entries]}


def diff(before: Network, after: Network) -> Changes:
    """Compare two networks; the order of records carries no meaning."""
    return Changes(tuple(change for noun in NOUNS for change in _changes(noun, before, after)))


def _changes(noun: str, before: Network, after: Network) -> Iterator[Change]:
    """Networks made from one another share what did not change, so most is told by identity."""
    if getattr(before, noun) is getattr(after, noun):
        return
    old: dict[str, Record] = {record.slug: record for record in getattr(before, noun)}
    new: dict[str, Record] = {record.slug: record for record in getattr(after, noun)}
    for slug in sorted(old.keys() | new.keys()):
        was, became = old.get(slug), new.get(slug)
        if was is not became and was != became:
            yield Change(noun, slug, was, became)


def _dump(record: Record | None, for_people: bool) -> Body:
    return {} if record is None else record.model_dump(mode="json", context={"for_people": for_people})


def _compare(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if before == after:
        return
    old, new = parts(before), parts(after)
    if old is None or new is None:
        yield FieldChange(path, before, after)
        return
    for name in [*old, *(n for n in new if n not in old)]:
        yield from _compare(step(path, name, before), old.get(name), new.get(name))


def step(path: str, name: str, inside: Any) -> str:
    """The path of a named part of a mapping or list."""
    return path + (f"[{name}]" if isinstance(inside, list) else f".{name}" if path else name)


def parts(value: Any) -> Mapping[str, Any] | None:
    """The named parts of a mapping, or of a list of things that have unique names."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) and "name" in item for item in value):
        named = {item["name"]: item for item in value}
        return named if len(named) == len(value) else None
    return None


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {_shown(v)}' for k, v in value.items() if v is not None)}}}"
    return str(value)
