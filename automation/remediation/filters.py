"""Filters that change while traffic passes them: at no moment is one in use that is half-written or not there."""

from collections.abc import Iterator

from automation.remediation.dialects import Dialect
from automation.remediation.tree import Node, Tree, lines

FOR_NOW = "-NEXT"
"""What the name of the filter ends with that stands in while the real one is written anew."""


def replaced(old: Node, new: Node, before: Tree, dialect: Dialect) -> list[str]:
    """Commands that exchange a filter; nothing if the block is none.

    Where lines take effect one by one, a complete filter of another name takes its place meanwhile.
    """
    name = dialect.filter(new.text)
    if name is None or not dialect.keeps_order(new.text):
        return []
    anew = [dialect.negated(old.text), *_written(new.text, new, dialect)]
    uses = [] if dialect.atomic else list(_uses(before, name, dialect))
    if not uses:
        return anew
    header, other = _renamed(new.text, name), name + FOR_NOW
    found = _written(header, new, dialect)
    for place, line in uses:
        found += [place, " " + " ".join(other if word == name else word for word in line.split()), f" {dialect.leave}"]
    found += anew
    for place, line in uses:
        found += [place, f" {line}", f" {dialect.leave}"]
    return [*found, dialect.negated(header)]


def _uses(before: Tree, name: str, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Where the filter is in use and can be exchanged at a stroke."""
    for node in before:
        for child in node.children:
            if dialect.bound(child.text) == name and dialect.key(child.text) is not None:
                yield node.text, child.text


def _renamed(header: str, name: str) -> str:
    head, _, tail = header.rpartition(name)
    return f"{head}{name}{FOR_NOW}{tail}"


def _written(header: str, node: Node, dialect: Dialect) -> list[str]:
    return [header, *lines(node.children, 1), f" {dialect.leave}"]
