"""What is wrong with a write: a fault for every place, and one error that carries them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inventory.errors import SilesiaNetError


class BadWrite(SilesiaNetError):
    """A write that was refused as a whole; ``faults`` names every reason."""

    code = "bad-input"

    def __init__(self, faults: Sequence["Fault"]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: (f.index is None, f.index or 0)))
        first = self.faults[0]
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(f"{first.detail}{more}; nothing was written", where=first.field, fix=first.fix)


class Stale(BadWrite):
    """An object is no longer what the caller has read."""

    code = "stale"


class Unconditional(BadWrite):
    """A write to one object that does not say which state of it the caller has read."""

    code = "precondition-required"


class Taken(BadWrite):
    """An object of that slug is there already."""

    code = "refused"


class Missing(BadWrite):
    """There is no object of that slug."""

    code = "unknown-object"


@dataclass(frozen=True)
class Fault:
    """One problem: the index of the object in the request (null when it concerns none of them), its field, a remedy."""

    index: int | None
    field: str
    detail: str
    fix: str = ""
    kind: type[BadWrite] = BadWrite

    def document(self) -> dict[str, Any]:
        """The fault for programs."""
        return {"index": self.index, "field": self.field, "detail": self.detail, "fix": self.fix}


def refusal(*faults: Fault) -> BadWrite:
    """The error for faults: of the one kind they all are, or simply that the write is bad."""
    kinds = {fault.kind for fault in faults}
    return (kinds.pop() if len(kinds) == 1 else BadWrite)(faults)
