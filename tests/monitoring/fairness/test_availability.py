"""The rule of availability: cases worked out by hand, and what must hold for every history."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitoring.sla.availability import Account, Span, Spell, account, joined

HOLD = 6000


def told(*results: tuple[int, bool]) -> list[Spell]:
    """Single results, at seconds."""
    return [Spell(at * 1000, at * 1000, ok) for at, ok in results]


def test_an_hour_by_hand() -> None:
    """Ok from 10 s, failed from 20 s, ok from 30 s, last result at 34 s; the span is 0 to 60 s."""
    results = told((10, True), (15, True), (20, False), (25, False), (30, True), (34, True))
    assert account(results, (0, 60_000), HOLD) == Account(60_000, 14_000, 10_000, 0, 1, 10_000)


def test_a_gap_is_unknown_and_never_up() -> None:
    """Results at 0, 5, 12, 17 s: between 5 and 12 nobody looked for seven seconds, more than six."""
    found = account(told((0, True), (5, True), (12, True), (17, True)), (0, 17_000), HOLD)
    assert (found.up, found.down, found.unknown) == (10_000, 0, 7_000)
    assert account(told((0, True), (6, True)), (0, 6_000), HOLD).up == 6_000, "six seconds are not more than six"


def test_silence_after_a_failure_does_not_lengthen_the_outage() -> None:
    """Failed at 0 and 5 s, ok again only at 100 s: five seconds of outage are known, one incident."""
    found = account(told((0, False), (5, False), (100, True), (105, True)), (0, 105_000), HOLD)
    assert (found.down, found.incidents, found.longest, found.up) == (5_000, 1, 5_000, 5_000)


def test_a_window_takes_its_time_from_both_sides() -> None:
    """Down from 10 to 20 s, a window from 15 to 25 s: five seconds of outage are left."""
    results = told((0, True), (5, True), (10, False), (15, False), (20, True), (25, True), (30, True))
    found = account(results, (0, 30_000), HOLD, [(15_000, 25_000), (18_000, 22_000)])
    assert found == Account(30_000, 15_000, 5_000, 10_000, 1, 5_000)
    assert found.share == 0.75


def test_results_beyond_the_span_tell_about_its_ends() -> None:
    """Failed 2 s before a month begins, ok 1 s into it; ok 2 s before it ends and again after it."""
    month = (100_000, 200_000)
    found = account(told((98, False), (101, True), (104, True), (198, True), (202, False)), month, HOLD)
    assert (found.down, found.up) == (1_000, 3_000 + 2_000)
    assert account(told((98, True)), month, HOLD).share is None


def test_two_incidents_have_a_good_result_between_them() -> None:
    results = told((0, False), (4, False), (50, False), (54, True), (58, False), (60, True))
    found = account(results, (0, 60_000), HOLD)
    assert (found.incidents, found.down, found.longest) == (2, 4_000 + 4_000 + 2_000, 8_000)


histories = st.lists(st.tuples(st.integers(1, 12_000), st.booleans()), max_size=40)


def spread(steps: list[tuple[int, bool]]) -> list[Spell]:
    at, found = 0, []
    for step, ok in steps:
        at += step
        found.append(Spell(at, at, ok))
    return found


@given(histories, st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 200_000)), max_size=4))
def test_joining_equal_results_changes_no_figure(steps: list[tuple[int, bool]], windows: list[Span]) -> None:
    results, span = spread(steps), (5_000, 150_000)
    whole = joined(results, HOLD)
    assert account(whole, span, HOLD, windows) == account(results, span, HOLD, windows)
    assert all(a.ok != b.ok or b.start - a.until > HOLD for a, b in pairwise(whole))


@given(histories, st.data())
def test_repairing_never_lowers_it_and_blindness_never_counts_as_up(
    steps: list[tuple[int, bool]], data: st.DataObject
) -> None:
    results, span = spread(steps), (0, 200_000)
    found = account(results, span, HOLD)
    assert found.up + found.down + found.unknown + found.excluded == found.total
    assert found.incidents <= sum(not r.ok for r in results)
    if results:
        place = data.draw(st.integers(0, len(results) - 1))
        better = [Spell(r.start, r.until, r.ok or number == place) for number, r in enumerate(results)]
        repaired = account(better, span, HOLD)
        assert repaired.up >= found.up
        assert repaired.unknown == found.unknown
        fewer = account(results[:place] + results[place + 1 :], span, HOLD)
        assert fewer.up <= found.up + found.down, "what nobody saw is not up"
