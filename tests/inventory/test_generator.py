"""Invented regions obey every rule, have the size that was asked for and are the same for the same seed."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.checks.finding import Severity
from inventory.checks.registry import check
from inventory.errors import WrongUsage
from inventory.generator import region
from inventory.generator.layout import LEAST, layout
from inventory.model.network import NOUNS, Network
from inventory.model.site import SiteClass
from inventory.naming import records
from inventory.sources.files import save
from monitoring.reachability import compute
from tests.inventory.test_inventory_problems import DAY


@settings(max_examples=8, deadline=None)
@given(sites=st.integers(LEAST, 150), seed=st.integers())
def test_a_region_breaks_no_rule(sites: int, seed: int) -> None:
    network = region(sites, seed)
    assert [f for f in check(network, DAY) if f.severity is Severity.ERROR] == []
    assert len(network.sites) == sites
    assert sum(len(device.interfaces) for device in network.devices) == 10 * sites


@pytest.fixture(scope="module")
def large() -> Network:
    return region(300, 2)


def test_a_region_of_300_sites_is_sound(large: Network) -> None:
    """No error, no warning, and it is what the model would make of its own JSON."""
    assert {f.severity for f in check(large, DAY)} <= {Severity.INFO}
    for noun, kind in NOUNS.items():
        for record in records(large, noun)[::7]:
            assert kind.model_validate_json(record.model_dump_json()) == record


def test_a_region_is_like_the_real_one(large: Network) -> None:
    """Communes with their organisations, PoPs in rings, a share of sites on two lines, hotspots, agents everywhere."""
    tenants = {site.tenant for site in large.sites}
    assert {"oswiata-gliwice", "oswiata-katowice", "urzad-bytom"} <= tenants
    classes = Counter(site.site_class for site in large.sites)
    assert classes[SiteClass.SCHOOL] > 40 and classes[SiteClass.HOTSPOT] > 30 and len(classes) >= 11
    uplinks = Counter(len(large.uplinks(d.slug)) for d in large.devices if d.slug.startswith(("gw-", "hs-")))
    assert 0.08 < uplinks[2] / (uplinks[1] + uplinks[2]) < 0.3
    used = {srg for link in large.links for srg in link.srgs}
    assert {srg.slug for srg in large.srgs if srg.slug.startswith("kanalizacja-pop")} <= used


def test_every_site_reaches_what_it_may_and_nothing_else() -> None:
    network = region(60, 4)
    cells = compute(network, DAY).cells
    for site in network.sites:
        for service in network.services:
            wanted = network.entitled(site.slug, service.slug, DAY)
            assert ((site.slug, service.slug) in cells) == wanted, (site.slug, service.slug)


def test_the_same_seed_gives_the_same_octets(tmp_path: Path) -> None:
    for folder, seed in (("a", 9), ("b", 9), ("c", 10)):
        save(region(30, seed), tmp_path / folder)
    octets = {f.name: {p.name: p.read_bytes() for p in f.iterdir()} for f in tmp_path.iterdir()}
    assert octets["a"] == octets["b"] != octets["c"]


@given(st.integers(LEAST, 200_000))
def test_any_size_can_be_laid_out(sites: int) -> None:
    found = layout(sites)
    assert found.total == sites
    assert all(pops * 24 >= served for pops, served in zip(found.pops, found.sites, strict=True))


def test_a_region_needs_a_few_sites() -> None:
    with pytest.raises(WrongUsage, match="a region of 9 sites; ask for 10 or more"):
        region(9, 1)
