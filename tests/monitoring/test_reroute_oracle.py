"""Rerouted loads equal a full recomputation per failure, ties and islands included, compiled or not."""

from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from inventory.model.network import Network
from monitoring.reachability.down import Down
from monitoring.reachability.loads import compiled
from monitoring.reachability.loads.arrays import Graph
from monitoring.reachability.loads.demand import Demand
from monitoring.reachability.loads.overload import Overloads, rerouted
from monitoring.reachability.loads.topology import Topology

type Line = tuple[int, int, int]
"""(end a, end b, cost)"""


class Small:
    """A small network in the plainest form: lines, who forwards, roots, demand by (root, way, node)."""

    def __init__(self, nodes: int, lines: list[Line], leaves: set[int], rates: dict[int, list[list[int]]]) -> None:
        self.nodes, self.lines, self.leaves, self.rates = nodes, lines, leaves, rates

    def place(self, capacity: list[int]) -> Topology:
        near = sorted((v, u, i) for i, (a, b, _) in enumerate(self.lines) for v, u in ((a, b), (b, a)))
        first = np.searchsorted([v for v, _, _ in near], np.arange(self.nodes + 1)).astype(np.int64)
        to, via = (np.array([row[k] for row in near], np.int64) for k in (1, 2))
        a, b, cost = (np.array([line[k] for line in self.lines], np.int64) for k in (0, 1, 2))
        through = np.array([v not in self.leaves for v in range(self.nodes)])
        names = {f"n{v}": v for v in range(self.nodes)}, {f"l{i}": i for i in range(len(self.lines))}
        return Topology(Network(), *names, Graph(first, to, via, cost, a, b, through), np.array(capacity, np.float64))

    def demand(self) -> Demand:
        roots = tuple(f"n{r}" for r in self.rates)
        return Demand(roots, np.array(list(self.rates.values()), np.float64).reshape(len(roots), 2, self.nodes))

    def loads(self, off: set[int], cut: set[int]) -> tuple[dict[int, Fraction], Fraction]:
        """The load of each direction and what is lost, worked out flow by flow."""
        found: dict[int, Fraction] = {}
        lost = Fraction(0)
        for root, (away, towards) in self.rates.items():
            for node in range(self.nodes):
                for start, end, amount in ((root, node, away[node]), (node, root, towards[node])):
                    if amount and not self._send(start, end, Fraction(amount), off, cut, found):
                        lost += amount
        return found, lost

    def _send(self, start: int, end: int, amount: Fraction, off: set[int], cut: set[int],
              found: dict[int, Fraction]) -> bool:  # fmt: skip
        if start in off or end in off:
            return False
        far = self._distances(end, off, cut)
        if far[start] is None:
            return False
        waiting = {start: amount}
        while waiting:
            node = max(waiting, key=lambda v: far[v] or 0)
            flow = waiting.pop(node)
            if node == end:
                continue
            steps = [s for s in self._steps(node, end, off, cut) if far[s[0]] is not None]
            best = min((far[u] or 0) + cost for u, _, cost in steps)
            hops = [(u, d) for u, d, cost in steps if (far[u] or 0) + cost == best]
            for u, direction in hops:
                found[direction] = found.get(direction, Fraction(0)) + flow / len(hops)
                waiting[u] = waiting.get(u, Fraction(0)) + flow / len(hops)
        return True

    def _steps(self, node: int, end: int, off: set[int], cut: set[int]) -> list[tuple[int, int, int]]:
        """(next node, direction, cost) of every link that works towards a node that forwards, or the end."""
        ends = [(i, a, b, c) for i, (a, b, c) in enumerate(self.lines) if i not in cut]
        steps = [(b, 2 * i, c) for i, a, b, c in ends if a == node]
        steps += [(a, 2 * i + 1, c) for i, a, b, c in ends if b == node]
        return [s for s in steps if s[0] not in off and (s[0] == end or s[0] not in self.leaves)]

    def _distances(self, end: int, off: set[int], cut: set[int]) -> dict[int, int | None]:
        far: dict[int, int | None] = dict.fromkeys(range(self.nodes))
        far[end] = 0
        for _ in range(self.nodes):
            for v in set(range(self.nodes)) - off - {end}:
                known = [far[u] + c for u, _, c in self._steps(v, end, off, cut) if far[u] is not None]  # type: ignore[operator]
                far[v] = min(known, default=None)
        return far


@st.composite
def cases(draw: st.DrawFn) -> tuple[Small, list[int], list[tuple[str, Down]]]:
    nodes = draw(st.integers(2, 8))
    node = st.integers(0, nodes - 1)
    pairs = draw(st.lists(st.tuples(node, node, st.integers(1, 3)), min_size=1, max_size=14))
    lines = [line for line in pairs if line[0] != line[1]] or [(0, 1, 1)]
    leaves = draw(st.sets(node, max_size=2))
    lines = [(b, a, c) if a in leaves else (a, b, c) for a, b, c in lines if not {a, b} <= leaves] or [(0, 1, 1)]
    roots = draw(st.lists(node, min_size=1, max_size=3, unique=True))
    amounts = st.lists(st.integers(0, 60), min_size=nodes, max_size=nodes)
    rates = {root: [draw(amounts), draw(amounts)] for root in roots}
    capacity = draw(st.lists(st.integers(20, 300), min_size=2 * len(lines), max_size=2 * len(lines)))
    groups = draw(st.lists(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=4), max_size=3))
    failures = [(f"link:l{i}", Down(links=frozenset({f"l{i}"}))) for i in range(len(lines))]
    failures += [(f"device:n{v}", Down(devices=frozenset({f"n{v}"}))) for v in range(nodes)]
    failures += [(f"srg:g{i}", Down(links=frozenset(f"l{x}" for x in g))) for i, g in enumerate(groups)]
    failures += [("site:s", Down(devices=frozenset({"n0", f"n{nodes - 1}"})))]
    return Small(nodes, lines, leaves, rates), capacity, failures


def agree(small: Small, capacity: list[int], failures: list[tuple[str, Down]], found: Overloads) -> None:
    before, without = small.loads(set(), set())
    assert found.without_path_bps == without
    full = {(full.link, full.towards) for full in found.base}
    assert full == {(f"l{d // 2}", "ba"[d % 2]) for d, load in before.items() if load > capacity[d]}
    for name, down in failures:
        off, cut = {int(v[1:]) for v in down.devices}, {int(x[1:]) for x in down.links}
        after, lost = small.loads(off, cut)
        seen = found.of(name)
        assert abs(seen.lost_down_bps + seen.lost_up_bps - (lost - without)) <= 1, name
        filled = {
            (f"l{d // 2}", "ba"[d % 2]): round(load)
            for d, load in after.items()
            if load > capacity[d] and load > before.get(d, 0)
        }
        assert {(o.link, o.towards): o.load_bps for o in seen.full}.keys() == filled.keys(), name
        assert all(abs(o.load_bps - filled[o.link, o.towards]) <= 1 for o in seen.full), name


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_loads_equal_a_full_recomputation(case: tuple[Small, list[int], list[tuple[str, Down]]]) -> None:
    small, capacity, failures = case
    agree(small, capacity, failures, rerouted(small.place(capacity), small.demand(), failures))


def test_a_tie_is_split_at_every_hop_and_not_by_path() -> None:
    """0 to 4 by three links to 1, one to 2: half of it crosses each, whatever comes behind."""
    lines = [(0, 1, 1), (0, 2, 1), (1, 3, 1), (1, 3, 1), (2, 3, 1), (3, 4, 1)]
    small = Small(5, lines, set(), {0: [[0, 0, 0, 0, 120], [0, 0, 0, 0, 120]]})
    loads, lost = small.loads(set(), set())
    assert [int(loads[d]) for d in (0, 2, 4, 6, 8)] == [60, 60, 30, 30, 60]
    assert [int(loads[d]) for d in (1, 3, 5)] == [80, 40, 40]
    assert not lost
    agree(small, [50] * 12, [], rerouted(small.place([50] * 12), small.demand(), []))


def test_compiled_and_plain_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(7)
    ends = [(int(a), int(b), 1) for a, b in chance.integers(0, 30, (55, 2)) if a != b]
    rates = {root: chance.integers(0, 50, (2, 30)).tolist() for root in (0, 1, 2)}
    small, capacity = Small(30, ends, {29}, rates), [150] * (2 * len(ends))
    failures = [(f"device:n{v}", Down(devices=frozenset({f"n{v}"}))) for v in range(30)]
    failures += [(f"link:l{i}", Down(links=frozenset({f"l{i}"}))) for i in range(len(ends))]
    plain = rerouted(small.place(capacity), small.demand(), failures)
    monkeypatch.setattr(compiled, "WORTH_COMPILING", 0)
    assert compiled.fitting(_nothing, 1) is not _nothing, "numba is not installed"
    assert rerouted(small.place(capacity), small.demand(), failures) == plain


def _nothing() -> None:
    return None
