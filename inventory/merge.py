"""Merges two changes of one JSON value field by field; what both changed differently is a clash."""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.diff import Body, parts, step

_ABSENT = object()


def merge(base: Body | None, ours: Body | None, theirs: Body | None) -> tuple[Body | None, tuple[str, ...]]:
    """Carry what ``theirs`` changed of ``base`` over to ``ours``; return it with the paths that clash (kept as ours).

    Null is a record that is not there. The path of a clash about the whole record is empty.
    """
    found: list[str] = []
    merged: Body | None = _merge("", base, ours, theirs, found)
    return merged, tuple(found)


def _merge(path: str, base: Any, ours: Any, theirs: Any, clashes: list[str]) -> Any:
    if base == theirs or ours == theirs:
        return ours
    if ours == base:
        return theirs
    old, mine, other = parts(base), parts(ours), parts(theirs)
    if old is None or mine is None or other is None:
        clashes.append(path)
        return ours
    merged = {}
    for name in _order(mine, other):
        was, now, wanted = (found.get(name, _ABSENT) for found in (old, mine, other))
        value = _merge(step(path, name, ours), was, now, wanted, clashes)
        if value is not _ABSENT:
            merged[name] = value
    return list(merged.values()) if isinstance(ours, list) else merged


def _order(mine: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """In the order of ``other`` where it names everything, else ours first."""
    if mine.keys() <= other.keys():
        yield from other
    else:
        yield from mine
        yield from (name for name in other if name not in mine)
