"""The matrix: verdicts as the contract has them, silence, reasons, and the forms machines read."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.cell import Basis, Fault, Observed, Sight, Verdict, judge
from monitoring.elements import DownElement
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.matrix_formats import csv_parts, octets, octets_index
from monitoring.observations import Latest, Seen
from monitoring.reachability import compute
from tests.support.small_network import denying, village

NOW, STALE = 1_780_300_000.0, 6.0  # 1 June 2026
DAY = day_at(NOW)


def latest(ok: bool, age: float = 1.0, stage: str | None = "tcp", before: bool | None = None) -> Latest:
    """The newest result of a cell, the one before it equal unless said otherwise."""
    failed = None if ok else stage
    last: tuple[Seen, ...] = ((NOW - age - 2, ok if before is None else before, failed), (NOW - age, ok, failed))
    return Latest(NOW - age, ok, NOW - 60, failed, 3.0, "" if ok else "refused", last)


def seen(network: Network, down: tuple[str, ...] = (), silent: tuple[str, ...] = ()) -> dict[tuple[str, str], Latest]:
    """What agents would report, with the agents of some sites silent for 20 s."""
    truth, before = compute(network, DAY, down), compute(network, DAY)
    sites = [s.slug for s in network.sites if network.vantage(s.slug)]
    return {
        (s, v.slug): latest((before if s in silent else truth)(s, v.slug), 20 if s in silent else 1)
        for s in sites
        for v in network.services
    }


def matrix(network: Network, results: dict[tuple[str, str], Latest], *down: str, **more: Any) -> Matrix:
    """The matrix at NOW."""
    states = {element: DownElement(element, NOW - 9, "evidence") for element in down}
    return build(network, results, states, more.get("heartbeats", {}), NOW, STALE)


@pytest.mark.parametrize(
    ("entitled", "computed", "observed", "verdict"),
    [
        (True, True, Observed.OK, Verdict.OK),
        (True, False, Observed.OK, Verdict.OK),
        (True, True, Observed.FAILED, Verdict.LOST),
        (True, False, Observed.STALE, Verdict.LOST),
        (True, True, Observed.STALE, Verdict.UNKNOWN),
        (True, False, Observed.NEVER, Verdict.UNKNOWN),
        (False, True, Observed.OK, Verdict.LEAK),
        (False, False, Observed.FAILED, Verdict.BLOCKED),
        (False, False, Observed.STALE, Verdict.UNKNOWN),
        (False, False, Observed.NEVER, Verdict.UNKNOWN),
    ],
)
def test_verdicts(entitled: bool, computed: bool, observed: Observed, verdict: Verdict) -> None:
    assert judge(entitled, computed, observed) is verdict


def test_what_is_only_sampled_is_never_a_leak() -> None:
    assert judge(False, True, Observed.OK, direct=False) is Verdict.UNKNOWN


def test_one_failure_is_not_yet_an_outage_two_are_and_silence_is_stale() -> None:
    network = village()

    def sight(newest: Latest | None) -> Sight:
        cell = matrix(network, {("one", "wbo"): newest} if newest else {}).cell["one", "wbo"]
        return Sight(cell.observed, cell.stage, cell.basis)

    assert sight(latest(False, before=True)) == Sight(Observed.OK, None, Basis.DIRECT)
    assert sight(latest(False)) == Sight(Observed.FAILED, "tcp", Basis.DIRECT)
    assert sight(latest(True, age=6.1)).observed is Observed.STALE
    assert sight(latest(True, age=5.9)).observed is Observed.OK
    assert sight(None) == Sight()


def test_a_quiet_day_agrees_everywhere() -> None:
    network = village()
    found = matrix(network, seen(network))
    assert found.agreement == 1.0
    assert sum(cell.verdict is Verdict.OK for cell in found.cells) == 8
    assert [c for c in found.cells if c.reason is not None] == []


def test_a_cut_site_is_lost_with_the_cause_from_link_state() -> None:
    network = village()
    found = matrix(network, seen(network, ("link:pop-one",), ("one",)), "link:pop-one")
    lost = [c for c in found.cells if c.verdict is Verdict.LOST]
    assert {(c.site, c.observed) for c in lost} == {("one", Observed.STALE)}
    assert [(c.reason.fault, c.reason.element) for c in lost if c.reason] == [(Fault.OUTAGE, "link:pop-one")] * 3
    assert {c.site for c in found.disagreements} == {"one"}, "silence matches nothing"


@pytest.mark.parametrize(
    ("down", "cause"),
    [
        (("device:pop", "link:core-pop", "link:pop-one", "link:pop-two", "link:pop-hs", "device:gw-one"), "device:pop"),
        (("link:pop-one", "device:gw-one"), "link:pop-one"),
        (("link:core-dc", "link:pop-one"), "link:core-dc"),
    ],
)
def test_the_element_that_explains_most_is_blamed(down: tuple[str, ...], cause: str) -> None:
    network = village()
    found = matrix(network, seen(network, down, ("one", "spot")), *down)
    cell = found.cell["one", "wbo"]
    assert cell.reason is not None
    assert cell.reason.element == cause


def test_a_shared_risk_is_blamed_as_one() -> None:
    network = village()
    down = ("link:core-two", "link:pop-two")
    reason = matrix(network, seen(network, down, ("two",)), *down).cell["two", "wbo"].reason
    assert reason is not None
    assert reason.element == "srg:duct"


def test_two_causes_are_both_named() -> None:
    network = village(srgs=(), links=tuple(x.model_copy(update={"srgs": ()}) for x in village().links))
    down = ("link:core-two", "link:pop-two")
    reason = matrix(network, seen(network, down, ("two",)), *down).cell["two", "wbo"].reason
    assert reason is not None
    assert all(element in reason.text for element in down)


def reason_of(changed: dict[tuple[str, str], Latest], cell: tuple[str, str]) -> tuple[str, str]:
    network = village()
    found = matrix(network, seen(network) | changed).cell[cell]
    assert found.reason is not None
    return found.reason.fault, found.reason.element


def test_failures_nothing_explains_are_told_apart() -> None:
    one, everywhere = ("one", "wbo"), [(s, "wbo") for s in ("one", "two", "spot")]
    assert reason_of({one: latest(False)}, one) == (Fault.CONFIG_DRIFT, "device:gw-one")
    assert reason_of(dict.fromkeys(everywhere, latest(False)), one) == (Fault.OUTAGE, "service:wbo")
    assert reason_of({one: latest(False, stage="http")}, one) == (Fault.OUTAGE, "service:wbo")
    assert reason_of({one: latest(False, stage=None)}, one) == (Fault.PROBE_FAULT, "site:one")
    assert reason_of({("spot", "edms"): latest(True)}, ("spot", "edms")) == (Fault.LEAK, "device:hs")
    assert reason_of({one: latest(True, age=30)}, one) == (Fault.PROBE_FAULT, "site:one")
    nameless = {(s, v): latest(False, stage="dns") for s in ("one", "two", "spot") for v in ("edms", "wbo", "internet")}
    assert reason_of(nameless, one) == (Fault.OUTAGE, "device:dns1")


def test_a_name_that_leads_elsewhere_is_a_wrong_model_known_down_or_not() -> None:
    words = "wbo.example.test resolves to 10.9.9.9 instead of 10.50.0.12"
    astray = replace(latest(False, stage="dns"), text=words)
    found = dict.fromkeys([(s, "wbo") for s in ("one", "two", "spot")], astray)
    assert reason_of(found, ("one", "wbo")) == (Fault.MODEL_WRONG, "service:wbo")
    network, down = village(), {"service:wbo": DownElement("service:wbo", NOW - 9, f"fails at stage dns: {words}")}
    reason = build(network, seen(network) | found, down, {}, NOW, STALE).cell["one", "wbo"].reason
    assert reason is not None
    assert (reason.fault, reason.element) == (Fault.MODEL_WRONG, "service:wbo")


def test_working_against_the_model_is_said() -> None:
    network = village()
    reason = matrix(network, seen(network), "link:pop-one").cell["one", "wbo"].reason
    assert reason is not None
    assert (reason.fault, reason.element) == (Fault.MODEL_WRONG, "link:pop-one")


def test_an_entitlement_the_inventory_itself_forbids() -> None:
    rule = denying("one", "10.50.0.12/32")
    network = village(rules=(rule,))
    cell = matrix(network, seen(network)).cell["one", "wbo"]
    assert (cell.designed, cell.computed, cell.verdict, cell.agrees) == (False, False, Verdict.LOST, True)
    assert cell.reason is not None
    assert "rule:slip" in cell.reason.text


def test_the_contract_shape() -> None:
    network = village()
    document = matrix(network, seen(network, ("link:pop-one",), ("one",)), "link:pop-one").document()
    assert list(document) == ["at", "sites", "services", "cells"]
    lost = next(c for c in document["cells"] if c["verdict"] == "lost")
    told = (
        "site service entitled designed computed observed stage basis since verdict reason families flapping evidence"
    )
    assert list(lost) == told.split()
    assert list(lost["reason"]) == ["class", "element", "text"]
    assert lost["since"].endswith("Z")


def test_octets_are_two_bits_a_cell_lowest_first() -> None:
    network = village()
    found = matrix(network, seen(network, ("link:pop-one",), ("one",)), "link:pop-one")
    rows, index = octets(found), octets_index(found)
    assert index == {"sites": ["hub", "dc", "one", "two", "spot"], "services": ["edms", "wbo", "internet"]}
    assert rows == bytes([0, 0, 0b111111, 0b010101, 0b010110])


def test_csv_has_a_line_for_each_cell() -> None:
    network = village()
    rows = list(
        csv.DictReader(
            io.StringIO("".join(csv_parts(matrix(network, seen(network, ("link:pop-one",), ("one",)), "link:pop-one"))))
        )
    )
    assert len(rows) == 15
    assert {(r["site"], r["reason_element"]) for r in rows if r["verdict"] == "lost"} == {("one", "link:pop-one")}


def test_a_cell_nobody_probes_is_sampled_from_its_class() -> None:
    sites = village().sites
    network = village(sites=(*sites, *(sites[2].model_copy(update={"slug": f"more{i}"}) for i in range(2))))
    results = {(site, "wbo"): latest(True) for site in ("one", "more0", "more1")}
    assert matrix(network, results).cell["two", "wbo"].observed is Observed.NEVER, "the site shows no sign of life"
    alive = matrix(network, results, heartbeats={"two": NOW - 2}).cell["two", "wbo"]
    assert (alive.observed, alive.basis, alive.verdict) == (Observed.OK, Basis.SAMPLED, Verdict.OK)
    few = {cell: result for cell, result in results.items() if cell[0] != "more1"}
    assert matrix(network, few, heartbeats={"two": NOW - 2}).cell["two", "wbo"].observed is Observed.NEVER
