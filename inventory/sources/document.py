"""A YAML document that remembers on which line everything stands.

Plain scalars stay text and only ``null`` is special: the model decides the type of a field, so ``terc: 2466011``,
``serial: 0012`` and the country code ``no`` mean what they look like. The text is taken event by event, because the
parser's own tree builder has no limit of depth and can be made to crash the process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TAG = "tag:yaml.org,2002:"
_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "value", "merge")
_TAGS = frozenset(_TAG + kind for kind in _KINDS) | {None, "!"}
MAX_DEPTH = 20
MAX_WEIGHT = 20_000_000


@dataclass(slots=True)
class Part:
    """A value, the line it stands on (for a field, the line of its name) and the parts it is made of."""

    line: int
    value: Any
    parts: dict[str, "Part"] | list["Part"] | None = None
    weight: int = 1


class Fault(Exception):
    """The form of a document is wrong: a line, what is wrong and what to do."""

    def __init__(self, line: int, problem: str, fix: str) -> None:
        self.line, self.problem, self.fix = line, problem, fix
        super().__init__(problem)


class Document:
    """The plain value of a YAML text and the line of every part of it; Fault when its form is wrong."""

    def __init__(self, text: bytes) -> None:
        self._root = _read(text)
        self.value = self._root.value

    def line(self, path: Sequence[int | str]) -> int:
        """Line of the deepest part of the path that exists."""
        return self._walk(path)[-1].line

    def holds(self, path: Sequence[int | str]) -> bool:
        """Whether the path leads to a part of the document."""
        return len(self._walk(path)) == len(path) + 1

    def _walk(self, path: Sequence[int | str]) -> list[Part]:
        """The root and the parts that exist along the path."""
        walked = [self._root]
        for step in path:
            try:
                walked.append(walked[-1].parts[step])  # type: ignore[index]
            except (TypeError, KeyError, IndexError):
                break
        return walked


def _read(text: bytes) -> Part:
    try:
        return _Builder(_LOADER(text)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Fault(line, f"not YAML: {error.problem or error.context}", "correct it here or just above") from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count(b"\n") + 1
        raise Fault(line, f"not YAML: {error.reason}", "remove the special character") from error


class _Builder:
    """Builds parts from parser events, with aliases resolved and depth limited."""

    def __init__(self, loader: Any) -> None:
        self._next = loader.get_event
        self._anchors: dict[str, Part | None] = {}

    def document(self) -> Part:
        self._next()  # start of stream
        if isinstance(self._next(), yaml.StreamEndEvent):
            return Part(1, None)
        root = self._part(self._next(), 0)
        self._next()  # end of document
        follower = self._next()
        if not isinstance(follower, yaml.StreamEndEvent):
            raise Fault(follower.start_mark.line + 1, "a second document begins", "keep one document per file")
        if root.weight > MAX_WEIGHT:
            raise Fault(1, "aliases multiply the document beyond reason", "write the values out")
        return root

    def _part(self, event: Any, depth: int) -> Part:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor, line)
        if depth > MAX_DEPTH:
            raise Fault(line, "nested too deeply", "write plain lists and mappings")
        if event.tag not in _TAGS:
            raise Fault(line, f"the tag {event.tag} is not allowed", "write a plain value")
        if event.anchor:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.implicit[0]
            part = Part(line, None if plain and event.value in _NULLS else event.value)
        else:
            part = (self._list if isinstance(event, yaml.SequenceStartEvent) else self._mapping)(line, depth + 1)
        if event.anchor:
            self._anchors[event.anchor] = part
        return part

    def _alias(self, anchor: str | None, line: int) -> Part:
        part = self._anchors.get(anchor or "")
        if part is None:
            what = "refers to itself" if anchor in self._anchors else "has no anchor above it"
            raise Fault(line, f"the alias *{anchor} {what}", "write the value out")
        return Part(line, part.value, part.parts, part.weight)

    def _list(self, line: int, depth: int) -> Part:
        parts: list[Part] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            parts.append(self._part(event, depth))
        return Part(line, [p.value for p in parts], parts, 1 + sum(p.weight for p in parts))

    def _mapping(self, line: int, depth: int) -> Part:
        parts: dict[str, Part] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            at = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                raise Fault(at, "a field name must be a word", "write NAME: VALUE")
            if event.value in parts:
                raise Fault(at, f"the field {event.value!r} is written twice", "keep one of them")
            part = self._part(self._next(), depth)
            part.line = at
            parts[event.value] = part
        return Part(line, {k: p.value for k, p in parts.items()}, parts, 1 + sum(p.weight for p in parts.values()))
