"""Writes a revision: its header, what it does to each record, the records themselves, and its seal."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, insert

from inventory.database.chain import entry_digest, listed, seal
from inventory.database.revision import Revision
from inventory.database.tables import chain, facts, history, revisions
from inventory.diff import Change
from inventory.model.fact import Record

BATCH = 2_000
"""Records sent to the database at a time, so that memory does not grow with the size of an import."""

type Sealed = tuple[str, str, str]
"""(noun, slug, digest)"""


def record(connection: Connection, revision: Revision, previous: str) -> str:
    """Write a revision that continues the digest ``previous``; return its own digest."""
    header = {"id": revision.id, "at": revision.at, "who": revision.who, "why": revision.why}
    connection.execute(insert(revisions), header)
    batches = batched(revision.changes.entries, BATCH)
    entries = listed(entry for batch in batches for entry in _write(connection, revision, batch))
    digest = seal(previous, header, entries)
    connection.execute(insert(chain), {"revision": revision.id, "digest": digest, "entries": entries})
    return digest


def _write(connection: Connection, revision: Revision, batch: tuple[Change, ...]) -> Iterator[Sealed]:
    bodies = [(_json(change.before), _json(change.after)) for change in batch]
    rows = [_history_row(revision.id, c, *both) for c, both in zip(batch, bodies, strict=True)]
    connection.execute(insert(history), rows)
    replaced = [{"of": change.noun, "named": change.slug} for change in batch if change.before is not None]
    if replaced:
        this = (facts.c.noun == bindparam("of")) & (facts.c.slug == bindparam("named"))
        connection.execute(delete(facts).where(this), replaced)
    current = [{"noun": row["noun"], "slug": row["slug"], "body": row["after"]} for row in rows if row["after"]]
    if current:
        connection.execute(insert(facts), current)
    for change, (before, after) in zip(batch, bodies, strict=True):
        values = (None if body is None else orjson.loads(body) for body in (before, after))
        yield change.noun, change.slug, entry_digest(change.noun, change.slug, change.action, *values)


def _json(record: Record | None) -> bytes | None:
    return None if record is None else record.model_dump_json().encode()


def _history_row(number: int, change: Change, before: bytes | None, after: bytes | None) -> dict[str, Any]:
    """Bodies go to the database as they were written, without being read again."""
    texts = {"before": before and orjson.Fragment(before), "after": after and orjson.Fragment(after)}
    return {"revision": number, "noun": change.noun, "slug": change.slug, "action": str(change.action)} | texts
