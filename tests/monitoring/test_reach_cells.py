"""Cells as an array behave like a set of pairs; labels of parts are those a plain search finds."""

from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from monitoring.reachability.cells import Axes
from monitoring.reachability.labels import labels

SITES, SERVICES = ("a", "b", "c"), ("x", "y")
pairs = st.frozensets(st.tuples(st.sampled_from(SITES), st.sampled_from(SERVICES)))
orders = st.tuples(st.permutations(SITES), st.permutations(SERVICES)).map(lambda o: Axes(tuple(o[0]), tuple(o[1])))


@given(pairs, pairs, orders, orders)
def test_cells_are_a_set(one: Any, other: Any, axes: Axes, more: Axes) -> None:
    a, b = axes.cells(one), more.cells(other)
    results: list[Callable[[Any, Any], Any]] = [
        lambda x, y: x & y, lambda x, y: x | y, lambda x, y: x - y, lambda x, y: x == y, lambda x, y: x <= y,
        lambda x, y: x.isdisjoint(y),
    ]  # fmt: skip
    for result in results:
        assert result(a, b) == result(one, other) == result(a, other) == result(one, b)
    assert set(a) == one and len(a) == len(one) and bool(a) == bool(one)
    assert [axes.site_at[site] for site, _ in a] == sorted(axes.site_at[site] for site, _ in a)


def test_cells_lie_on_their_axes() -> None:
    cells = Axes(SITES, SERVICES).cells([("a", "x"), ("b", "y"), ("gone", "x")])
    assert ("gone", "x") not in cells and len(cells) == 2
    assert cells.row("a").tolist() == [True, False] and cells.column("y").tolist() == [False, True, False]
    wider = cells | Axes(("d",), ("x",)).cells([("d", "x")])
    assert wider == {("a", "x"), ("b", "y"), ("d", "x")} and wider - cells == {("d", "x")}
    with pytest.raises(ValueError, match="read-only"):
        cells.mask[0, 0] = False


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20))
def test_labels_are_the_least_node_of_each_part(links: list[tuple[int, int]]) -> None:
    part = list(range(12))
    for _ in part:
        for a, b in links:
            part[a] = part[b] = min(part[a], part[b])
    ends = np.array(links, np.int64).reshape(-1, 2)
    assert labels(12, ends[:, 0], ends[:, 1]).tolist() == part
