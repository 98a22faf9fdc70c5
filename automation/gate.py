"""The gate: whether a change took an e-service away from anybody, judged by probes from the sites alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from automation.clock import REAL, Clock
from inventory.model.network import Network

type Cell = tuple[str, str]
"""(site, e-service)."""

type Strand = tuple[str, str, str]
"""(site, e-service, IP family)."""

type Seen = tuple[float, bool, str | None]
"""One probe: at (epoch seconds), ok, stage at which it failed."""

ENOUGH = 2
"""Probes in a row that make a fact."""

REMEMBERED = 8


class Probes(Protocol):
    """Results of the site agents."""

    def recent(self, n: int) -> Mapping[Cell, Sequence[Seen]]:
        """The newest ``n`` results of every cell, oldest first."""

    def recent_families(self, n: int) -> Mapping[Strand, Sequence[Seen]]:
        """The newest ``n`` results of every cell in each IP family, oldest first; none where nobody tells them."""


@dataclass(frozen=True)
class Prediction:
    """What the reachability engine expects of a change: cells no longer and newly reachable, and all it could touch."""

    lost: frozenset[Cell] = frozenset()
    gained: frozenset[Cell] = frozenset()
    blast: frozenset[Cell] = frozenset()


Forecast = Callable[[Network | None, Network], Prediction]
"""(network before, network after): before is null when nothing was ever configured."""


@dataclass(frozen=True)
class Watch:
    """Cells a change is judged by: ``cells`` were ok before; ``required`` must become ok, on a first bring-up.

    ``strands`` are the IP families of ``cells`` that were ok before: who has the one may not have the other.
    """

    cells: frozenset[Cell]
    required: frozenset[Cell] = frozenset()
    strands: frozenset[Strand] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """``kept`` is null while probes are still awaited. A loss outside the blast radius is coincident: not our doing,
    as far as the inventory can tell."""

    kept: bool | None
    lost: frozenset[Cell] = frozenset()
    coincident: frozenset[Cell] = frozenset()
    silent: frozenset[Cell] = frozenset()
    """Lost or required cells of which no probe was heard."""

    broken: frozenset[Strand] = frozenset()
    """IP families in which cells are lost; none where the cell failed as a whole before families were told apart."""

    @property
    def in_families(self) -> str:
        """The one IP family that was lost; empty where more than one was, or none alone."""
        partly = {family for _, _, family in self.broken}
        return f"IPv{partly.pop()}" if len(partly) == 1 else ""


def watch(
    before: Mapping[Cell, Sequence[Seen]], entitled: Iterable[Cell], predicted: Iterable[Cell], oldest: float,
    families: Mapping[Strand, Sequence[Seen]] = {},
) -> Watch:  # fmt: skip
    """What to judge by. ``entitled`` by the target inventory, so that withdrawn entitlements are no loss;
    ``predicted`` counts only when nothing was ok before; probes before ``oldest`` are no knowledge. ``families`` are
    those the target inventory still has."""

    def known(seen: Sequence[Seen]) -> list[Seen]:
        return [s for s in seen if s[0] >= oldest]

    fine = frozenset(cell for cell in entitled if _all_ok(known(before.get(cell, ()))))
    strands = frozenset(s for s, seen in families.items() if s[:2] in fine and _all_ok(known(seen)))
    return Watch(fine, strands=strands) if fine else Watch(frozenset(), frozenset(predicted))


def decide(
    watched: Watch, after: Mapping[Cell, Sequence[Seen]], closing: bool, blast: frozenset[Cell],
    families: Mapping[Strand, Sequence[Seen]] = {},
) -> Verdict:  # fmt: skip
    """Judge the probes since the change. When ``closing``, what is not known to be ok is lost; an IP family that was
    not tried meanwhile is not, but one whose last try failed."""
    failed = {cell for cell in watched.cells if _two_failures(after.get(cell, ()))}
    open_ = {cell for cell in watched.cells | watched.required if not _all_ok(after.get(cell, ()))}
    heard = {strand: families.get(strand, ()) for strand in watched.strands}
    broken = {
        strand
        for strand, seen in heard.items()
        if (_two_failures(seen) and strand[:2] in watched.cells) or (closing and seen and not seen[-1][1])
    }
    lost = frozenset(failed | {strand[:2] for strand in broken} | (open_ if closing else set()))
    if lost:
        silent = frozenset(cell for cell in lost if not after.get(cell))
        return Verdict(False, lost, lost - blast - watched.required, silent, frozenset(broken))
    waiting = open_ or (not closing and not all(_all_ok(seen) for seen in heard.values()))
    return Verdict(None if waiting else True)


@dataclass(frozen=True)
class Gate:
    """Waits for the verdict. ``stop`` is asked between looks and ends the waiting with null."""

    probes: Probes
    seconds: float
    period: float = 0.5
    clock: Clock = REAL

    def wait(self, watched: Watch, since: float, blast: frozenset[Cell], stop: Callable[[], bool]) -> Verdict:
        """Judge results taken after ``since`` until they suffice or the time is over."""
        closes = max(self.clock.wall(), since) + self.seconds
        while True:
            recent = self.probes.recent(REMEMBERED) if watched.cells or watched.required else {}
            families = self.probes.recent_families(REMEMBERED) if watched.strands else {}
            after = _since(since, recent, watched.cells | watched.required)
            tried = _since(since, families, watched.strands)
            verdict = decide(watched, after, self.clock.wall() >= closes, blast, tried)
            if verdict.kept is not None or stop():
                return verdict
            self.clock.sleep(self.period)


def _since[K](since: float, seen: Mapping[K, Sequence[Seen]], keys: Iterable[K]) -> dict[K, list[Seen]]:
    return {key: [s for s in seen.get(key, ()) if s[0] > since] for key in keys}


def _all_ok(seen: Sequence[Seen]) -> bool:
    """Whether the last probes, enough of them, are ok."""
    return len(seen) >= ENOUGH and all(s[1] for s in seen[-ENOUGH:])


def _two_failures(seen: Sequence[Seen]) -> bool:
    """Whether any two probes in a row failed."""
    return any(not a[1] and not b[1] for a, b in pairwise(seen))
