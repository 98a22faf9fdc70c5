"""The index of equal access: worked out by hand, never lowered by a repair, blind where nobody looks."""

import math
import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.elements import DownElement
from monitoring.equality import By, Equality, overview, read
from monitoring.equality.formula import Part, means
from monitoring.equality.index import equality
from monitoring.equality.site_scores import Probed, site_scores
from monitoring.equality.standing import Grounds, standing
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.observation import Latest
from monitoring.observations import Observation, ObservationStore
from monitoring.reachability import compute
from monitoring.settings import EqualitySettings
from tests.monitoring.test_reach_oracle import networks
from tests.support.small_network import link, village

NOW = 1_780_300_800.0
STALE = 6.0
OPEN = EqualitySettings(min_people=0)
NAN = math.nan

type Results = Mapping[tuple[str, str], Latest]


def seen(ok: bool, at: float = NOW - 1) -> Latest:
    return Latest(at, ok, at - 60, None if ok else "tcp", 1.0, "", ((at - 2, ok, None), (at, ok, None)))


def look(network: Network, latest: Results, down: Mapping[str, DownElement] | None = None) -> Matrix:
    return build(network, latest, down or {}, {site: NOW - 1 for site, _ in latest}, NOW, STALE)


def measured(network: Network, matrix: Matrix, probed: Probed | None = None) -> Equality:
    now = standing(matrix)
    scores = site_scores(compute(network, day_at(NOW)), now, probed or {}, OPEN)
    return equality(network, scores, now.basis, (NOW - 60, NOW), OPEN)


def test_the_formula_by_hand() -> None:
    """Two sites of 100 and 300 people; the second has no known speed, nobody has a known time."""
    parts = np.array([[1.0, 0.5, 0.0, NAN], [0.5, NAN, 1.0, NAN]])
    found = means(parts, np.array([100, 300]), np.array([0, 0]), 1, np.array([0.4, 0.2, 0.2, 0.2]))
    assert found.parts[0].tolist()[:3] == [(100 * 1 + 300 * 0.5) / 400, 0.5, 300 / 400]
    assert math.isnan(found.parts[0][3])
    assert found.index[0] == pytest.approx(100 * (0.4 * 0.625 + 0.2 * 0.5 + 0.2 * 0.75) / 0.8)
    assert (found.sites[0], found.people[0]) == (2, 400)


def test_a_village_by_hand() -> None:
    """Schools of 100 and 200 people on lines of 1 Mb/s, a hotspot of 50; a second way from PoP to data centre.

    Usable: all. Speed: schools 1 Mb/s of 1 Gb/s, hotspot 1 of 30 Mb/s. Resilience: of three e-services of equal weight
    only school two keeps two, whatever fails: its two lines lie in ducts of their own. Time is not known.
    """
    links = (x.model_copy(update={"srgs": ()}) for x in village().links)
    network = village(links=(*links, link("pop-dc", "pop", "gw-dc")))
    found = measured(network, look(network, {}))
    assert found.basis is Grounds.COMPUTED
    speed = (100 * 0.001 + 200 * 0.001 + 50 / 30) / 350
    resilience = 200 * (2 / 3) / 350
    assert found.overall.parts[:3] == pytest.approx((1.0, speed, resilience))
    assert found.overall.index == pytest.approx(100 * (0.4 + 0.2 * speed + 0.2 * resilience) / 0.8)
    of = {group.group: group for group in found.groups[By.CLASS]}
    assert of["hotspot"].index == pytest.approx(100 * (0.4 + 0.2 / 30) / 0.8)
    assert of["hotspot"].gap == pytest.approx((of["school"].index or 0) - (of["hotspot"].index or 0))
    assert of["school"].gap == 0.0
    assert (of["school"].sites, of["school"].people) == (2, 300)


def test_what_probes_see_counts_and_the_graver_counts_more(empty: Engine) -> None:
    """School one: e-services of weight 4, 3 and 1; the one of weight 3 fails for 40 of 100 known seconds, and now."""
    first, second, third = village().services
    weighed = (
        first.model_copy(update={"criticality": 1}),
        second,
        third.model_copy(update={"criticality": 4}),
    )
    network = village(services=weighed)
    store = ObservationStore(empty)
    for service, states in (("edms", [True] * 21), ("wbo", [True] * 12 + [False] * 9), ("internet", [True] * 21)):
        store.add("one", [Observation(service, NOW - 100 + 5 * n, ok) for n, ok in enumerate(states)], received=NOW)
    matrix = build(network, store.latest(), {}, store.heartbeats(), NOW, STALE)
    one = next(site for site in read(empty, network, matrix, OPEN).groups[By.SITE] if site.group == "one")
    assert one.parts == pytest.approx(((4 + 1) / 8, 0.001, 0.0, (4 * 100 + 3 * 60 + 1 * 100) / 800))


def test_blind_is_never_up() -> None:
    """All agents were heard; then that of school one falls silent: its e-services count as not usable, and unknown."""
    cells = [("one", v) for v in ("edms", "wbo", "internet")] + [("two", v) for v in ("edms", "wbo", "internet")]
    network = village()
    before = measured(network, look(network, {cell: seen(True) for cell in cells}))
    silent = {cell: seen(True, NOW - 60 if cell[0] == "one" else NOW - 1) for cell in cells}
    after = measured(network, look(network, silent))
    sites = [{site.group: site for site in found.groups[By.SITE]} for found in (before, after)]
    assert [of["one"].parts[0] for of in sites] == [1.0, 0.0]
    assert [of["one"].blind for of in sites] == [0.0, 1.0]
    assert [of["two"].parts[0] for of in sites] == [1.0, 1.0]
    assert sites[1]["one"].parts[3] == 0.0, "an agent that told nothing in the period"
    assert "nothing is known of 100%" in overview(after, By.SITE)["groups"][-1]["words_en"]


def test_a_town_with_several_cities_keeps_their_districts_apart() -> None:
    sites = village().sites
    elsewhere = sites[3].model_copy(update={"address": sites[3].address.model_copy(update={"city": "Bytom"})})
    network = village(sites=(*sites[:3], elsewhere, *sites[4:]))
    found = measured(network, look(network, {}))
    assert [group.group for group in found.groups[By.DISTRICT]] == ["Bytom: d", "Gliwice: d"]


def test_nobody_there_is_no_division_by_zero() -> None:
    empty_handed = measured(Network(), look(Network(), {}))
    assert empty_handed.overall.index is None
    assert all(not groups for groups in empty_handed.groups.values())


@st.composite
def moments(draw: st.DrawFn) -> tuple[Network, dict[tuple[str, str], Latest], Probed, frozenset[str]]:
    """A network, what its agents saw (fresh, failed, long ago, never), what was probed before, and what is down."""
    network = draw(networks())
    cells = [(s.slug, v.slug) for s in network.sites for v in network.services if network.vantage(s.slug)]
    states = st.sampled_from([None, seen(True), seen(True), seen(False), seen(True, NOW - 60), seen(False, NOW - 60)])
    latest = {cell: state for cell in cells if (state := draw(states)) is not None}
    latest[cells[0]] = latest.get(cells[0], seen(False))
    times = st.tuples(st.integers(0, 9), st.integers(0, 9))
    probed = {cell: pair for cell in cells if sum(pair := draw(times))}
    elements = [f"link:{x.slug}" for x in network.links] + [f"device:{x.slug}" for x in network.devices]
    return network, latest, probed, draw(st.frozensets(st.sampled_from(elements), max_size=3))


def figures(found: Equality) -> dict[tuple[str, str], float]:
    return {(by, g.group): g.index for by in By for g in found.groups[by] if g.index is not None} | {
        ("all", "all"): found.overall.index or 0.0
    }


def told(elements: frozenset[str]) -> dict[str, DownElement]:
    return {name: DownElement(name, NOW - 60, "seen") for name in elements}


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(moments(), st.sampled_from(["result", "time", "line", "element", "link"]), st.randoms(use_true_random=False))
def test_a_repair_never_lowers_the_index_of_anybody(
    moment: tuple[Network, dict[tuple[str, str], Latest], Probed, frozenset[str]], repair: str, chance: random.Random
) -> None:
    network, latest, probed, down = moment
    before = figures(measured(network, look(network, latest, told(down)), probed))
    cell = chance.choice(sorted(latest))
    if repair == "result":
        latest = latest | {cell: seen(True)}
    elif repair == "time":
        probed = {key: (up + 1, lost - 1) if lost and key == cell else (up, lost) for key, (up, lost) in probed.items()}
    elif repair == "line":
        rate = network.circuits[0].rate
        faster = network.circuits[0].model_copy(update={"rate": rate.model_copy(update={"down": rate.down * 50})})
        network = network.model_copy(update={"circuits": (faster,)})
    elif repair == "element":
        down = down - {chance.choice(sorted(down))} if down else down
    elif network.links:
        twin = chance.choice(network.links)
        second = link("twin", *twin.devices, twin.ospf_cost, valid_from=twin.valid_from, valid_to=twin.valid_to)
        network = network.model_copy(update={"links": (*network.links, second)})
    after = figures(measured(network, look(network, latest, told(down)), probed))
    assert before.keys() == after.keys()
    assert {key: (before[key], after[key]) for key in before if after[key] < before[key] - 1e-9} == {}


@given(st.data())
def test_the_formula_is_monotone_in_every_part(data: st.DataObject) -> None:
    sites = data.draw(st.integers(1, 6))
    shares = st.floats(0, 1)
    parts = np.array([[data.draw(shares) for _ in Part] for _ in range(sites)])
    people = np.array([data.draw(st.integers(0, 5)) for _ in range(sites)])
    label = np.array([data.draw(st.integers(0, 2)) for _ in range(sites)])
    weights = np.array([data.draw(st.floats(0.01, 1)) for _ in Part])
    better = parts.copy()
    i, k = data.draw(st.integers(0, sites - 1)), data.draw(st.integers(0, len(Part) - 1))
    better[i, k] = data.draw(st.floats(float(parts[i, k]), 1))
    low, high = (means(p, people, label, 3, weights).index for p in (parts, better))
    held = np.unique(label)
    assert (high[held] >= low[held] - 1e-9).all()
    assert ((low[held] >= -1e-9) & (high[held] <= 100 + 1e-9)).all()
