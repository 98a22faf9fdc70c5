"""How a line of the history looks to programs: one place for the command line and for REST."""

from datetime import UTC, datetime

from api.presentation import Document
from inventory.database.revision import HistoryEntry


def moment(epoch: float) -> str:
    """An instant as RFC 3339 in UTC."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def entry_document(entry: HistoryEntry) -> Document:
    """Who changed what of one object, when and why, with the object before and after."""
    revision = entry.revision
    header = {"revision": revision.id, "at": moment(revision.at), "who": revision.who, "why": revision.why}
    return header | entry.change.document() | {"before": entry.before, "after": entry.after}
