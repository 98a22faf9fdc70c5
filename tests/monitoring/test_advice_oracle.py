"""Advice equals brute force: gains computed failure by failure and cell by cell, the best set found by trying all."""

from datetime import date
from itertools import combinations
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, assume, given, settings

from inventory.model.device import Role
from inventory.model.link import Medium
from inventory.model.network import Network
from inventory.model.site import SiteClass
from monitoring.reachability.advice.advisor import NO_SECOND_WAY, advise
from monitoring.reachability.advice.candidate import Candidate
from monitoring.reachability.advice.hours import FailureHours
from monitoring.reachability.advice.lines import laid
from monitoring.reachability.compute import compute
from monitoring.reachability.loads.topology import topology
from monitoring.settings import PlanningSettings
from tests.support.small_network import DAY, host, lan, link, router, site, village

SETTINGS = PlanningSettings()


def candidate(slug: str, a: str, b: str, price: float = 1000.0, srgs: tuple[str, ...] = ()) -> Candidate:
    """A fibre between two devices."""
    return Candidate(slug, a, b, Medium.FIBRE, None, srgs, 100, price, 0.0)


def expected(network: Network, day: date, cells: Any = None) -> float:
    """Person-service-hours lost a year, every failure computed for itself; over given cells only."""
    hours, whole = FailureHours(network, SETTINGS), compute(network, day)
    fine = (whole.access.entitled & whole.cells) if cells is None else cells
    total = 0.0
    for element, _ in topology(network, whole.access.fabric).failures():
        lost = fine - compute(network, day, {element}).cells
        total += hours(element) * sum(network.site[place].people_served for place, _ in lost)
    return total


def brute(network: Network, lines: tuple[Candidate, ...]) -> float:
    """What lines save a year."""
    whole = compute(network, DAY)
    after = laid(network, [line.line(network) for line in lines])
    return expected(network, DAY) - expected(after, DAY, whole.access.entitled & whole.cells)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Network, tuple[Candidate, ...]]:
    """The village with more places on it, risk groups over its links, and lines somebody has in mind."""
    base = village()
    spots = draw(st.lists(st.booleans(), min_size=1, max_size=3))
    sites, devices, links = list(base.sites), list(base.devices), list(base.links)
    trunk = ["core", "pop", "pop2", "pop3"]
    devices += [router(pop, Role.POP, "hub") for pop in trunk[2:]]
    for number, spot in enumerate(spots):
        name = f"s{number}"
        sites.append(site(name, SiteClass.HOTSPOT if spot else SiteClass.SCHOOL, draw(st.integers(1, 9)) * 10))
        role = Role.HOTSPOT if spot else Role.SITE
        devices.append(router(f"gw-{name}", role, name, lan("lan0", f"10.44.{number + 10}.1/24")))
        devices.append(host(f"client-{name}", Role.AGENT, name, f"gw-{name}:lan0", f"10.44.{number + 10}.9/24"))
    places = [f"gw-s{n}" for n in range(len(spots))]
    groups = st.sets(st.sampled_from(["duct", "mast", "mains"]), max_size=2).map(lambda found: tuple(sorted(found)))
    lines = [("x0", "pop", "pop2"), ("x1", draw(st.sampled_from(["core", "pop2"])), "pop3")]
    lines += [(f"y{n}", draw(st.sampled_from(trunk)), place) for n, place in enumerate(places)]
    lines += [("z", draw(st.sampled_from(trunk)), draw(st.sampled_from(places)))] if draw(st.booleans()) else []
    links += [link(slug, a, b, srgs=draw(groups)) for slug, a, b in lines]
    kinds = [("duct", "duct"), ("mast", "power"), ("mains", "power")]
    srgs = [{"slug": slug, "name": slug, "kind": kind} for slug, kind in kinds]
    network = village(sites=sites, devices=devices, links=links, srgs=srgs)
    ends = st.tuples(st.sampled_from(trunk), st.sampled_from([*trunk[1:], *places, "hs", "gw-one"]))
    pairs = [pair for pair in draw(st.lists(ends, min_size=1, max_size=4)) if pair[0] != pair[1]]
    assume(pairs)
    price = st.integers(1, 9).map(lambda n: n * 1000.0)
    return network, tuple(candidate(f"new{n}", a, b, draw(price), draw(groups)) for n, (a, b) in enumerate(pairs))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_gains_are_what_brute_force_finds(case: tuple[Network, tuple[Candidate, ...]]) -> None:
    network, lines = case
    for line in lines:
        found = advise(network, DAY, wishes=(line,), settings=SETTINGS)
        assert found.before == pytest.approx(expected(network, DAY))
        (worth,) = found.picks or found.refused or (None,)
        truth = brute(network, (line,))
        assert (worth.saved if worth is not None else 0.0) == pytest.approx(truth, abs=1e-6), line
        if found.picks:
            assert found.proven == pytest.approx(truth)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.integers(1, 20))
def test_the_choice_is_near_the_best_that_can_be_paid(case: tuple[Network, tuple[Candidate, ...]], purse: int) -> None:
    network, lines = case
    budget = purse * 1000.0
    found = advise(network, DAY, budget, lines, settings=SETTINGS)
    barred = {worth.candidate.slug for worth in found.refused}
    fine = [line for line in lines if line.slug not in barred]
    sets = [s for size in range(len(fine) + 1) for s in combinations(fine, size)]
    best = max(brute(network, s) for s in sets if sum(line.cost(SETTINGS.horizon_years) for line in s) <= budget)
    assert found.cost <= budget
    assert found.before - found.after <= best + 1e-6
    assert found.proven == pytest.approx(brute(network, tuple(pick.candidate for pick in found.picks)))
    alone = max((brute(network, (line,)) for line in fine if line.cost(SETTINGS.horizon_years) <= budget), default=0.0)
    assert found.proven >= alone - 1e-6, "one line alone would have saved more"


def test_two_fibres_in_one_duct_are_refused_and_another_way_is_not() -> None:
    network = village(
        links=(*(x for x in village().links if x.slug != "pop-one"), link("pop-one", "pop", "gw-one", srgs=("duct",)))
    )
    fake, true = candidate("fake", "pop", "gw-one", 1.0, ("duct",)), candidate("true", "core", "gw-one", 1000.0)
    found = advise(network, DAY, wishes=(fake, true), settings=SETTINGS)
    assert [pick.candidate.slug for pick in found.picks] == ["true"]
    (refused,) = found.refused
    assert (refused.candidate.slug, refused.reason, refused.without) == ("fake", NO_SECOND_WAY, ("duct",))
    assert refused.in_failures == ("link:pop-one",), "it truly saves only what the duct has no part in"
    assert found.picks[0].saved > refused.saved > 0


def test_a_shared_power_supply_is_credited_with_the_rest() -> None:
    groups = [{"slug": "duct", "name": "d", "kind": "duct"}, {"slug": "mains", "name": "m", "kind": "power"}]
    old = tuple(x.model_copy(update={"srgs": ("mains",)}) if x.slug == "pop-one" else x for x in village().links)
    network = village(links=old, srgs=groups)
    found = advise(network, DAY, wishes=(candidate("new", "core", "gw-one", 1.0, ("mains",)),), settings=SETTINGS)
    assert found.picks[0].without == ("mains",) and "srg:mains" not in found.picks[0].in_failures


def test_the_city_is_advised_within_its_budget(city: Network) -> None:
    found = advise(city, date(2026, 6, 1), 90_000)
    assert found.picks and found.cost <= 90_000
    assert found.proven == pytest.approx(found.before - found.after)
    assert found.before == pytest.approx(expected(city, date(2026, 6, 1)))
