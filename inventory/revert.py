"""Takes back what one revision did, as a new change: field by field, and only where nobody changed it since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from inventory.checks.registry import accept
from inventory.database.history import moved
from inventory.database.revision import Asked, HistoryEntry
from inventory.database.shape import completed
from inventory.database.store import InventoryStore
from inventory.day import day_at
from inventory.diff import Body, Changes, diff
from inventory.errors import RefusedRequest, UnknownObject
from inventory.merge import merge
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import object_name


class ChangedSince(RefusedRequest):
    """Later revisions changed what would be taken back; ``clashes`` are (object, field)."""

    def __init__(self, number: int, clashes: Iterable[tuple[str, str]]) -> None:
        self.clashes = tuple(clashes)
        lines = [f"{name}: {f'{path} was' if path else 'it was'} changed since" for name, path in self.clashes]
        told = "\n".join([f"revision {number} cannot be taken back", *lines])
        super().__init__(told, fix="take the later revisions back first (silesianet inventory history OBJECT)")


@dataclass(frozen=True, slots=True)
class Reverted:
    """What taking a revision back changed or would change, and the revision the inventory is at now."""

    of: int
    revision: int
    changes: Changes

    def document(self, dry_run: bool) -> Body:
        """For programs."""
        return {"dry_run": dry_run, "reverted": self.of, "revision": self.revision} | self.changes.document()


def revert(store: InventoryStore, number: int, who: str, why: str = "", dry_run: bool = False) -> Reverted:
    """Take a revision back as a new one, with a reason that names it unless another is given.

    UnknownObject when there is none of that number, ChangedSince when objects were changed since, BadFacts when the
    result breaks rules of severity error.
    """
    undone = store.history(Asked(since=number, until=number), None)
    if not undone:
        raise UnknownObject(f"there is no revision {number}", fix="see silesianet inventory history")

    def change(network: Network) -> Network:
        return accept(reverted(network, undone), day_at())

    now = store.revision()
    before = store.network(now)
    changes = diff(before, change(before))
    if not changes or dry_run:
        return Reverted(number, now, changes)
    written = store.edit(change, who, why or f"revert of revision {number}: {undone[0].revision.why}")
    return Reverted(number, written.id, written.changes)


def reverted(network: Network, entries: Sequence[HistoryEntry]) -> Network:
    """The network without what the entries of one revision did; ChangedSince lists every object that clashes."""
    rows: list[tuple[str, str, Record | None]] = []
    clashes: list[tuple[str, str]] = []
    for entry in entries:
        name = object_name(entry.noun, entry.slug)
        after, before = (body and completed(entry.noun, body) for body in (entry.after, entry.before))
        body, found = merge(after, _body(network, entry.noun, entry.slug), before)
        clashes += [(name, path) for path in found]
        if not found:
            rows.append((entry.noun, entry.slug, _made(entry.noun, name, body)))
    if clashes:
        raise ChangedSince(entries[0].revision.id, clashes)
    return moved(network, rows)


def _body(network: Network, noun: str, slug: str) -> Body | None:
    known: Iterable[Record] = getattr(network, noun)
    return next((record.model_dump(mode="json") for record in known if record.slug == slug), None)


def _made(noun: str, name: str, body: Body | None) -> Record | None:
    try:
        return None if body is None else NOUNS[noun].model_validate(body)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        told = f"what it was is no longer accepted: {wrong}"
        raise RefusedRequest(told, where=name, fix="edit the object by hand") from error
