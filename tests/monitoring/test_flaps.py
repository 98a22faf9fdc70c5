"""Damping: what comes and goes counts as failed, what has become stable does not, and no history holds for ever."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitoring.flaps import damped, merit
from monitoring.observation import Seen
from monitoring.settings import FlapSettings

PACE = FlapSettings()
NOW = 1_000_000.0


def every(seconds: float, *results: bool) -> list[Seen]:
    """Results at even distances, the newest now."""
    return [(NOW - seconds * (len(results) - 1 - n), ok, None if ok else "tcp") for n, ok in enumerate(results)]


histories = st.lists(st.tuples(st.floats(0.1, 400.0), st.booleans()), min_size=1, max_size=60).map(
    lambda steps: [(NOW + sum(gap for gap, _ in steps[: n + 1]), ok, None) for n, (_, ok) in enumerate(steps)]
)


def test_without_results_nothing_is_known() -> None:
    assert damped([], NOW) is None


def test_an_outage_and_its_end_are_told_at_once() -> None:
    assert damped(every(2, True, True, False), NOW) is False
    assert damped(every(2, True, True, False, False, True), NOW) is True


def test_a_cell_that_comes_and_goes_is_held_until_it_has_been_stable_for_a_while() -> None:
    flapping = every(2, *([True, False] * 4), True)
    assert damped(flapping, NOW) is False
    assert damped([*flapping, (NOW + 20, True, None)], NOW + 20) is False
    assert damped([*flapping, (NOW + 70, True, None)], NOW + 70) is True


@given(histories)
def test_a_stable_cell_is_never_held_longer_than_the_longest_time(history: list[Seen]) -> None:
    at, ok, _ = history[-1]
    assert damped(history, at + PACE.longest + 1) is ok


@given(histories)
def test_changes_alone_give_the_same_as_all_results(history: list[Seen]) -> None:
    changes = [h for n, h in enumerate(history) if n == 0 or h[1] != history[n - 1][1]]
    now = history[-1][0] + 1
    assert damped(changes, now) == damped(history, now)
    assert abs(merit(changes, now).penalty - merit(history, now).penalty) < 1e-6


@given(histories)
def test_damping_only_ever_takes_away(history: list[Seen]) -> None:
    now = history[-1][0]
    if damped(history, now):
        assert history[-1][1]
    changes = sum(a[1] != b[1] for a, b in pairwise(history))
    if changes * PACE.penalty < PACE.suppress:
        assert damped(history, now) is history[-1][1]
