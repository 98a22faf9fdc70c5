"""One cell of the matrix: what should be, what could be, what is seen, and what follows from the three."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from monitoring.observations import Latest


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
class Sight:
    """What is seen of a cell; ``since`` is epoch seconds, ``text`` the words of the last failed probe."""

    observed: Observed = Observed.NEVER
    stage: str | None = None
    basis: Basis = Basis.NONE
    since: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the contract; ``since`` is RFC 3339 UTC, null where nothing was ever seen."""

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
        shape: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return shape | {"reason": self.reason.document() if self.reason is not None else None}


def sight(latest: Latest | None, now: float, stale_after: float) -> Sight:
    """Read the newest results of a cell. One failed probe after a good one is not yet a failure: two are."""
    if latest is None:
        return Sight()
    if now - latest.at > stale_after:
        return Sight(Observed.STALE, latest.stage, Basis.DIRECT, latest.at, latest.text)
    if latest.ok:
        return Sight(Observed.OK, None, Basis.DIRECT, latest.since)
    if len(latest.last) > 1 and latest.last[-2][1]:
        return Sight(Observed.OK, None, Basis.DIRECT, _run_start(latest))
    return Sight(Observed.FAILED, latest.stage, Basis.DIRECT, latest.since, latest.text)


def _run_start(latest: Latest) -> float:
    """Start of the good run before the newest result, as far as it is remembered."""
    start = latest.at
    for at, ok, _ in reversed(latest.last[:-1]):
        if not ok:
            break
        start = at
    return start


def judge(entitled: bool, computed: bool, seen: Sight) -> Verdict:
    """The verdict of the contract; what is only sampled is never a leak."""
    match seen.observed:
        case Observed.OK if entitled:
            return Verdict.OK
        case Observed.OK if seen.basis is Basis.DIRECT:
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
