"""Minimal remediation where configurations are told by indentation: only blocks that differ, in an order that keeps
the device reachable.

What is referred to is defined first and taken away last, a new default route stands before the old one goes, uplinks
follow other interfaces, and the lines by which the device is managed come after all that others may use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_address

from automation.remediation import engine, filters
from automation.remediation.addresses import default_gateway, interface_address
from automation.remediation.dialects import Dialect
from automation.remediation.replay import applied
from automation.remediation.tree import Node, Tree, read


class Phase(IntEnum):
    """When a part of a change is entered."""

    FREE = 0
    DEFINE = 1
    EDIT = 2
    UPLINK = 3
    ADD = 4
    DROP = 5
    LAST = 6
    UNDEFINE = 7


@dataclass(frozen=True)
class Edit:
    """Commands that belong together."""

    phase: Phase
    rank: int
    lines: tuple[str, ...]


def commands(running: str, candidate: str, dialect: Dialect) -> tuple[str, ...]:
    """Commands from one configuration to another."""
    before, after = read(running, dialect), read(candidate, dialect)
    freed = list(_freed(before, after, dialect))
    before = applied(before, [line for edit in freed for line in edit.lines], dialect)
    edits = [*freed, *_edits({n.text: n for n in before}, {n.text: n for n in after}, _hops(before, after), dialect)]
    return tuple(line for edit in sorted(edits, key=lambda e: (e.phase, e.rank)) for line in edit.lines)


def _edits(before: dict[str, Node], after: dict[str, Node], hops: set[str], dialect: Dialect) -> Iterator[Edit]:
    for header, node in after.items():
        old = before.get(header)
        if not node.children and not (old and old.children):
            continue
        if old is None:
            yield Edit(_phase(node, hops, dialect), _rank(header, dialect), _new(node, dialect))
        elif old != node:
            lines = filters.replaced(old, node, tuple(before.values()), dialect) or _changed(old, node, dialect)
            yield Edit(_phase(node, hops, dialect), _rank(header, dialect), tuple(lines))
    for header, node in before.items():
        if header not in after and (node.children or header.startswith("interface ")):
            yield _removed(node, dialect)
    yield from _single_lines(before, after, dialect)


def _single_lines(before: dict[str, Node], after: dict[str, Node], dialect: Dialect) -> Iterator[Edit]:
    """Top-level lines without a block."""
    gone = tuple(n for n in before.values() if not n.children and n.text not in after and not _is_port(n))
    come = tuple(n for n in after.values() if not n.children and n.text not in before)
    for line in engine.difference(gone, come, dialect):
        positive = line.removeprefix(dialect.negation)
        negative = positive != line and line not in {n.text for n in come}
        phase = Phase.DROP if negative else Phase.ADD
        if dialect.is_last(positive):
            phase = Phase.LAST
        elif dialect.is_definition(positive):
            phase = Phase.UNDEFINE if negative else Phase.DEFINE
        rank = _rank(positive, dialect)
        yield Edit(phase, -rank if phase is Phase.UNDEFINE else rank, (line,))


def _rank(header: str, dialect: Dialect) -> int:
    """Filters come first: everything else may name them."""
    return -1 if dialect.filter(header) else dialect.rank(header)


def _is_port(node: Node) -> bool:
    return node.text.startswith("interface ")


def _phase(node: Node, hops: set[str], dialect: Dialect) -> Phase:
    if dialect.is_last(node.text):
        return Phase.LAST
    if dialect.is_definition(node.text):
        return Phase.DEFINE
    networks = [address.network for c in node.children if (address := interface_address(c.text))]
    return Phase.UPLINK if any(_is_in(hop, networks) for hop in hops) else Phase.EDIT


def _is_in(hop: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(hop) in network for network in networks)
    except ValueError:
        return False


def _new(node: Node, dialect: Dialect) -> tuple[str, ...]:
    """A block that was not there; a port that was not in use is opened."""
    own = _block(node, dialect)
    closed = dialect.opens_port.removeprefix(dialect.negation) in {c.text for c in node.children}
    if not dialect.opens_port or closed or not _is_port(node) or dialect.is_virtual(node.text):
        return tuple(own)
    return (*own[:-1], f" {dialect.opens_port}", own[-1])


def _block(node: Node, dialect: Dialect, depth: int = 0) -> list[str]:
    found = [" " * depth + node.text]
    for child in node.children:
        found += _block(child, dialect, depth + 1)
    if node.children:
        found.append(" " * (depth + 1) + dialect.leave)
    return found


def _changed(old: Node, new: Node, dialect: Dialect) -> list[str]:
    """In place where that gives the wanted order, else anew."""
    found = engine.difference((old,), (new,), dialect)
    if not dialect.keeps_order(new.text) or applied((old,), found, dialect) == (new,):
        return found
    return [dialect.negated(old.text), *_block(new, dialect)]


def _removed(node: Node, dialect: Dialect) -> Edit:
    """A port stays when its configuration goes; anything else goes as a whole."""
    header = node.text
    if header.startswith("interface ") and not dialect.is_virtual(header):
        lines = engine.difference((node,), (Node(header),), dialect)
        return Edit(Phase.EDIT, dialect.rank(header), tuple(lines))
    phase = Phase.UNDEFINE if dialect.is_definition(header) else Phase.LAST if dialect.is_last(header) else Phase.DROP
    return Edit(phase, -_rank(header, dialect), (dialect.negated(header),))


def _freed(before: Tree, after: Tree, dialect: Dialect) -> Iterator[Edit]:
    """Addresses that another interface takes over, and interfaces that go: two cannot have the same network."""
    wanted = {n.text: n for n in after}
    taken = {n.text: _addresses(n) for n in after if n.text.startswith("interface ")}
    for node in before:
        if not node.text.startswith("interface "):
            continue
        if node.text not in wanted and dialect.is_virtual(node.text):
            yield Edit(Phase.FREE, 0, (dialect.negated(node.text),))
            continue
        others = [a for header, found in taken.items() if header != node.text for a in found.values()]
        own = taken.get(node.text, {})
        lost = [
            line for line, address in _addresses(node).items()
            if line not in own and any(address.network.overlaps(o.network) for o in others if _alike(o, address))
        ]  # fmt: skip
        if lost:
            gone = [f" {dialect.negated(line)}" for line in lost]
            yield Edit(Phase.FREE, 1, (node.text, *gone, f" {dialect.leave}"))


def _alike(one: IPv4Interface | IPv6Interface, other: IPv4Interface | IPv6Interface) -> bool:
    return one.version == other.version


def _addresses(node: Node) -> dict[str, IPv4Interface | IPv6Interface]:
    return {c.text: address for c in node.children if (address := interface_address(c.text))}


def _hops(*trees: Tree) -> set[str]:
    return {hop for tree in trees for node in tree if (hop := default_gateway(node.text))}
