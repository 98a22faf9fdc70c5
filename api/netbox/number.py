"""Whole numbers for objects that have names: NetBox clients ask for an ``id``.

The number of an object is a hash of its kind and its own name, so it needs no table, is the same in every process and
on every database, outlives restarts, and does not move when other objects come, go or are renamed. It stays below
2**52: exact in JavaScript and in every JSON reader. Should two names of a kind ever meet in one number, the one that
comes later in the alphabet is moved on; among 300,000 objects that happens once in 100,000 networks.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

BITS = 52


def number(kind: str, name: str, attempt: int = 0) -> int:
    """The number a name has for itself; ``attempt`` counts how often it was moved on."""
    text = f"{kind}\0{name}\0{attempt}" if attempt else f"{kind}\0{name}"
    return (int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> (64 - BITS)) or 1


class Numbers:
    """The numbers of all objects of a kind, and the way back."""

    def __init__(self, kind: str, names: Iterable[str]) -> None:
        self._kind = kind
        self._moved: dict[str, int] = {}
        self.place: Mapping[int, int] = self._assign(list(names))
        """Where, in the order of the names, the object of each number stands."""

    def of(self, name: str) -> int:
        """The number of an object."""
        return self._moved.get(name) or number(self._kind, name)

    def _assign(self, names: list[str]) -> dict[int, int]:
        taken = {number(self._kind, name): place for place, name in enumerate(names)}
        return taken if len(taken) == len(names) else self._part(names)

    def _part(self, names: list[str]) -> dict[int, int]:
        """Two names met: move the later one on."""
        taken: dict[int, int] = {}
        for name, place in sorted((name, place) for place, name in enumerate(names)):
            attempt, mine = 0, number(self._kind, name)
            while mine in taken:
                attempt += 1
                mine = number(self._kind, name, attempt)
            if attempt:
                self._moved[name] = mine
            taken[mine] = place
        return taken
