"""One fact, one place: when the rate of a circuit moves, everything that depends on it moves, and nothing else."""

from datetime import date
from difflib import unified_diff

import orjson
import pytest
from sqlalchemy import Engine

from api.presentation import LISTED, listing
from automation.render import render
from inventory.model.network import Network
from lab import containerlab
from monitoring import exposition
from monitoring.alerts import rules
from monitoring.reports.capacity import REPORT
from monitoring.reports.report import Sources
from monitoring.settings import CapacitySettings
from monitoring.snapshot import Snapshot
from tests.support.facts import edit

DAY = date(2026, 11, 22)
LINK = "pop-trynek-1--gw-szkola-trynek"
CIRCUIT = f"c-{LINK}"


@pytest.fixture
def faster(city: Network) -> Network:
    """The city with 500 instead of 300 Mb/s towards one school, in both directions."""
    return edit(city, "circuits", CIRCUIT, rate={"down": "500 Mb/s", "up": "500 Mb/s"})


def moved(before: str, after: str) -> list[str]:
    """Lines that differ, without their surroundings."""
    difference = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in difference if not line.startswith(("---", "+++", "@@"))]


def test_configuration_moves_on_the_two_ends_and_nowhere_else(city: Network, faster: Network) -> None:
    for device in city.configured():
        lines = moved(str(render(city, device.slug, DAY)), str(render(faster, device.slug, DAY)))
        if device.slug in city.link[LINK].devices:
            assert len(lines) == 2, lines
            assert all("300000000" in line or "500000000" in line for line in lines), lines
        else:
            assert lines == []


def test_the_metric_moves(city: Network, faster: Network) -> None:
    before, after = (exposition.render(Snapshot(at=0.0, network=n)).decode() for n in (city, faster))
    lines = moved(before, after)
    assert {line[0] for line in lines} == {"-", "+"}
    assert all(CIRCUIT in line or LINK in line for line in lines), lines
    assert any("circuit_capacity" in line and line.endswith("5e+08") for line in lines), lines


def test_the_alert_threshold_moves(city: Network, faster: Network) -> None:
    before, after = (rules.capacity_rules(n, CapacitySettings()) for n in (city, faster))
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert [(b["labels"]["link"], b["labels"]["direction"]) for _, b in changed] == [(LINK, "down"), (LINK, "up")]
    for a, b in changed:
        assert a["expr"].endswith("> 210000000") and b["expr"].endswith("> 350000000")


def test_the_report_moves(city: Network, faster: Network, engine: Engine) -> None:
    tables = [REPORT.build(Sources(n, engine, 1.0)).document()["rows"] for n in (city, faster)]
    changed = [(a, b) for a, b in zip(*tables, strict=True) if a != b]
    assert {b["element"] for _, b in changed} == {f"link:{LINK}", "site:szkola-trynek"}
    assert all(b["capacity_down_bps"] == 500_000_000 for _, b in changed)


def test_the_api_moves(city: Network, faster: Network) -> None:
    changed = {
        (noun, b["slug"])
        for noun in LISTED
        for a, b in zip(listing(noun, city), listing(noun, faster), strict=True)
        if orjson.dumps(a) != orjson.dumps(b)
    }
    assert {noun for noun, _ in changed} >= {"circuits", "links"}
    ends = {port.replace(":", "--") for port in (city.link[LINK].a, city.link[LINK].b)}
    for noun, slug in changed:
        assert slug in {CIRCUIT, LINK, *ends} or noun == "interfaces", (noun, slug)


def test_the_topology_does_not_move(city: Network, faster: Network) -> None:
    assert containerlab.export(city, DAY) == containerlab.export(faster, DAY)
