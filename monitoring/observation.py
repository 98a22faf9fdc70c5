"""One result of a probe, and what is remembered of a cell as results are worked in, by the results' own time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

KEEP_LAST = 8
"""Results kept beside each cell, so that the gate and the matrix never read the history."""
KEEP_CHANGES = 16
"""Results kept beside each cell that differed from the one before: what damping looks at."""

OK = "ok"

type Seen = tuple[float, bool, str | None]
"""One result in short: at (epoch seconds), ok, stage at which it failed."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The result of one probe of an e-service, as the site's agent reported it.

    ``families`` tells of each IP family that was tried ("4", "6") whether it is "ok" or at which stage it failed,
    ``stages`` the milliseconds of each stage, ``days_left`` how long the server's certificate is still valid.
    """

    service: str
    at: float
    ok: bool
    stage: str | None = None
    ms: float | None = None
    text: str = ""
    families: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    days_left: float | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest result of a cell; ``since`` is when its run of equal results began, ``last`` is oldest first.

    ``changes`` are the newest results that differed from the one before, oldest first; ``families`` the newest of each
    IP family that was tried; ``stages`` and ``days_left`` those of the newest result that had any; ``tried`` the last
    of each IP family, oldest first.
    """

    at: float
    ok: bool
    since: float
    stage: str | None
    ms: float | None
    text: str
    last: tuple[Seen, ...]
    changes: tuple[Seen, ...] = ()
    families: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    days_left: float | None = None
    tried: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)


def merged(known: Mapping[str, Latest], fresh: Iterable[Observation]) -> dict[str, Latest]:
    """Cells that change, each with the new results worked in by their own time."""
    changed: dict[str, Latest] = {}
    for result in sorted(fresh, key=lambda r: r.at):
        before = changed.get(result.service, known.get(result.service))
        after = _after(before, result)
        if after != before:
            changed[result.service] = after
    return changed


def _after(cell: Latest | None, result: Observation) -> Latest:
    seen: Seen = (result.at, result.ok, result.stage)
    if cell is None:
        detail = result.families, result.stages, result.days_left, _tried({}, result)
        return Latest(result.at, result.ok, result.at, result.stage, result.ms, result.text, (seen,), (seen,), *detail)
    if any(at == result.at for at, _, _ in cell.last):
        return cell
    last, tried = _newest(cell.last, seen), _tried(cell.tried, result)
    if result.at < cell.at:
        return replace(cell, since=_run_start(cell.since, last), last=last, tried=tried)
    since, changes = cell.since, cell.changes
    if result.ok != cell.ok:
        since, changes = result.at, (*(changes or ((cell.since, cell.ok, cell.stage),)), seen)[-KEEP_CHANGES:]
    return Latest(
        result.at,
        result.ok,
        since,
        result.stage,
        result.ms,
        result.text,
        last,
        changes,
        {**cell.families, **result.families},
        result.stages or cell.stages,
        cell.days_left if result.days_left is None else result.days_left,
        tried,
    )


def _newest(seen: Iterable[Seen], more: Seen) -> tuple[Seen, ...]:
    return tuple(sorted((*seen, more), key=lambda s: s[0])[-KEEP_LAST:])


def _tried(known: Mapping[str, tuple[Seen, ...]], result: Observation) -> Mapping[str, tuple[Seen, ...]]:
    """What is known of each IP family, with what a result says of those it tried."""
    fresh = {
        family: _newest(known.get(family, ()), (result.at, how == OK, None if how == OK else how))
        for family, how in result.families.items()
    }
    return {**known, **fresh}


def _run_start(since: float, last: tuple[Seen, ...]) -> float:
    """Start of the newest run of equal results, once a back-filled result may have cut it short."""
    start = last[-1][0]
    for at, ok, _ in reversed(last):
        if ok != last[-1][1]:
            return start
        start = at
    return min(since, start)
