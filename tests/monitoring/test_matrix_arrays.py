"""The matrix of arrays says of every cell what the contract, read cell by cell, says."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.model.network import Network
from monitoring.cell import Observed, Verdict
from monitoring.elements import DownElement
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.observations import Latest
from tests.support.slow_matrix import slow_cells
from tests.support.small_network import village

NOW, STALE = 1_780_300_000.0, 6.0
SITES = village().sites
NETWORK: Network = village(
    sites=(*SITES, *(SITES[2].model_copy(update={"slug": f"more{i}"}) for i in range(3))),
)
KEYS = [(site.slug, service.slug) for site in NETWORK.sites for service in NETWORK.services]
ELEMENTS = ("link:pop-one", "link:core-two", "link:pop-two", "device:pop", "service:wbo", "device:dns1", "srg:duct")


@st.composite
def results(draw: st.DrawFn) -> Latest:
    """The newest results of one cell, the last of them up to ten seconds old."""
    goods = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    stages = [None if ok else draw(st.sampled_from([None, "dns", "tcp", "tls", "http"])) for ok in goods]
    age = draw(st.floats(0, 10))
    last = tuple((NOW - age - 2 * n, ok, stage) for n, (ok, stage) in enumerate(zip(goods, stages, strict=True)))[::-1]
    at, ok, stage = last[-1]
    return Latest(at, ok, at - draw(st.integers(0, 60)), stage, 1.0, "" if ok else "refused", last)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[tuple[str, str], Latest], tuple[str, ...], dict[str, float]]:
    """What was seen, what is down, and when agents were heard; mostly good, or samples would be rare."""
    seen = draw(st.dictionaries(st.sampled_from([*KEYS, ("gone", "wbo")]), results(), max_size=len(KEYS)))
    fine = Latest(NOW - 1, True, NOW - 50, None, 1.0, "", ((NOW - 1, True, None),))
    seen |= {(site, "wbo"): fine for site in draw(st.sets(st.sampled_from(["one", "two", "more0", "more1"])))}
    down = draw(st.lists(st.sampled_from(ELEMENTS), unique=True, max_size=3))
    heard = draw(st.dictionaries(st.sampled_from([s.slug for s in NETWORK.sites]), st.floats(NOW - 12, NOW)))
    return seen, tuple(down), heard


def built(seen: Any, down: tuple[str, ...], heard: Any) -> Matrix:
    states = {element: DownElement(element, NOW - 9, "evidence") for element in down}
    return build(NETWORK, seen, states, heard, NOW, STALE)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_arrays_say_what_single_cells_say(world: Any) -> None:
    seen, down, heard = world
    matrix, slow = built(seen, down, heard), slow_cells(NETWORK, seen, down, heard, NOW, STALE)
    for cell in matrix.cells:
        shown = {name: getattr(cell, name) for name in slow[cell.site, cell.service]}
        assert shown == slow[cell.site, cell.service], (cell.site, cell.service)
    wrong = {(c.site, c.service) for c in matrix.cells if c.verdict in (Verdict.LOST, Verdict.LEAK) or c.contradicts}
    assert {(c.site, c.service) for c in matrix.wrong} == wrong
    reasoned = [place for place, cell in enumerate(matrix.cells) if cell.reason is not None]
    assert matrix.reasoned.tolist() == reasoned
    watched = [c for c in matrix.cells if c.site in matrix.vantages]
    assert list(matrix.disagreements) == [c for c in watched if not c.agrees]
    assert matrix.agreement == 1 - len(matrix.disagreements) / len(watched)
    assert matrix.counts() == {v: sum(c.verdict is v for c in matrix.cells) for v in Verdict}


@settings(max_examples=30, deadline=None)
@given(worlds(), st.sets(st.sampled_from([s.slug for s in NETWORK.sites])))
def test_a_part_is_a_part_of_the_whole(world: Any, mine: set[str]) -> None:
    whole = built(*world)
    part = whole.part(mine)
    assert part.sites == tuple(site for site in whole.sites if site in mine)
    assert list(part.cells) == [cell for cell in whole.cells if cell.site in mine]
    assert list(part.wrong) == [cell for cell in whole.wrong if cell.site in mine]
    assert [c.observed for c in part.cells] == [list(Observed)[code] for code in np.ravel(part.observed)]


def test_cells_are_a_sequence_and_a_mapping() -> None:
    matrix = built({}, (), {})
    assert len(matrix.cells) == len(matrix.cell) == len(KEYS)
    assert list(matrix.cell) == KEYS
    assert matrix.cells[-1] == matrix.cell[KEYS[-1]]
    assert [c.service for c in matrix.at_site("one")] == list(matrix.services)
    assert [c.site for c in matrix.of_service("wbo")] == list(matrix.sites)
    assert [c.site for c in matrix.of_service("wbo")[1:3]] == list(matrix.sites[1:3])
