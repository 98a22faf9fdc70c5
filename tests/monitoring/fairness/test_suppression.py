"""Small groups stay hidden from whoever can add and subtract."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitoring.equality.suppression import Limits, hidden

LIMITS = Limits(2, 50)


def test_a_single_small_group_takes_another_with_it() -> None:
    """Groups of 10, 100, 300 people: the total less the others would give the small one away."""
    table = np.array([0, 1, 1, 2, 2])
    assert hidden([table], np.array([10, 50, 50, 150, 150]), LIMITS) == {(0, 0), (0, 1)}


def test_small_ones_together_must_not_be_small_either() -> None:
    """Two small groups of 10 and 20 people: what is left of the total would be the thirty of both."""
    table = np.array([0, 1, 2, 2, 3, 3])
    assert hidden([table], np.array([10, 20, 100, 100, 300, 300]), LIMITS) == {(0, 0), (0, 1), (0, 2)}


def test_another_table_may_give_it_away() -> None:
    """Classes {a: one site}, {b: two}, {c: three}; one tenant holds just those of b: b is shown there."""
    classes, tenants = np.array([0, 1, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 0, 0])
    gone = hidden([classes, tenants], np.array([10, 60, 60, 100, 100, 100]), LIMITS)
    assert {(0, 0), (0, 1)} <= gone
    assert (1, 1) in gone, "with it shown, class a would be all less c less this tenant"


def test_nothing_small_nothing_hidden() -> None:
    assert hidden([np.array([0, 0, 1, 1])], np.array([50, 50, 50, 50]), LIMITS) == frozenset()
    assert hidden([np.zeros(0, np.int64)], np.zeros(0, np.int64), LIMITS) == frozenset()


@given(st.integers(1, 12), st.integers(1, 3), st.data())
def test_no_small_group_is_a_sum_of_what_is_shown(sites: int, tables: int, data: st.DataObject) -> None:
    """An attacker with all shown figures and exact arithmetic solves for each hidden small group, and fails."""
    labels = [np.array([data.draw(st.integers(0, 3)) for _ in range(sites)]) for _ in range(tables)]
    people = np.array([data.draw(st.integers(0, 80)) for _ in range(sites)])
    gone = hidden(labels, people, LIMITS)
    groups = [(t, int(g)) for t in range(tables) for g in np.unique(labels[t])]
    rows = {group: (labels[group[0]] == group[1]).astype(float) for group in groups}
    small = [g for g in groups if rows[g].sum() < LIMITS.sites or rows[g] @ people < LIMITS.people]
    assert set(small) <= gone
    if rows and np.ones(sites) @ people >= LIMITS.people and sites >= LIMITS.sites:
        shown = np.stack([np.ones(sites), *(rows[g] for g in groups if g not in gone)])
        rank = np.linalg.matrix_rank(shown)
        assert all(np.linalg.matrix_rank(np.vstack([shown, rows[group]])) > rank for group in small)
