"""The covering sample: every e-service from every class of sites, few probes a second, silent agents replaced."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.generator import region
from inventory.model.network import Network
from inventory.model.service import Service
from inventory.model.site import SiteClass
from monitoring.cover import Cover, chosen, cover
from monitoring.observation import Observation
from monitoring.observations import ObservationStore
from monitoring.planner import Planner
from monitoring.probe_plan import alive_after, probe_list, stale_after
from monitoring.settings import ProbeSettings
from tests.support.small_network import DAY, denying, village

PACE, SAMPLED = ProbeSettings(), ProbeSettings(cells_most=0, critical=0)
SITES, SERVICES = 10_000, 200
NOW = 1_780_300_000.0

places = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=1, max_size=25).map(
    lambda found: {f"s{n}": place for n, place in enumerate(found)}
)


@pytest.fixture(scope="module")
def large() -> Network:
    """A region of 10,000 sites with 200 e-services, the few critical ones of the catalogue among them."""
    made = region(SITES, seed=1)

    def copy(service: Service, number: int) -> Service:
        return service.model_copy(update={"slug": f"{service.slug}-{number}", "criticality": 2}) if number else service

    services = tuple(copy(s, number) for number in range(14) for s in made.services)[:SERVICES]
    return made.model_copy(update={"services": services})


def groups(network: Network, planned: Cover) -> dict[SiteClass, set[str]]:
    found: dict[SiteClass, set[str]] = {}
    for site in planned.agents:
        found.setdefault(network.site[site].site_class, set()).add(site)
    return found


def test_a_large_region_needs_tens_of_probes_a_second(large: Network) -> None:
    planned = cover(large, DAY, PACE)
    assert len(planned.agents) > 9_000
    assert 20 < planned.rate(PACE) < 100, "every cell once in 300 s would be 6,400"
    probed = Counter((large.site[site].site_class, s) for site, found in planned.sampled.items() for s in found)
    for site_class, sites in groups(large, planned).items():
        for service in large.services:
            assert probed[site_class, service.slug] >= min(3, len(sites)), (site_class, service.slug)
    most = max(len(found) for found in planned.sampled.values())
    assert most <= SERVICES, "no site does more than probe everything"
    school = next(s for s in sorted(planned.agents) if s.startswith("szkola"))
    critical = {s.slug for s in large.services if s.criticality == 1 and large.entitled(school, s.slug, DAY)}
    assert critical and critical <= planned.direct(school)


def test_the_three_sites_hang_on_different_pops(large: Network) -> None:
    planned = cover(large, DAY, PACE)
    schools = [s for s in groups(large, planned)[SiteClass.SCHOOL] if "msip" in planned.sampled.get(s, ())]
    pops = {link.devices[0] for s in schools for d in large.devices_of[s] for link in large.uplinks(d.slug)[:1]}
    assert len(schools) == len(pops) == 3


def test_a_silent_agent_is_replaced_and_nobody_else_moves(large: Network) -> None:
    before = cover(large, DAY, PACE)
    gone = next(s for s in sorted(before.sampled) if len(before.sampled[s]) > 1 and s.startswith("szkola"))
    after = cover(large, DAY, PACE, silent={gone})
    assert gone not in after.sampled
    taken_over = {site for site in after.sampled if after.sampled[site] - before.sampled.get(site, frozenset())}
    assert 0 < len(taken_over) <= 3 * len(before.sampled[gone])
    assert all(large.site[site].site_class is large.site[gone].site_class for site in taken_over)


def test_it_rotates_daily_and_is_the_same_all_day(large: Network) -> None:
    today, tomorrow = cover(large, DAY, PACE), cover(large, DAY + timedelta(days=1), PACE)
    assert cover(large, DAY, PACE) is today
    same = sum(bool(today.sampled.get(s, frozenset()) & tomorrow.sampled.get(s, frozenset())) for s in today.agents)
    assert same < len(today.sampled) / 4


def test_an_agent_of_a_large_region_gets_a_short_list_and_less_to_do(large: Network) -> None:
    planned = cover(large, DAY, PACE)
    site = next(s for s in sorted(planned.sampled) if s.startswith("szkola") and planned.direct(s) > planned.soon(s))
    document = probe_list(large, site, DAY, PACE, planned)
    assert {p["service"] for p in document["probes"]} == planned.direct(site)
    assert (document["period"], document["push"], document["refresh"]) == (300.0, 60.0, 60.0)
    assert {p.get("period") for p in document["probes"]} == {None, 900.0}
    assert document["families"] == ["4", "6"]
    assert alive_after(large, PACE) == 180.0 and stale_after(large, PACE) == 2700.0


def test_a_small_city_is_probed_whole(city: Network) -> None:
    planned = cover(city, DAY, PACE)
    assert planned.whole and ("rynek", "wbo") in planned and ("nowhere", "wbo") not in planned
    document = probe_list(city, "rynek", DAY)
    assert document["period"] <= 3 and "push" not in document
    assert len(document["probes"]) == len(city.services)


def test_cells_that_are_unlike_their_class_are_probed_directly() -> None:
    def planned(**more: Any) -> Cover:
        return cover(village(**more), DAY, SAMPLED, also=[("two", "edms")])

    excepted = [{"slug": "x", "site": "one", "service": "wbo", "effect": "deny", "reason": "r"}]
    assert planned(exceptions=excepted).special == {"one": {"wbo"}, "two": {"edms"}}
    assert planned(rules=(denying("one", "10.50.0.11/32"),)).special == {"one": {"edms"}, "two": {"edms"}}
    assert planned(rules=(denying("one"),)).special["one"] == {"edms", "wbo", "internet"}
    ended = [{**excepted[0], "valid_to": str(DAY - timedelta(days=1))}]
    assert planned(exceptions=ended).special == {"two": {"edms"}}


def test_critical_services_are_probed_by_all_who_are_entitled() -> None:
    planned = cover(village(), DAY, ProbeSettings(cells_most=0, critical=2))
    assert planned.critical[SiteClass.HOTSPOT] == {"wbo", "internet"}
    assert ("spot", "wbo") in planned


def test_the_planner_replaces_the_silent_and_keeps_leaks(engine: Engine) -> None:
    store, network = ObservationStore(engine), village()
    planner = Planner(store, SAMPLED)
    for site in ("one", "two", "spot"):
        store.add(site, [Observation("edms", NOW, True)], received=NOW)
    first = planner.cover(network, NOW)
    assert first.special == {"spot": {"edms"}}, "a hotspot is not entitled to it"
    store.add("spot", [Observation("edms", NOW + 15, False, "tcp")], received=NOW + 15)
    assert planner.cover(network, NOW + 5) is first
    assert planner.cover(network, NOW + 20).special == {}
    states = {a.site: str(a.state) for a in planner.agents(network, NOW + 190)}
    assert states == {"one": "silent", "two": "silent", "spot": "heard"}


@given(places, st.integers(0, 60), st.integers(1, 4), st.sets(st.integers(0, 24)))
def test_the_chosen_are_spread_and_heard(
    where: dict[str, tuple[str, str]], start: int, count: int, quiet: set[int]
) -> None:
    ring, silent = list(where), frozenset(f"s{n}" for n in quiet)
    found = chosen(ring, start, count, silent, where)
    live = [site for site in ring if site not in silent]
    assert len(set(found)) == len(found) == min(count, len(ring))
    if len(ring) > count:
        heard = [site for site in found if site not in silent]
        assert len(heard) == min(count, len(live)), "the silent only for want of others"
        assert len({where[s][0] for s in heard}) == min(count, len({where[s][0] for s in live}))


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_every_class_of_a_village_is_covered_every_day(day: date) -> None:
    network = village()
    planned = cover(network, day, SAMPLED)
    for sites in groups(network, planned).values():
        for service in network.services:
            assert sum(service.slug in planned.direct(site) for site in sites) == min(3, len(sites))
