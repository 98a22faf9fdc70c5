"""Configurations of command lines that speak by indentation: what a typed line makes of what is there.

A section is its lines in order, each with what stands below it. What opens a section, which lines have one value
only, how a line is negated and in which order the device prints are the grammar's, one for each operating system.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

NUMBER = re.compile(r"(\d+)")
REMEMBERED = 1 << 16
SILENT = frozenset({"end", "return", "exit", "quit"})


def _never() -> re.Pattern[str]:
    return re.compile(r"(?!)")


@dataclass(frozen=True, eq=False)
class Grammar:
    """How lines of an operating system act; what it says of a line is remembered, since many devices run the same.

    Two lines of one section for which a pattern of ``single`` matches the same text (its groups alone, if it has any)
    replace each other. ``sections`` matches lines that open a section. ``kept`` matches negated lines that stand in
    the configuration themselves (``no switchport``); without the negation such a line is the default and not printed.
    Lines are printed by the first pattern of ``order`` that matches, then by their numbers and letters; without
    ``order`` as they were entered.
    """

    negation: str
    sections: re.Pattern[str]
    single: tuple[re.Pattern[str], ...] = ()
    kept: re.Pattern[str] = field(default_factory=_never)
    order: tuple[re.Pattern[str], ...] = ()
    step: int = 1
    """Spaces of one level."""
    comment: str = "!"
    """What sections are set apart with, and what lines that mean nothing start with."""

    def positive(self, line: str) -> str | None:
        """The line that a negated one takes away; null for a line that sets something."""
        head = f"{self.negation} "
        return line[len(head) :] if line.startswith(head) else None

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019  # a grammar lives as long as the process
    def key(self, line: str) -> str:
        """What tells a single-valued line from others; the whole line where there may be many."""
        for pattern in self.single:
            if found := pattern.match(line):
                return " ".join((pattern.pattern, *found.groups(""))) if pattern.groups else found[0]
        return line

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019
    def place(self, line: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
        """Where a line is printed among its neighbours."""
        rank = next((n for n, pattern in enumerate(self.order) if pattern.match(line)), len(self.order))
        return rank, natural(line)


def natural(line: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key with numbers as numbers: ``Ethernet2`` before ``Ethernet10``."""
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in NUMBER.split(line) if p)


class Node:
    """A section, or the whole configuration."""

    def __init__(self) -> None:
        self.below: dict[str, Node] = {}

    def copy(self) -> "Node":
        """The same lines, independent of these."""
        twin = Node()
        twin.below = {line: node.copy() for line, node in self.below.items()}
        return twin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.below == other.below

    __hash__ = None  # type: ignore[assignment]

    def at(self, path: tuple[str, ...]) -> "Node":
        """The section at a path, made if need be."""
        node = self
        for line in path:
            node = node.below.setdefault(line, Node())
        return node

    def find(self, start: str) -> str | None:
        """The first line that starts so."""
        return next((line for line in self.below if line.startswith(start)), None)

    def set(self, line: str, grammar: Grammar) -> "Node":
        """Put a line here and give what stands below it; lines it replaces go."""
        if line in self.below:
            return self.below[line]
        key = grammar.key(line)
        against = f"{grammar.negation} {key}"
        for old in [o for o in self.below if grammar.key(o) == key or o == against]:
            del self.below[old]
        return self.below.setdefault(line, Node())

    def unset(self, line: str) -> bool:
        """Take a line away, or every line it is the beginning of; whether there was one."""
        gone = [line] if line in self.below else [old for old in self.below if old.startswith(f"{line} ")]
        for old in gone:
            del self.below[old]
        return bool(gone)

    def enter(self, line: str, grammar: Grammar) -> "Node | None":
        """Take a typed line; the section it opens, if it opens one."""
        positive = grammar.positive(line)
        if positive is not None:
            self.unset(positive)
            if grammar.kept.match(line):
                self.set(line, grammar)
            return None
        if grammar.kept.match(f"{grammar.negation} {line}"):
            self.unset(f"{grammar.negation} {line}")
            return None
        below = self.set(line, grammar)
        return below if grammar.sections.match(line) else None

    def lines(self, grammar: Grammar, depth: int = 0) -> Iterator[str]:
        """The configuration as printed, without what sets sections apart."""
        shown = sorted(self.below, key=grammar.place) if grammar.order else list(self.below)
        for line in shown:
            yield " " * (grammar.step * depth) + line
            yield from self.below[line].lines(grammar, depth + 1)

    def text(self, grammar: Grammar) -> str:
        """The same with a comment sign after each section."""
        out: list[str] = []
        was_below = False
        for line in self.lines(grammar):
            below = line.startswith(" ")
            if not below and was_below:
                out.append(grammar.comment)
            out.append(line)
            was_below = below
        return "".join(f"{line}\n" for line in out)


def parse(text: str, grammar: Grammar) -> Node:
    """Read a configuration by its indentation; comments and lines that only end something say nothing."""
    root = Node()
    open_: list[tuple[int, Node]] = [(-1, root)]
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.strip()
        if not line or line.startswith(grammar.comment) or line in SILENT:
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_[-1][0] >= depth:
            open_.pop()
        open_.append((depth, open_[-1][1].set(line, grammar)))
    return root
