"""Which lines to build: the most person-service-hours saved per zloty first, each after the ones before it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from inventory.kept import Kept
from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.advice.board import USUAL, Board, Effect
from monitoring.reachability.advice.candidate import Candidate, false_redundancy, shared_risks
from monitoring.reachability.advice.hours import FailureHours
from monitoring.reachability.advice.lines import laid
from monitoring.reachability.advice.proposals import Proposals
from monitoring.reachability.compute import Reach, compute
from monitoring.settings import PlanningSettings

NO_SECOND_WAY = "shares a duct or route with the line it is to back up"
APART = "its ends do not hang together today; it would be no second way"
ONE_LINE = "a hotspot uses its first line only; another one backs up nothing"
NOT_AN_END = "one of its ends forwards for nobody, or is no router in force"


@dataclass(frozen=True)
class Worth:
    """A candidate, what it truly saves in a year, and the elements in whose failure it saves something."""

    candidate: Candidate
    saved: float
    in_failures: tuple[str, ...]
    without: tuple[str, ...]
    """Risk groups it shares: in their failure it saves nothing."""

    reason: str | None = None

    def per_pln(self, years: float) -> float:
        """Person-service-hours saved for each zloty, both over the same years."""
        return self.saved * years / max(self.candidate.cost(years), 1.0)

    def document(self, years: float) -> dict[str, Any]:
        """The JSON shape."""
        c = self.candidate
        shape: dict[str, Any] = {"slug": c.slug, "a": f"device:{c.a}", "b": f"device:{c.b}", "medium": c.medium}
        shape |= {"provider": c.provider, "srgs": [f"srg:{srg}" for srg in c.srgs], "metres": c.metres}
        shape |= {"build_pln": round(c.build_pln), "yearly_pln": round(c.yearly_pln), "cost_pln": round(c.cost(years))}
        shape |= {"saved_per_year": round(self.saved, 1), "saved_per_pln": round(self.per_pln(years), 4)}
        shape |= {"in_failures": list(self.in_failures), "shares": [f"srg:{srg}" for srg in self.without]}
        return shape if self.reason is None else shape | {"reason": self.reason}


@dataclass(frozen=True)
class Advice:
    """What to build in that order, what was refused and why; hours are person-service-hours a year."""

    years: float
    budget_pln: float | None
    considered: int
    before: float
    after: float
    proven: float
    picks: tuple[Worth, ...]
    refused: tuple[Worth, ...]

    @property
    def cost(self) -> float:
        """What all picks cost over the years."""
        return sum(pick.candidate.cost(self.years) for pick in self.picks)

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        shape: dict[str, Any] = {"horizon_years": self.years, "budget_pln": self.budget_pln}
        shape |= {"considered": self.considered, "cost_pln": round(self.cost)}
        shape |= {"expected_before": round(self.before, 1), "expected_after": round(self.after, 1)}
        shape |= {"saved_per_year": round(self.before - self.after, 1), "proven_per_year": round(self.proven, 1)}
        shape["picks"] = [pick.document(self.years) for pick in self.picks]
        return shape | {"refused": [worth.document(self.years) for worth in self.refused]}


def advise(
    network: Network,
    day: date,
    budget: float | None = None,
    wishes: Sequence[Candidate] | None = None,
    limit: int = 10,
    settings: PlanningSettings | None = None,
) -> Advice:
    """Choose among ``wishes``, or among lines made up from the inventory; the gain is proven by computing it anew.

    What was asked of a network lately is not worked out again.
    """
    assumed = settings or PlanningSettings()
    chosen = None if wishes is None else tuple(wishes)
    return _kept(network, _Question(day, budget, chosen, limit, assumed.model_dump_json(), assumed))


@dataclass(frozen=True)
class _Question:
    """All that advice depends on beside the network; settings are told apart by what they say."""

    day: date
    budget: float | None
    wishes: tuple[Candidate, ...] | None
    limit: int
    told: str
    settings: PlanningSettings = field(compare=False)


def _advised(network: Network, asked: _Question) -> Advice:
    day, budget, limit, assumed = asked.day, asked.budget, asked.limit, asked.settings
    hours = FailureHours(network, assumed)
    board = Board(compute(network, day), hours)
    first = board.expected()
    offered = tuple(_offered(board, assumed) if asked.wishes is None else asked.wishes)
    judged = [_judge(board, candidate) for candidate in offered]
    refused = tuple(worth for worth in judged if worth.reason is not None)
    open_to = [worth.candidate for worth in judged if worth.reason is None]
    picks, last = _greedy(board, open_to, day, assumed, budget, limit)
    after, left = last.network, last.expected()
    touched = dict.fromkeys(element for pick in picks for element in pick.in_failures)
    proven = sum(hours(e) * (_lost(network, day, e) - _lost(after, day, e)) for e in touched) if picks else 0.0
    return Advice(assumed.horizon_years, budget, len(offered), first, left, proven, picks, refused)


_kept = Kept(_advised, 8)


def _offered(board: Board, settings: PlanningSettings) -> Iterator[Candidate]:
    """Lines to the devices that failures cut off, where these cost most."""
    cost = {id(effect): board.lost(effect) * effect.hours for effect in board.effects}
    known = board.ground.devices - board.ground.leaves
    most = {d: sum(cost[id(e)] for e in met) for d, met in board.at.items() if d in known}
    at_risk = sorted(most, key=lambda device: (-most[device], device))[: settings.places]
    return Proposals(board.network, board.ground.devices, settings).of(at_risk)


def _judge(board: Board, candidate: Candidate) -> Worth:
    """What a candidate truly saves, and whether it is refused."""
    ground, shares = board.ground, shared_risks(board.network, candidate)
    a, b = candidate.a, candidate.b
    if a not in ground.devices or b not in ground.devices or a in ground.leaves or a == b:
        return Worth(candidate, 0.0, (), shares, NOT_AN_END)
    if b in ground.leaves:
        return Worth(candidate, 0.0, (), shares, ONE_LINE)
    if not board.touched(a, USUAL) & board.touched(b, USUAL):
        return Worth(candidate, 0.0, (), shares, APART)
    worth = _worth(board, candidate)
    fake = false_redundancy(board.network, candidate)
    return worth if not fake else Worth(candidate, worth.saved, worth.in_failures, shares, NO_SECOND_WAY)


def _worth(board: Board, candidate: Candidate) -> Worth:
    saved: dict[str, float] = {}
    for effect in _met(board, candidate):
        if amount := board.saved(effect, candidate.a, candidate.b):
            saved[effect.cut.element] = amount * effect.hours
    shares = shared_risks(board.network, candidate)
    return Worth(candidate, sum(saved.values()), tuple(saved), shares)


def _met(board: Board, candidate: Candidate) -> Iterable[Effect]:
    """The failures that could part its ends and leave it working."""
    ends = {e.cut.element: e for end in (candidate.a, candidate.b) for e in board.at.get(end, ())}
    own = {f"{ElementKind.SRG}:{srg}" for srg in candidate.srgs}
    return (effect for element, effect in ends.items() if element not in own)


def _greedy(
    board: Board, offered: Sequence[Candidate], day: date, settings: PlanningSettings, budget: float | None, limit: int
) -> tuple[tuple[Worth, ...], Board]:
    """The best per zloty that can be paid, again and again; or the one best line if that alone saves more.

    With the board when all of them are there.
    """
    years, spent, picks, start = settings.horizon_years, 0.0, list[Worth](), board
    single: Worth | None = None
    while len(picks) < limit:
        chosen = {pick.candidate.slug for pick in picks}
        payable = [c for c in offered if c.slug not in chosen and (budget is None or spent + c.cost(years) <= budget)]
        worths = [worth for c in payable if (worth := _worth(board, c)).saved > 0]
        if not worths:
            break
        if single is None:
            single = max(worths, key=lambda w: (w.saved, w.candidate.slug))
        best = max(worths, key=lambda w: (w.per_pln(years), w.saved, w.candidate.slug))
        picks.append(best)
        spent += best.candidate.cost(years)
        board = _with(board, best.candidate, day, settings)
    if budget is not None and single is not None and single.saved > sum(pick.saved for pick in picks):
        return (single,), _with(start, single.candidate, day, settings)
    return tuple(picks), board


def _with(board: Board, candidate: Candidate, day: date, settings: PlanningSettings) -> Board:
    """The board with a line laid."""
    network = laid(board.network, [candidate.line(board.network)])
    touched = frozenset(effect.cut.element for effect in _met(board, candidate))
    return Board(compute(network, day), FailureHours(network, settings), board, touched)


def _lost(network: Network, day: date, element: str) -> int:
    """Person-services lost when an element fails, computed cell by cell."""
    whole, left = compute(network, day), compute(network, day, {element})
    return int(_people(network, whole) @ ((whole.access.entitled & whole.cells) - left.cells).mask.sum(axis=1))


def _people(network: Network, reach: Reach) -> np.typing.NDArray[np.int64]:
    return np.array([network.site[site].people_served for site in reach.access.axes.sites], np.int64)
