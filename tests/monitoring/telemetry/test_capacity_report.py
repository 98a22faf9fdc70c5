"""Percentiles, utilisation and the report made of them."""

import csv
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from api.render import FORMATS
from inventory.errors import WrongUsage
from inventory.model.network import Network
from monitoring.capacity.counters import Volume
from monitoring.capacity.percentile import percentile
from monitoring.capacity.store import TrafficStore
from monitoring.capacity.utilisation import Advice, advise, of_link, of_site
from monitoring.reports import REPORTS, Report, Sources
from monitoring.settings import CapacitySettings

SETTINGS = CapacitySettings()
LINK = "pop-labedy-1--gw-jednostka-baildona"
DOCS = Path(__file__).parents[3] / "docs"


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=300), st.sampled_from([0.05, 0.5, 0.95, 1.0]))
def test_percentile_is_numpys_nearest_rank(values: list[float], share: float) -> None:
    assert percentile(values, share) == np.quantile(values, share, method="inverted_cdf")


def test_percentile_of_a_real_series() -> None:
    shared = os.environ.get("SILESIANET_SHARED")
    series = Path(shared or DOCS.parent.parent / "shared") / "data" / "traffic" / "hourly-backbone-bits.csv"
    if not series.exists():
        assert not os.environ.get("CI"), f"{series} must be there under CI"
        pytest.skip(f"{series} is absent")
    values = [float(line) for line in series.read_text().split()]
    above = sum(value > (percentile(values) or 0) for value in values)
    assert 0.04 * len(values) < above <= 0.05 * len(values)
    assert percentile(values) in values


def test_nothing_measured_has_no_percentile() -> None:
    assert percentile([]) is None
    assert advise(None, SETTINGS) is Advice.UNKNOWN


@pytest.mark.parametrize(
    ("share", "advice"), [(0.49, Advice.FINE), (0.5, Advice.WARN), (0.6, Advice.PLAN), (0.7, Advice.ORDER)]
)
def test_thresholds(share: float, advice: Advice) -> None:
    assert advise(share, SETTINGS) is advice


def test_a_link_is_seen_from_either_end(city: Network) -> None:
    link = city.link[LINK]
    a, b = link.ends
    down = city.capacity_bps(link)
    near = of_link(city, link, {a: {0: (0.0, down * 0.65)}}, SETTINGS)
    far = of_link(city, link, {b: {0: (down * 0.65, 0.0)}}, SETTINGS)
    assert near == far
    assert (near.p95_share, near.p95_bps, near.advice) == (0.65, down * 0.65, Advice.PLAN)
    assert of_link(city, link, {}, SETTINGS).advice is Advice.UNKNOWN


def test_a_site_sums_its_uplinks_before_the_percentile(city: Network) -> None:
    first, second = city.uplinks("gw-skarbnik")
    site = city.device["gw-skarbnik"].site
    busy = {first.ends[0]: {0: (1e6, 5e6), 300: (1e6, 1e6)}, second.ends[0]: {0: (1e6, 1e6), 300: (1e6, 5e6)}}
    found = of_site(city, site, busy, SETTINGS)
    assert found is not None
    assert found.p95_bps == 6e6, "5 + 1 in both slots, never 5 + 5"
    assert found.capacity_down_bps == city.capacity_bps(first), "the backup uplink adds no capacity"
    assert of_site(city, "pop-labedy", busy, SETTINGS) is None


def test_slots_are_added_to_and_gaps_stay_gaps(engine: Engine) -> None:
    store = TrafficStore(engine, 10)
    store.add([Volume("d", "i", 100, 106, 600, 0), Volume("d", "i", 110, 112, 999, 0)])
    store.flush()
    assert store.series(0, 200) == {("d", "i"): {100: (800.0, 0.0)}}, "two seconds of ten are no measurement"
    other = TrafficStore(engine, 10)
    other.add([Volume("d", "i", 106, 110, 1000, 0)])
    other.flush()
    assert store.series(0, 200)["d", "i"][100] == (1280.0, 0.0), "a restart of the monitor adds, it does not replace"
    assert store.forget(110) == 1


@pytest.fixture
def report(engine: Engine, city: Network) -> Report:
    store = TrafficStore(engine, SETTINGS.slot)
    (device, interface), _ = city.link[LINK].ends
    full = city.capacity_bps(city.link[LINK]) * 300 // 8
    store.add([Volume(device, interface, 900_000, 900_300, 0, int(full * 0.8))])
    store.flush()
    return REPORTS["capacity"].build(Sources(city, engine, 1_000_000.0))


def test_the_fullest_link_comes_first(report: Report) -> None:
    rows = report.document()["rows"]
    assert [row["element"] for row in rows[:2]] == [f"link:{LINK}", "site:jednostka-baildona"]
    assert (rows[0]["p95_percent"], rows[0]["advice"], rows[0]["slots"]) == (80.0, "order", 1)
    assert rows[-1]["p95_percent"] is None


@pytest.mark.parametrize("days", ["0", "-1", "x", "1e99", "nan"])
def test_a_bad_period_is_refused(engine: Engine, city: Network, days: str) -> None:
    with pytest.raises(WrongUsage, match="days"):
        REPORTS["capacity"].build(Sources(city, engine, 1_000_000.0, {"days": days}))


@pytest.mark.parametrize("slug", REPORTS)
def test_every_report_is_complete(slug: str, engine: Engine, city: Network) -> None:
    kind = REPORTS[slug]
    assert kind.slug == slug
    assert kind.title_pl
    assert kind.title_en
    made = kind.build(Sources(city, engine, 1_000_000.0))
    assert all(len(row) == len(made.columns) for row in made.rows)
    assert len(made.notes_pl) == len(made.notes_en)
    for name, form in FORMATS.items():
        for language in ("pl", "en"):
            assert form.render(made, language), name


def test_renderings_say_the_same(report: Report) -> None:
    rows = report.document()["rows"]
    read = list(csv.reader(io.StringIO(FORMATS["csv"].render(report, "en").decode("utf-8-sig"))))
    page = FORMATS["html"].render(report, "pl").decode()
    assert len(read) == len(rows) + 1
    assert json.loads(FORMATS["json"].render(report, "pl"))["rows"] == rows
    assert page.count("<tr>") == len(rows) + 1
    assert re.search(r'<html lang="pl">', page)
    assert "brak danych" in page


def test_text_is_not_code(report: Report) -> None:
    evil = Report("x", "<b>", "<b>", 0, report.columns[:1], (("=cmd()",), ("<script>",)))
    assert b"'=cmd()" in FORMATS["csv"].render(evil, "en")
    assert b"<script>" not in FORMATS["html"].render(evil, "en")
