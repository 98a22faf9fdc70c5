"""The timeline of a cell: what was seen, what was computed, and what had changed at each turn."""

from datetime import date
from typing import Any

import pytest

from inventory.model.network import Network
from monitoring.cell import Observed, Verdict
from monitoring.concern import concerned
from monitoring.element_history import ElementState
from monitoring.reachability.compute import access_of
from monitoring.sla.availability import Spell
from monitoring.timeline import Event, Past, Span, observed_at, timeline
from tests.support.small_network import village

T, HOLD = 1_780_300_000.0, 6.0  # 1 June 2026, 09:46 in Poland


def spell(start: float, until: float, ok: bool) -> Spell:
    return Spell(round((T + start) * 1000), round((T + until) * 1000), ok)


def past(*elements: ElementState, before: Any = (), networks: Any = None, until: float = 1000) -> Past:
    held = networks if networks is not None else [(0.0, village())]
    written = [Event("revision", str(n), "officer: why", T + at) for n, (at, _) in enumerate(held[1:], 2)]
    return Past(T, T + until, [(T + at, network) for at, network in held], written, before, elements)


def told(spans: tuple[Span, ...]) -> list[tuple[float, str, bool, str]]:
    return [(span.start - T, str(span.observed), span.computed, str(span.verdict)) for span in spans]


CUT = ElementState("link:pop-one", False, "port is down", T + 100)
MENDED = ElementState("link:pop-one", True, "port is up", T + 300)
OK_THEN_SILENT = [spell(-50, 98, True), spell(310, 990, True)]


def test_a_cut_is_told_from_beginning_to_end() -> None:
    spans = timeline(past(CUT, MENDED), ("one", "wbo"), OK_THEN_SILENT, HOLD)
    assert told(spans) == [
        (0, "ok", True, "ok"),
        (100, "ok", False, "ok"),
        (104, "stale", False, "lost"),
        (300, "stale", True, "unknown"),
        (310, "ok", True, "ok"),
        (996, "stale", True, "unknown"),
    ]
    assert [s.causes for s in spans[:4]] == [(), ("link:pop-one",), ("link:pop-one",), ()]
    assert [e.text for e in spans[1].changes] == ["down: port is down"]
    assert [e.name for s in spans for e in s.changes] == ["link:pop-one", "link:pop-one"]
    assert [s.until for s in spans[:-1]] == [s.start for s in spans[1:]] and spans[-1].until == T + 1000
    document = spans[1].document()
    assert document["verdict"] == Verdict.OK and document["changes"][0]["kind"] == "element"


def test_what_was_down_before_is_down_from_the_start() -> None:
    down = ElementState("link:pop-one", False, "port is down", T - 500)
    spans = timeline(past(MENDED, before=[down]), ("one", "wbo"), [], HOLD)
    assert told(spans) == [(0, "never", False, "unknown"), (300, "never", True, "unknown")]


def test_elements_elsewhere_make_no_turn() -> None:
    elsewhere = ElementState("link:pop-hs", False, "port is down", T + 100)
    assert len(timeline(past(elsewhere), ("one", "wbo"), [spell(-5, 999, True)], HOLD)) == 1


def test_a_write_and_the_end_of_a_day_change_what_is_entitled() -> None:
    network = village()
    without = village(entitlements=tuple(e for e in network.entitlements if e.service != "wbo"))
    spans = timeline(past(networks=[(0, network), (50, without)]), ("one", "wbo"), [spell(0, 999, True)], HOLD)
    assert [(s.start - T, s.entitled, s.verdict) for s in spans] == [(0, True, "ok"), (50, False, "leak")]
    assert [(e.kind, e.name) for e in spans[1].changes] == [("revision", "2")]
    ending = village(
        services=tuple(s.model_copy(update={"valid_to": date(2026, 6, 1)}) for s in network.services),
    )
    spans = timeline(past(networks=[(0, ending)], until=86400), ("one", "wbo"), [spell(0, 86399, True)], HOLD)
    assert [s.entitled for s in spans] == [True, False]
    assert spans[1].start == 1_780_351_200.0, "midnight in Poland"


@pytest.mark.parametrize(("failures", "spans"), [(1, 1), (2, 3)])
def test_one_failure_is_no_turn_two_are(failures: int, spans: int) -> None:
    failed = spell(100, 100 + 2 * (failures - 1), False)
    seen = [spell(0, 98, True), failed, spell(102 + 2 * (failures - 1), 999, True)]
    assert len(timeline(past(), ("one", "wbo"), seen, HOLD)) == spans


def test_before_the_first_result_nothing_was_seen() -> None:
    seen = [spell(10, 20, False)]
    expected = [Observed.NEVER, Observed.FAILED, Observed.FAILED, Observed.STALE]
    assert [observed_at(seen, T + at, HOLD) for at in (9, 10, 25.9, 26)] == expected


def test_of_others_only_own_elements_are_told() -> None:
    span = timeline(past(CUT), ("one", "wbo"), OK_THEN_SILENT, HOLD)[1]
    assert span.part(lambda name: False).causes == () and span.part(lambda name: False).changes == ()
    assert span.part(lambda name: True) == span


def test_a_site_is_concerned_with_its_usual_ways() -> None:
    network: Network = village()
    names = concerned(access_of(network, date(2026, 6, 1)), "one")
    ours = {"site:one", "device:gw-one", "link:pop-one", "link:core-pop", "device:srv", "service:wbo", "circuit:c"}
    assert names >= ours
    assert not names & {"link:pop-hs", "device:gw-two", "site:two"}
    assert concerned(access_of(network, date(2026, 6, 1)), "nowhere") == frozenset()
