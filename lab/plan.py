"""What a lab consists of, as plain values: nodes, the wires between them and the files they start with."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a node stands for."""

    ROUTER = "router"
    HOTSPOT = "hotspot"
    CLIENT = "client"
    SERVER = "server"
    RESOLVER = "resolver"
    NOC = "noc"
    FABRIC = "fabric"


DEVICES = frozenset({Kind.ROUTER, Kind.HOTSPOT})
"""Kinds that are configured over SSH, polled over SNMP, and can lose power."""

FABRIC = "FABRIC"
"""The one node without a counterpart in the inventory: it holds the switch of every shared segment."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a node, by its path inside the node."""

    path: str
    text: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class End:
    """One end of a wire; ``index`` is its ifIndex, fixed so that SNMP tables keep their rows."""

    node: str
    interface: str
    index: int


@dataclass(frozen=True, slots=True)
class Wire:
    """A cable; ``link`` is the slug of the inventory's link, null for LAN and management cables."""

    a: End
    b: End
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One set of namespaces. ``boot`` is the shell text run at every power-on."""

    name: str
    kind: Kind
    site: str
    addresses: tuple[str, ...]
    files: tuple[File, ...]
    boot: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything needed to bring a lab up, derived from the inventory alone."""

    nodes: tuple[Node, ...]
    wires: tuple[Wire, ...]
    certificates: dict[str, tuple[str, ...]]
    """DNS names each server node needs a certificate for."""
