"""Service levels by month: borders in Polish time, dated entitlements, windows, and the figure worked out again."""

import importlib.util
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.network import Network
from monitoring.observations import Observation, ObservationStore
from monitoring.reports import REPORTS, Sources
from monitoring.sla.exclusions import ExclusionStore
from monitoring.sla.export import raw
from monitoring.sla.figures import NOT_ENTITLED, Figure, Month
from monitoring.sla.month import first_day, midnight, month_of
from tests.support.small_network import village

SCRIPT = Path(__file__).parents[3] / "deploy" / "recompute_sla.py"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
HOUR, MINUTE = 3_600_000, 60_000


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def seen(engine: Engine, start: str, *states: tuple[int, bool], site: str = "one", service: str = "wbo") -> None:
    """Results every five seconds: ok or failed for so many seconds each; received at the end."""
    moment, results = at(start), []
    for seconds, ok in states:
        results += [Observation(service, moment + 5 * n, ok, None if ok else "tcp") for n in range(seconds // 5)]
        moment += seconds
    results.append(Observation(service, moment, states[-1][1]))
    ObservationStore(engine, keep_days=4000).add(site, results, received=moment)


def figure(engine: Engine, month: str, network: Network | None = None, service: str = "wbo") -> Figure:
    return next(iter(Month(engine, network or village(), month, NOW).figures("one", service)))


def recomputed(text: str) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("recompute_sla", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.recompute(text.splitlines(keepends=True))
    return found


@pytest.mark.parametrize(
    ("month", "hours"), [("2026-02", 28 * 24), ("2026-03", 31 * 24 - 1), ("2026-10", 31 * 24 + 1), ("2026-11", 720)]
)
def test_a_month_is_as_long_as_in_poland(empty: Engine, month: str, hours: int) -> None:
    assert Month(empty, village(), month, NOW).figures("one", "wbo")[0].account.total == hours * HOUR


def test_months_begin_at_polish_midnight(empty: Engine) -> None:
    """An outage from 23:50 to 00:20 Polish time on 31 October (winter time by then) falls into both months."""
    seen(empty, "2026-10-31T23:40:00+01:00", (600, True), (1800, False), (600, True))
    october, november = figure(empty, "2026-10").account, figure(empty, "2026-11").account
    assert (october.up, october.down, october.incidents) == (10 * MINUTE, 10 * MINUTE, 1)
    assert (november.up, november.down, november.incidents) == (10 * MINUTE, 20 * MINUTE, 1)
    assert october.share == 0.5
    assert november.share == 1 / 3
    assert month_of(at("2026-10-31T23:30:00+00:00")) == "2026-11"


def test_the_hour_that_comes_twice_counts_twice(empty: Engine) -> None:
    """On 25 October 2026 clocks go back at 3:00: from 1:30 to 3:30 by the clock are three hours."""
    seen(empty, "2026-10-25T01:30:00+02:00", (3 * 3600, True))
    assert figure(empty, "2026-10").account.up == 3 * HOUR
    assert midnight(date(2026, 10, 26)) - midnight(date(2026, 10, 25)) == 25 * 3600


def test_what_is_left_out_is_listed_with_its_reason(empty: Engine) -> None:
    seen(empty, "2026-11-10T10:00:00+01:00", (600, True), (1200, False), (600, True))
    given = ExclusionStore(empty)
    span = (at("2026-11-10T10:20:00+01:00"), at("2026-11-10T11:00:00+01:00"))
    before = at("2026-11-09T08:00:00+01:00")
    window = given.add(span, "new router", "anna", before, "one", None)
    given.add((0.0, 1.0), "long ago", "anna", before, None, None)
    given.add(span, "elsewhere", "anna", before, "two", None)
    found = figure(empty, "2026-11")
    assert [w.reason for w in found.windows] == ["new router (said by anna at 2026-11-09T07:00:00.000Z)"]
    assert (found.account.down, found.account.excluded) == (10 * MINUTE, 40 * MINUTE)
    assert found.met is False
    assert given.withdraw(window.id, "jan", NOW).document()["withdrawn_by"] == "jan"
    assert figure(empty, "2026-11").account.down == 20 * MINUTE
    with pytest.raises(RefusedRequest, match="jan"):
        given.withdraw(window.id, "jan", NOW)
    with pytest.raises(UnknownObject):
        given.withdraw(99, "jan", NOW)


def test_days_without_entitlement_do_not_count(empty: Engine) -> None:
    """An exception takes the service away on the 10th; down on that day is no downtime, on the 11th it is."""
    day = date(2026, 11, 10)
    deny = {"slug": "x", "site": "one", "service": "wbo", "effect": "deny", "reason": "r"}
    network = village(exceptions=[{**deny, "valid_from": day, "valid_to": day}])
    seen(empty, "2026-11-10T23:50:00+01:00", (1200, False))
    found = figure(empty, "2026-11", network)
    assert [(w.reason, w.end - w.start) for w in found.windows] == [(NOT_ENTITLED, timedelta(days=1).total_seconds())]
    assert found.account.down == 10 * MINUTE
    assert not Month(empty, network, "2026-10", NOW).windows(("one", "wbo"))


def test_anybody_can_work_the_figure_out_again(empty: Engine) -> None:
    """Nothing but the exported file and a script of its own; equal to the millisecond."""
    seen(empty, "2026-10-31T23:58:00.123+01:00", (300, True), (45, False), (130, True))
    seen(empty, "2026-11-02T10:00:00.500+01:00", (60, False), (600, True), (30, False), (30, True))
    given = ExclusionStore(empty)
    given.add((at("2026-11-02T10:05:00+01:00"), at("2026-11-02T10:10:30+01:00")), "=tests", "a, b", NOW, None, "wbo")
    month = Month(empty, village(), "2026-11", NOW)
    text = raw(empty, month, ("one", "wbo"))
    document = figure(empty, "2026-11").document()
    assert document["down_ms"] > 0
    assert document["excluded_ms"] == 330_000
    assert recomputed(text) == {key: document[key] for key in recomputed(text)}
    lines = [line.split(",") for line in text.splitlines() if line.startswith("result,")]
    inside = 180 + 45 + 130 + 60 + 600 + 30 + 30
    assert len([line for line in lines if line[1] > "2026-10-31T23:00"]) == inside // 5 + 2


def test_blind_is_neither_up_nor_met(empty: Engine) -> None:
    found = figure(empty, "2026-11")
    assert (found.met, found.account.share, found.account.unknown) == (None, None, 720 * HOUR)
    assert recomputed(raw(empty, Month(empty, village(), "2026-11", NOW), ("one", "wbo")))["availability"] is None


def test_a_month_that_runs_ends_now(empty: Engine) -> None:
    moment = at("2026-11-01T06:00:00+01:00")
    assert Month(empty, village(), "2026-11", moment).figures("one")[0].account.total == 6 * HOUR
    assert Month(empty, village(), "2027-01", moment).figures("one")[0].account.total == 0
    with pytest.raises(WrongUsage, match="no month"):
        first_day("2026-13")


def test_the_report_puts_what_missed_its_target_first(empty: Engine) -> None:
    seen(empty, "2026-11-10T10:00:00+01:00", (600, False))
    seen(empty, "2026-11-10T10:00:00+01:00", (600, True), service="edms")
    report = REPORTS["sla"].build(Sources(village(), empty, NOW, {"month": "2026-11"}))
    rows = [dict(zip([c.key for c in report.columns], row, strict=True)) for row in report.rows]
    assert [(r["site"], r["service"], r["met"], r["down"]) for r in (rows[0], rows[-1])] == [
        ("one", "wbo", "no", 10.0),
        ("one", "edms", "yes", 0.0),
    ]
    assert {(r["site"], r["service"]) for r in rows} == {
        (site, service) for site in ("one", "two") for service in ("edms", "wbo", "internet")
    } | {("spot", "wbo"), ("spot", "internet")}
