"""Which fields of an object are wanted: ``brief``, ``fields``, ``omit``; ``exclude`` has no effect, as in 4.7."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.netbox.kind import Document, Kind


@dataclass(frozen=True)
class Selection:
    """``fields`` empty means all of them."""

    brief: bool = False
    fields: frozenset[str] = frozenset()
    omit: frozenset[str] = frozenset()

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Selection":
        """Read from the parameters of a request; ``fields`` wins over ``omit``, both win over ``brief``."""
        fields = _names(query.get("fields", "").split(","))
        omit = _names(query.get("omit", "").split(","))
        brief = query.get("brief", "") != "" and not fields and not omit
        return cls(brief, fields, frozenset() if fields else omit)

    def of(self, document: Document, kind: Kind) -> Document:
        """The wanted fields."""
        if self.fields or self.brief:
            wanted: Iterable[str] = self.fields or kind.brief_fields
            return {name: value for name, value in document.items() if name in wanted}
        if self.omit:
            return {name: value for name, value in document.items() if name not in self.omit}
        return document


def _names(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(part.strip() for part in parts if part.strip())
