"""A configuration of a simulated Junos: statements by name, and what setting, deleting and moving them does."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import ip_interface, ip_network
from itertools import pairwise
from typing import Any

from lab.simulators.juniper_junos.schema import TOP, USERS_ORDER, Kind, Spec

WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
PLAIN = re.compile(r"[\w.:/@+*<>%,=~-]+")
VALUED = (Kind.LEAF, Kind.VALUES, Kind.NAMED, Kind.BLOCK)
SCALE = {"k": 1000, "m": 1000000, "g": 1000000000}
HIDDEN = {"secret": "secret", "authentication-password": "authentication-key", "privacy-password": "privacy-key"}
"""Values that are kept unreadable, and the statement they are kept as."""
NUMBERS = frozenset(
    ("metric", "preference", "hello-interval", "dead-interval", "retransmit-interval", "vlan-id", "minimum-interval")
)

Key = tuple[str, str]


class Refused(Exception):
    """What the device says against a statement."""


class Missing(Refused):
    """A statement that is to be deleted and is not there; only a warning."""


class Node:
    """A statement, or the whole configuration; ``name`` is that of one of many, ``value`` that of a leaf."""

    def __init__(self, spec: Spec, name: str = "", value: str | None = None) -> None:
        self.spec, self.name, self.value = spec, name, value
        self.below: dict[Key, Node] = {}
        self.inactive = False

    def copy(self) -> "Node":
        """The same statements, independent of these."""
        twin = Node(self.spec, self.name, self.value)
        twin.inactive = self.inactive
        twin.below = {key: node.copy() for key, node in self.below.items()}
        return twin

    @property
    def words(self) -> tuple[str, ...]:
        """The statement without what stands below it, as it is typed."""
        word = (self.spec.word,) if self.spec.typed and self.spec.word else ()
        return (*word, *([self.name] if self.name else []), *([self.value] if self.value is not None else []))

    def shown(self) -> list["Node"]:
        """What stands below, in the order it is printed."""
        ranks = {word: rank for rank, word in enumerate(self.spec.below)}
        return sorted(self.below.values(), key=lambda node: _place(node, ranks))


def words(line: str) -> list[str]:
    """Words of a typed line, without quotes."""
    return [re.sub(r"\\(.)", r"\1", m[1]) if m[1] is not None else m[2] for m in WORD.finditer(line)]


def quoted(word: str) -> str:
    """A word as it is printed."""
    return word if PLAIN.fullmatch(word) else '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'


class Config:
    """A whole configuration."""

    def __init__(self, top: Node | None = None) -> None:
        self.top = top or Node(TOP)

    @classmethod
    def of(cls, text: str) -> "Config":
        """The configuration of ``set`` lines; what cannot be set is left out."""
        config = cls()
        for line in text.splitlines():
            with suppress(Refused):
                config.enter(words(line))
        return config

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and list(self.lines()) == list(other.lines())

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> "Config":
        """The same, independent of this one."""
        return Config(self.top.copy())

    def enter(self, line: list[str]) -> None:
        """Take a line that starts with what is to be done; Refused says why not."""
        verb, *rest = line or [""]
        match verb:
            case "set" if rest:
                self.set(rest)
            case "delete" if rest:
                self.delete(rest)
            case "activate" | "deactivate" if rest:
                self.find(rest)[-1].inactive = verb == "deactivate"
            case "insert" if rest:
                self.insert(rest)
            case "set" | "delete" | "activate" | "deactivate" | "insert":
                raise Refused("missing argument.")
            case _:
                raise Refused("unknown command.")

    def set(self, line: list[str]) -> None:
        """Put a statement; a value takes the place of the old one."""
        node = self.top
        for told, given in list(resolved(line)):
            if given is None:
                raise Refused("missing argument.")
            spec, name = _kept(node.spec, told, given)
            if spec.kind is Kind.LEAF:
                node = node.below.setdefault((spec.word, ""), Node(spec))
                node.value = name
            else:
                node = node.below.setdefault((spec.word, name), Node(spec, name))

    def delete(self, line: list[str]) -> None:
        """Take a statement away with all below it; containers that mean nothing by themselves go with their last."""
        trail = self.find(line)
        if list(resolved(line))[-1][1] is None:
            word = trail[-1].spec.word
            trail[-2].below = {k: n for k, n in trail[-2].below.items() if k[0] != word}
        for above, node in reversed(list(pairwise(trail))):
            for key in [k for k, n in above.below.items() if n is node]:
                del above.below[key]
            if above.below or above.spec.kind in (Kind.PRESENT, Kind.NAMED, Kind.BLOCK):
                return

    def insert(self, line: list[str]) -> None:
        """Move one of many before or after another."""
        at = next((n for n, word in enumerate(line) if word in ("before", "after")), None)
        if at is None:
            raise Refused("missing argument.")
        trail = self.find(line[:at])
        above, node = trail[-2], trail[-1]
        path = list(resolved([*(w for n in trail[1:-1] for w in n.words), *line[at + 1 :]]))
        other = above.below.get((path[-1][0].word, path[-1][1] or ""))
        if other is None or other is node:
            raise Missing("statement not found")
        order = [n for n in above.below.values() if n is not node]
        order.insert(order.index(other) + (line[at] == "after"), node)
        above.below = {(n.spec.word, n.name): n for n in order}

    def find(self, line: list[str]) -> list[Node]:
        """The statement, preceded by all it stands below; Missing when it is not there."""
        trail = [self.top]
        for told, given in resolved(line):
            spec, name = _kept(trail[-1].spec, told, given or "", check=False)
            key = (spec.word, "" if spec.kind is Kind.LEAF else name)
            node = trail[-1].below.get(key)
            if node is None and not name:
                node = next((n for (word, _), n in trail[-1].below.items() if word == spec.word), None)
            if node is None or (spec.kind is Kind.LEAF and name and name != node.value and spec.word not in HIDDEN):
                raise Missing("statement not found")
            trail.append(node)
        return trail

    def lines(self) -> Iterator[str]:
        """The configuration as ``set`` lines."""
        yield from _lines(self.top, ())

    def text(self) -> str:
        """The same as one text."""
        return "".join(f"{line}\n" for line in self.lines())

    def values(self, *line: str) -> list[str]:
        """Names, values or words of what stands below a statement; nothing when there is none."""
        with suppress(Refused):
            node = self.find(list(line))[-1]
            return [node.value] if node.value is not None else [n.words[-1] for n in node.below.values()]
        return []


def resolved(line: Iterable[str]) -> Iterator[tuple[Spec, str | None]]:
    """Words as statements with their names or values; Refused where there is no such statement."""
    left, spec = list(line), TOP
    while left:
        word = left.pop(0)
        if spec.kind is Kind.FREE:
            spec = Spec(word, Kind.FREE)
            yield spec, ""
            continue
        below = spec.below.get(word)
        if below is None and spec.hidden is not None:
            spec = spec.hidden
            yield spec, word
            continue
        if below is None:
            raise Refused("syntax error.")
        spec = below
        yield spec, ((left.pop(0) if left else None) if spec.kind in VALUED else "")


def _kept(above: Spec, spec: Spec, name: str, check: bool = True) -> tuple[Spec, str]:
    """A statement and its value as the device keeps them."""
    word = spec.word
    if check:
        _sound(word, name)
    if word in HIDDEN and above.below:
        kept = above.below.get(HIDDEN[word], spec)
        return kept, name if name.startswith("$9$") or not name else f"$9$sim{sum(name.encode()):06d}"
    if word == "shaping-rate" and re.fullmatch(r"\d+[kmg]?", name):
        return spec, _scaled(name)
    if word in ("source-address", "destination-address") and spec.kind is Kind.BLOCK and name:
        with suppress(ValueError):
            return spec, str(ip_network(name))
    return spec, name


def _sound(word: str, name: str) -> None:
    try:
        if word == "address":
            ip_interface(name)
        if word in NUMBERS:
            int(name)
    except ValueError:
        raise Refused(f"error: invalid value: '{name}'") from None


def _scaled(rate: str) -> str:
    number = int(rate[:-1]) * SCALE[rate[-1]] if rate[-1] in SCALE else int(rate)
    unit = next((u for u in "gmk" if number % SCALE[u] == 0), "")
    return f"{number // SCALE[unit]}{unit}" if unit else str(number)


def _lines(node: Node, path: tuple[str, ...]) -> Iterator[str]:
    here = (*path, *node.words)
    if node.spec is not TOP and not node.below:
        yield f"set {' '.join(map(quoted, here))}"
    for child in node.shown():
        yield from _lines(child, here)
    if node.inactive:
        yield f"deactivate {' '.join(map(quoted, here))}"


def _place(node: Node, ranks: dict[str, int]) -> tuple[Any, ...]:
    rank = ranks.get(node.spec.word, len(ranks))
    if node.spec.word in USERS_ORDER or node.spec.kind in (Kind.VALUES, Kind.BLOCK, Kind.FREE):
        return (rank, ())
    return rank, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", node.name) if p)
