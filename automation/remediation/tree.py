"""Configurations whose blocks are told by indentation, as trees: read, brought into one form, written again.

The same configuration gives the same text whoever wrote it: the device prints lines in an order of its own, a template
in another, and a person who compares the two wants to see what differs and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from automation.remediation.dialects import LINES, Dialect, matches

CLOSING = frozenset({"end", "exit", "return", "quit", "exit-address-family", "!", "#"})
BANNER = re.compile(r"^banner \w+ (\^C|\S)")


@dataclass(frozen=True)
class Node:
    """A line and the lines that stand indented below it."""

    text: str
    children: tuple["Node", ...] = ()


Tree = tuple[Node, ...]


def parse(text: str) -> Tree:
    """The tree of a configuration; comments and lines that only close a block are left out."""
    rows: list[tuple[int, str]] = []
    until = ""
    for line in text.expandtabs().splitlines():
        if until:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]}\n{line.rstrip()}")
            until = "" if until in line else until
            continue
        body = line.strip()
        if not body or body in CLOSING or body[0] in "!#":
            continue
        rows.append((len(line) - len(line.lstrip()), body))
        if (found := BANNER.match(body)) and found[1] not in body[found.end() :]:
            until = found[1]
    return _nested(rows)


def _nested(rows: list[tuple[int, str]]) -> Tree:
    found: list[Node] = []
    at = 0
    while at < len(rows):
        indent, text = rows[at]
        end = at + 1
        while end < len(rows) and rows[end][0] > indent:
            end += 1
        found.append(Node(text, _nested(rows[at + 1 : end])))
        at = end
    return tuple(found)


def lines(tree: Iterable[Node], depth: int = 0) -> list[str]:
    """The lines of a tree, a space of indentation for each level."""
    found: list[str] = []
    for node in tree:
        found += [" " * depth + node.text, *lines(node.children, depth + 1)]
    return found


def written(tree: Iterable[Node]) -> str:
    """The text of a tree."""
    return "".join(f"{line}\n" for line in lines(tree))


def without(tree: Tree, unmanaged: Iterable[str]) -> Tree:
    """The tree without lines that match, and without what stands below them."""
    patterns = tuple(unmanaged)

    def kept(nodes: Tree) -> Tree:
        return tuple(replace(n, children=kept(n.children)) for n in nodes if not matches(patterns, n.text))

    return kept(tree) if patterns else tree


def masked(tree: Tree, masks: Iterable[tuple[str, str]]) -> Tree:
    """The tree with secrets replaced: each mask is a pattern of a whole line and what the line becomes."""
    patterns = [(re.compile(pattern), becomes) for pattern, becomes in masks]

    def mask(node: Node) -> Node:
        text = node.text
        for pattern, becomes in patterns:
            if found := pattern.fullmatch(text):
                text = found.expand(becomes)
                break
        return Node(text, tuple(mask(c) for c in node.children))

    return tuple(mask(node) for node in tree)


def ordered(tree: Tree, dialect: Dialect) -> Tree:
    """The tree in the order of the dialect, without interfaces that say nothing; rules keep the order they have."""
    kept = [n for n in tree if not dialect.says_nothing(n.text, [c.text for c in n.children])]
    return tuple(
        sorted((_ordered_below(n, dialect) for n in kept), key=lambda n: (dialect.rank(n.text), natural(n.text)))
    )


def _ordered_below(node: Node, dialect: Dialect) -> Node:
    if not node.children:
        return node
    children = tuple(_ordered_below(c, dialect) for c in node.children)
    if dialect.filter(node.text) is not None:
        children = tuple(Node(dialect.unnumbered(c.text), c.children) for c in children)
    if dialect.keeps_order(node.text):
        return Node(node.text, children)
    return Node(node.text, tuple(sorted(children, key=lambda n: natural(n.text))))


@lru_cache(LINES)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which ``Ethernet2`` stands before ``Ethernet10``."""
    return tuple((1, int(p), "") if p.isdigit() else (0, 0, p) for p in re.findall(r"\d+|\D+", text))


@lru_cache(4)
def read(text: str, dialect: Dialect) -> Tree:
    """The tree of a configuration in the order of the dialect; a plan reads what runs and what is wanted repeatedly."""
    return ordered(parse(text), dialect)


def canonical(text: str, dialect: Dialect) -> str:
    """The one text of a configuration."""
    return written(read(text, dialect))
