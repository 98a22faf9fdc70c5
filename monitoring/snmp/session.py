"""The narrow seam between polling and any SNMP library: two requests, plain values, two ways to fail."""

from collections.abc import Sequence
from typing import Protocol

from inventory.errors import Unreachable

type Oid = tuple[int, ...]
type Value = int | bytes | Oid | None
"""Numbers as int, octet strings as bytes, object identifiers as tuples, absent objects as None."""
type Bindings = list[tuple[Oid, Value]]


class NoAnswer(Unreachable):
    """The agent did not answer in time, or refused our credentials."""


class OddAnswer(Unreachable):
    """The agent answered something no agent may answer (an error status, an OID that does not increase)."""


class Session(Protocol):
    """A conversation with one agent. Both calls raise NoAnswer or OddAnswer."""

    async def get(self, oids: Sequence[Oid]) -> Bindings:
        """Values of exactly these objects, in order."""
        ...

    async def bulk(self, scalars: Sequence[Oid], columns: Sequence[Oid], repetitions: int) -> Bindings:
        """One GETBULK: the successor of each scalar, then up to ``repetitions`` rows of successors of the columns."""
        ...


def oid(text: str) -> Oid:
    """Read ``1.3.6.1.2.1``; ValueError for anything but numbers and dots."""
    return tuple(int(arc) for arc in text.strip(".").split("."))


def dotted(value: Oid) -> str:
    """Write an object identifier with dots."""
    return ".".join(map(str, value))
