"""Junos configurations as ``set`` lines, read into statements: the one form in which they are compared.

A statement is a path of steps; a step is a word, or a keyword with the name or value that belongs to it. What Junos
keeps in the order given (terms of filters and policies, ways of authentication) keeps it here, all else is sorted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Step = tuple[str, ...]
Path = tuple[Step, ...]

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
PLAIN = re.compile(r"[\w.:/@+*<>$%,=~^-]+")
NUMBER = re.compile(r"(\d+)")

SINGLE = frozenset({
    "host-name", "description", "location", "contact", "router-id", "metric", "hello-interval", "dead-interval",
    "retransmit-interval", "interface-type", "vlan-id", "shaping-rate", "minimum-interval", "multiplier",
    "preference", "mtu", "secret", "authentication-password", "privacy-password", "authentication-key",
    "privacy-key", "security-level", "read-view", "input", "output", "bandwidth", "native-vlan-id", "time-zone",
})  # fmt: skip
"""Keywords with one value: another one takes its place."""
NAMED = frozenset({
    "unit", "family", "area", "interface", "term", "filter", "address", "prefix-list", "route",
    "qualified-next-hop", "server", "host", "user", "group", "policer", "policy-statement", "view", "oid",
    "security-name", "tacplus-server", "radius-server", "rib", "route-filter", "community", "neighbor", "vlan",
    "instance", "scheduler-map", "schedulers", "bridge-domain", "file",
})  # fmt: skip
"""Keywords of statements that are many, told apart by name."""
ORDERED = frozenset({"term", "authentication-order"})
"""Keywords whose order means something."""
TOPS = (
    "system", "chassis", "security", "interfaces", "snmp", "forwarding-options", "policy-options",
    "class-of-service", "firewall", "routing-instances", "routing-options", "protocols", "vlans",
)  # fmt: skip


@dataclass
class Tree:
    """Statements below a path, in the order they were given; ``inactive`` are whole paths that are switched off."""

    below: dict[Step, "Tree"] = field(default_factory=dict)
    inactive: set[Path] = field(default_factory=set)

    def at(self, path: Path) -> "Tree":
        """What stands at a path, made if need be."""
        node = self
        for step in path:
            node = node.below.setdefault(step, Tree())
        return node

    def has(self, path: Path) -> bool:
        """Whether there is such a statement."""
        node: Tree | None = self
        for step in path:
            node = node.below.get(step) if node else None
        return node is not None

    def leaves(self, path: Path = ()) -> Iterator[Path]:
        """Every statement below with nothing below itself."""
        for step, node in self.below.items():
            if node.below:
                yield from node.leaves((*path, step))
            else:
                yield (*path, step)


def words(line: str) -> list[str]:
    """Words of a line, without quotes."""
    return [re.sub(r"\\(.)", r"\1", m[1]) if m[1] is not None else m[2] for m in WORD.finditer(line)]


def steps(line: Iterable[str]) -> Path:
    """Words as steps."""
    found: list[Step] = []
    left = list(line)
    while left:
        word = left.pop(0)
        bound = word == "filter" and left[:1] in (["input"], ["output"])
        value = word in SINGLE or (word in NAMED and not bound)
        found.append((word, left.pop(0)) if value and left else (word,))
    return tuple(found)


def text(path: Path) -> str:
    """A path as it is typed."""
    return " ".join(_quoted(word) for step in path for word in step)


def read(config: str) -> Tree:
    """The statements of a configuration; lines that neither set nor switch off anything say nothing."""
    tree = Tree()
    for line in config.splitlines():
        verb, *rest = words(line) or [""]
        if verb == "set" and rest:
            tree.at(steps(rest))
        elif verb == "deactivate" and rest:
            tree.inactive.add(steps(rest))
    return tree


def lines(tree: Tree) -> Iterator[str]:
    """The statements in the one order."""
    yield from (f"set {text(path)}" for path in _sorted(tree, ()))
    yield from (f"deactivate {text(path)}" for path in sorted(tree.inactive, key=_natural))


def canonical(config: str) -> str:
    """A configuration in the one form."""
    return "".join(f"{line}\n" for line in lines(read(config)))


def finished(written: str) -> str:
    """What a template wrote, in the one form."""
    return canonical(written)


def _sorted(tree: Tree, path: Path) -> Iterator[Path]:
    ordered = bool(path) and len(path[-1]) == 1 and path[-1][0] in ORDERED
    for step in tree.below if ordered else sorted(tree.below, key=lambda step: _place(step, path)):
        if tree.below[step].below:
            yield from _sorted(tree.below[step], (*path, step))
        else:
            yield (*path, step)


def _place(step: Step, path: Path) -> Any:
    if not path:
        return TOPS.index(step[0]) if step[0] in TOPS else len(TOPS), step
    if step[0] in ORDERED:
        return ((1, 0, step[0]),)
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for word in step for p in NUMBER.split(word) if p)


def _natural(path: Path) -> Any:
    return tuple(_place(step, path) for step in path)


def _quoted(word: str) -> str:
    if PLAIN.fullmatch(word):
        return word
    return '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'
