"""The gate's decision, compared with a slow reading of its definition."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from automation.gate import Cell, Gate, Seen, Strand, Verdict, Watch, decide, watch
from tests.support.clock import ManualClock

CELLS: list[Cell] = [(site, service) for site in ("a", "b") for service in ("x", "y")]
History = Mapping[Cell, Sequence[Seen]]


def histories(longest: int) -> st.SearchStrategy[dict[Cell, list[Seen]]]:
    def series(oks: list[bool]) -> list[Seen]:
        return [(float(i), ok, None) for i, ok in enumerate(oks)]

    return st.dictionaries(st.sampled_from(CELLS), st.lists(st.booleans(), max_size=longest).map(series))


cells = st.frozensets(st.sampled_from(CELLS))


def words(before: History, after: History, entitled: frozenset[Cell], predicted: frozenset[Cell]) -> frozenset[Cell]:
    """Lost cells when no more probes come, as DESIGN §3 words it."""

    def ok_twice(seen: Sequence[Seen]) -> bool:
        return [s[1] for s in seen][-2:] == [True, True]

    fine_before = [cell for cell in CELLS if cell in before and ok_twice(before[cell])]
    lost = set()
    for cell in CELLS:
        seen = [s[1] for s in after.get(cell, ())]
        if cell in entitled and cell in fine_before:
            twice_failed = any(seen[i : i + 2] == [False, False] for i in range(len(seen)))
            if twice_failed or seen[-2:] != [True, True]:
                lost.add(cell)
        elif not [c for c in fine_before if c in entitled] and cell in predicted and seen[-2:] != [True, True]:
            lost.add(cell)
    return frozenset(lost)


@given(histories(4), histories(6), cells, cells, cells)
def test_agrees_with_the_definition(
    before: History, after: History, entitled: frozenset[Cell], predicted: frozenset[Cell], blast: frozenset[Cell]
) -> None:
    watched = watch(before, entitled, predicted, oldest=0.0)
    verdict = decide(watched, after, closing=True, blast=blast)
    assert verdict.lost == words(before, after, entitled, predicted)
    assert verdict.kept is (not verdict.lost)
    assert verdict.coincident <= verdict.lost and not verdict.coincident & blast
    assert verdict.silent == {cell for cell in verdict.lost if not after.get(cell)}


@given(histories(4), histories(6), cells, cells)
def test_an_early_verdict_is_never_taken_back(
    before: History, after: History, entitled: frozenset[Cell], predicted: frozenset[Cell]
) -> None:
    """While more probes may come, a loss stands whatever they say; "kept" needs every watched cell."""
    watched = watch(before, entitled, predicted, oldest=0.0)
    early = decide(watched, after, closing=False, blast=frozenset())
    late = decide(watched, after, closing=True, blast=frozenset())
    assert early.lost <= late.lost
    if early.kept is not None:
        assert early.kept is late.kept
    more = {cell: [*after.get(cell, ()), (99.0, True, None), (100.0, True, None)] for cell in CELLS}
    assert early.lost <= decide(watched, more, closing=False, blast=frozenset()).lost


def test_one_failure_is_no_loss() -> None:
    watched = Watch(frozenset({("a", "x")}))
    after: dict[Cell, list[Seen]] = {("a", "x"): [(1.0, False, "tcp"), (2.0, True, None)]}
    assert decide(watched, after, False, frozenset()) == Verdict(None)
    assert decide(watched, {("a", "x"): [*after["a", "x"], (3.0, True, None)]}, False, frozenset()) == Verdict(True)


def test_withdrawn_entitlement_is_no_loss() -> None:
    seen: list[Seen] = [(1.0, True, None), (2.0, True, None)]
    watched = watch({("a", "x"): seen, ("b", "x"): seen}, [("b", "x")], (), oldest=0.0)
    assert watched.cells == {("b", "x")}


def test_old_probes_are_no_knowledge() -> None:
    """Monitoring that stopped an hour ago neither lets a change pass nor blames it: predictions must come true."""
    watched = watch({("a", "x"): [(1.0, True, None), (2.0, True, None)]}, [("a", "x")], [("a", "x")], oldest=1.5)
    assert watched == Watch(frozenset(), frozenset({("a", "x")}))


class Series:
    """Probes as they come in, one a second."""

    def __init__(self, oks: Sequence[bool]) -> None:
        self.clock, self._oks = ManualClock(), oks

    def recent_families(self, n: int) -> dict[tuple[str, str, str], list[tuple[float, bool, str | None]]]:
        """Nobody tells them apart here."""
        return {}

    def recent(self, n: int) -> dict[Cell, list[Seen]]:
        seen: list[Seen] = [(float(i), ok, None) for i, ok in enumerate(self._oks) if i <= self.clock.now]
        return {("a", "x"): seen[-n:]}


def wait(oks: Sequence[bool], seconds: float = 10) -> tuple[Verdict, float]:
    probes = Series(oks)
    gate = Gate(probes, seconds, clock=probes.clock)
    return gate.wait(Watch(frozenset({("a", "x")})), 0.5, frozenset(), lambda: False), probes.clock.now


def test_waits_no_longer_than_it_must() -> None:
    assert wait([True] * 20) == (Verdict(True), 2.0)


def test_probes_before_the_change_do_not_count() -> None:
    assert wait([True, True])[0].lost == {("a", "x")}


def test_silence_is_a_loss_when_the_gate_closes() -> None:
    verdict, at = wait([True])
    assert verdict.kept is False and verdict.silent == {("a", "x")} and at >= 10


def test_two_failures_end_the_wait() -> None:
    verdict, at = wait([True, True, False, False, True, True])
    assert verdict.kept is False and at == 3.0 and verdict.coincident == {("a", "x")}


def test_leaves_when_asked_to_stop() -> None:
    gate = Gate(Series([]), 10, clock=ManualClock())
    assert gate.wait(Watch(frozenset({("a", "x")})), 0.0, frozenset(), lambda: True) == Verdict(None)


def test_one_ip_family_lost_is_a_loss_though_the_other_answers() -> None:
    fine = {("a", "x"): [(float(i), True, None) for i in range(9)]}
    strands: dict[Strand, list[Seen]] = {
        ("a", "x", "4"): [(0.0, True, None), (1.0, True, None)],
        ("a", "x", "6"): [(float(i), True, None) for i in range(9)],
    }
    watched = watch(fine, [("a", "x")], [], 0.0, strands)
    assert watched.strands == set(strands)
    broken = strands | {("a", "x", "4"): [(3.0, False, "tcp"), (5.0, False, "tcp")]}
    verdict = decide(watched, fine, False, frozenset(), broken)
    assert verdict.kept is False and verdict.lost == {("a", "x")}
    assert verdict.in_families == "IPv4"


def test_a_family_that_was_not_tried_is_waited_for_and_no_loss() -> None:
    fine = {("a", "x"): [(float(i), True, None) for i in range(9)]}
    watched = Watch(frozenset(fine), strands=frozenset({("a", "x", "4")}))
    assert decide(watched, fine, False, frozenset(), {}).kept is None
    assert decide(watched, fine, True, frozenset(), {}).kept is True
    once = {("a", "x", "4"): [(3.0, False, "tcp")]}
    assert decide(watched, fine, False, frozenset(), once).kept is None
    assert decide(watched, fine, True, frozenset(), once).lost == {("a", "x")}


def test_a_family_must_be_back_after_a_rollback_and_may_fail_meanwhile() -> None:
    fine = {("a", "x"): [(float(i), True, None) for i in range(9)]}
    back = Watch(frozenset(), frozenset(fine), frozenset({("a", "x", "4")}))
    late = {("a", "x", "4"): [(3.0, False, "tcp"), (5.0, False, "tcp")]}
    assert decide(back, fine, False, frozenset(), late).kept is None
    assert decide(back, fine, True, frozenset(), late).kept is False
    again = {("a", "x", "4"): [*late["a", "x", "4"], (7.0, True, None), (9.0, True, None)]}
    assert decide(back, fine, False, frozenset(), again).kept is True


def test_a_family_that_failed_before_is_not_the_changes_doing() -> None:
    fine = {("a", "x"): [(float(i), True, None) for i in range(9)]}
    strands = {("a", "x", "6"): [(0.0, False, "tcp"), (1.0, False, "tcp")]}
    assert watch(fine, [("a", "x")], [], 0.0, strands).strands == frozenset()
