"""Computes the chain of the history anew and names the first entry that is not as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from inventory.database.chain import GENESIS, Entries, digest_of, entry_digest, seal
from inventory.database.tables import chain, facts, history, revisions
from inventory.naming import WORD_OF

PAGE = 2_000
_NOTHING = digest_of(None)

type Key = tuple[str, str]
"""(noun, slug)"""


@dataclass(frozen=True, slots=True)
class Tampering:
    """The first thing that does not fit: at which revision (null when at none), which object, and what is wrong."""

    revision: int | None
    object: str | None
    problem: str
    text: str

    def __str__(self) -> str:
        place = [f"revision {self.revision}"] if self.revision is not None else []
        return ", ".join([*place, *([self.object] if self.object else [])]) + f": {self.problem}; {self.text}"


@dataclass(frozen=True, slots=True)
class Verification:
    """How far the history holds: the last good revision, its digest, the entries counted, and what was found."""

    revision: int
    digest: str
    entries: int
    finding: Tampering | None

    def document(self) -> dict[str, Any]:
        """For programs."""
        found = self.finding
        shape = {name: getattr(found, name) for name in Tampering.__slots__} if found else None
        told = {"revision": self.revision, "digest": self.digest, "entries": self.entries}
        return {"ok": found is None, **told, "finding": shape}


@dataclass
class _Walk:
    """What has been established so far; ``state`` is the digest of every record as replayed."""

    revision: int = 0
    digest: str = GENESIS
    entries: int = 0
    state: dict[Key, str] = field(default_factory=dict)
    digests: set[str] = field(default_factory=lambda: {GENESIS})

    def links(self, connection: Connection) -> Iterator[Tampering]:
        """Every revision in turn."""
        rows = groupby(_streamed(connection, select(history).order_by(*history.primary_key)), lambda row: row.revision)
        number, entries = next(rows, (None, iter(())))
        query = select(revisions, chain.c.digest, chain.c.entries).outerjoin(chain).order_by(revisions.c.id)
        for header in _streamed(connection, query):
            if header.id != self.revision + 1:
                yield _missing(self.revision + 1)
            mine = list(entries) if number == header.id else []
            if number == header.id:
                number, entries = next(rows, (None, iter(())))
            yield from self._link(header, mine)
            self.revision, self.digest = header.id, header.digest
            self.digests.add(header.digest)
        if number is not None:
            yield _missing(number)

    def _link(self, header: Row[Any], rows: list[Row[Any]]) -> Iterator[Tampering]:
        if header.digest is None:
            yield Tampering(header.id, None, "seal missing", "it was added past the program, or its seal was removed")
            return
        yield from self._entries(header.id, rows, orjson.loads(header.entries))
        if seal(self.digest, dict(header._mapping), header.entries) != header.digest:
            text = "who, when, why, the list of entries or the digest is not what was sealed"
            yield Tampering(header.id, None, "header changed", text)

    def _entries(self, number: int, rows: list[Row[Any]], sealed: Entries) -> Iterator[Tampering]:
        left = {(noun, slug): digest for noun, slugs in sealed.items() for slug, digest in slugs.items()}
        for row in rows:
            key = (row.noun, row.slug)
            digest = left.pop(key, None)
            if digest is None:
                yield Tampering(number, _name(key), "row added", "no such entry was sealed")
            elif digest != entry_digest(row.noun, row.slug, row.action, row.before, row.after):
                yield Tampering(number, _name(key), "row changed", "its content is not what was sealed")
            self.state[key] = digest_of(row.after)
            self.entries += 1
        for key in left:
            yield Tampering(number, _name(key), "row removed", "its entry was sealed and is gone")

    def facts(self, connection: Connection) -> Iterator[Tampering]:
        """Every current record against its replay."""
        left = {key: digest for key, digest in self.state.items() if digest != _NOTHING}
        for row in _streamed(connection, select(facts).order_by(facts.c.noun, facts.c.slug)):
            key = (row.noun, row.slug)
            replayed = left.pop(key, None)
            if replayed is None:
                yield Tampering(None, _name(key), "current facts differ", "the history knows no such object now")
            elif replayed != digest_of(row.body):
                yield Tampering(None, _name(key), "current facts differ", "it is not what the history made of it")
        for key in sorted(left):
            yield Tampering(None, _name(key), "current facts differ", "it is gone, but the history does not say so")


def verify(connection: Connection, expect: str | None = None) -> Verification:
    """Hold headers, entries, seals and current facts against one another, in the order they were written."""
    walk = _Walk()
    finding = next(walk.links(connection), None) or next(walk.facts(connection), None)
    if finding is None and expect is not None and expect not in walk.digests:
        text = f"{expect} stands for no revision: the end of the history was cut off or written anew"
        finding = Tampering(None, None, "digest not found", text)
    return Verification(walk.revision, walk.digest, walk.entries, finding)


def _missing(number: int) -> Tampering:
    return Tampering(number, None, "revision missing", "its header is gone")


def _name(key: Key) -> str:
    return f"{WORD_OF.get(key[0], key[0])}:{key[1]}"


def _streamed(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    yield from connection.execute(query, execution_options={"yield_per": PAGE})
