"""One cell of the matrix: what should be, what could be, what is seen, and what follows from the three."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Observed(StrEnum):
    """What the site's own probes say; ``stale`` is silence after results, ``never`` is no result at all."""

    NEVER = "never"
    OK = "ok"
    FAILED = "failed"
    STALE = "stale"


class Basis(StrEnum):
    """How an observation was come by."""

    DIRECT = "direct"
    SAMPLED = "sampled"
    NONE = "none"


class Verdict(StrEnum):
    """What the three matrices say together."""

    OK = "ok"
    LOST = "lost"
    LEAK = "leak"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """Classes of reasons."""

    OUTAGE = "outage"
    CONFIG_DRIFT = "config_drift"
    MODEL_WRONG = "model_wrong"
    PROBE_FAULT = "probe_fault"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell is not as it should be, and the element to look at first."""

    fault: Fault
    element: str
    text: str

    def document(self) -> dict[str, str]:
        """The JSON shape of the contract."""
        return {"class": self.fault, "element": self.element, "text": self.text}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact a reason rests on; ``kind`` is probe, others, element, agent, drift or policy, ``at`` epoch seconds."""

    kind: str
    element: str
    text: str
    at: float | None = None

    def document(self) -> dict[str, str | None]:
        """The JSON shape of the contract."""
        return {"kind": self.kind, "element": self.element, "text": self.text, "at": instant(self.at)}


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a cell; ``since`` is epoch seconds, ``text`` the words of the last failed probe."""

    observed: Observed = Observed.NEVER
    stage: str | None = None
    basis: Basis = Basis.NONE
    since: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the contract; ``since`` is RFC 3339 UTC, null where nothing was ever seen.

    ``families`` says per IP version whether it is computed to work, null where an end has no address of it.
    """

    site: str
    service: str
    entitled: bool
    designed: bool
    computed: bool
    observed: Observed
    stage: str | None
    basis: Basis
    since: str | None
    verdict: Verdict
    reason: Reason | None
    families: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({"4": None, "6": None}))
    flapping: bool = False
    evidence: tuple[Evidence, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether what is seen is what is computed; silence agrees with nothing."""
        return self.observed is (Observed.OK if self.computed else Observed.FAILED)

    @property
    def contradicts(self) -> bool:
        """Whether what is seen is the opposite of what is computed."""
        return self.observed in (Observed.OK, Observed.FAILED) and not self.agrees

    def document(self) -> dict[str, Any]:
        """The JSON shape of the contract."""
        return self.brief() | {"evidence": [fact.document() for fact in self.evidence]}

    def brief(self) -> dict[str, Any]:
        """The same without the evidence, which changes with every probe."""
        shape: dict[str, Any] = {name: getattr(self, name) for name in CELL_FIELDS}
        reason = self.reason.document() if self.reason is not None else None
        return shape | {"reason": reason, "families": dict(self.families)}


CELL_FIELDS = tuple(name for name in Cell.__dataclass_fields__ if name != "evidence")
"""What every form of a cell tells, in order."""


def judge(entitled: bool, computed: bool, observed: Observed, *, direct: bool = True) -> Verdict:
    """The verdict of the contract; what is only sampled is never a leak."""
    match observed:
        case Observed.OK if entitled:
            return Verdict.OK
        case Observed.OK if direct:
            return Verdict.LEAK
        case Observed.FAILED:
            return Verdict.LOST if entitled else Verdict.BLOCKED
        case Observed.STALE if entitled and not computed:
            return Verdict.LOST
    return Verdict.UNKNOWN


def instant(at: float | None) -> str | None:
    """RFC 3339 in UTC, to the millisecond."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
