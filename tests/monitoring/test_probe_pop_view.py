"""The view from the management station: two failures put a service down, a dead resolver is told from dead services."""

from typing import Any

from monitoring.pop_view import PopView
from tests.support.small_network import village

NAMES = ("edms", "wbo", "internet")


def result(service: str, at: float, stage: str | None = None) -> dict[str, Any]:
    return {"service": service, "at": at, "ok": stage is None, "stage": stage, "text": "words"}


def told(view: PopView, *results: dict[str, Any], down: tuple[str, ...] = ()) -> dict[str, bool]:
    return {state.element: state.up for state in view.judge(village(), results, down)}


def test_two_failures_in_a_row_put_a_service_down_and_one_answer_up() -> None:
    view = PopView()
    assert told(view, result("wbo", 1, "tcp")) == {"device:dns1": True}
    found = view.judge(village(), [result("wbo", 3, "tcp")], ())
    assert [(s.element, s.up) for s in found] == [("device:dns1", True), ("service:wbo", False)]
    assert "stage tcp" in found[1].evidence
    assert told(view, result("wbo", 5)) == {"device:dns1": True, "service:wbo": True}


def test_when_no_name_resolves_it_is_the_resolver() -> None:
    view = PopView()
    assert told(view, *(result(name, 1, "dns") for name in NAMES)) == {}
    assert told(view, *(result(name, 3, "dns") for name in NAMES)) == {"device:dns1": False}
    assert told(view, *(result(name, 5, "dns") for name in NAMES)) == {"device:dns1": False}
    assert told(view, result("wbo", 7))["device:dns1"] is True


def test_when_one_name_is_missing_it_is_the_service() -> None:
    view = PopView()
    found: dict[str, bool] = {}
    for at in (1.0, 3.0, 5.0):
        found = told(view, result("edms", at), result("wbo", at, "dns"))
    assert found == {"device:dns1": True, "service:edms": True, "service:wbo": False}


def test_what_the_station_cannot_see_is_not_judged() -> None:
    view = PopView()
    told(view, result("internet", 1, "tcp"))
    assert told(view, result("internet", 3, "tcp"), down=("link:core-border",)) == {"device:dns1": True}


def test_a_station_cut_off_by_its_own_gateway_blames_the_gateway() -> None:
    view, heard = PopView(), {"device:gw-dc": 100.0}
    for at in (107.0, 109.0):
        found = view.judge(village(), [result("wbo", at), result("internet", at, "tcp")], (), heard)
    assert {s.element: s.up for s in found} == {"device:gw-dc": False, "device:dns1": True, "service:wbo": True}
    again = view.judge(village(), [result("internet", 111, "tcp")], ("device:gw-dc",), {"device:gw-dc": 109.0})
    assert [s.element for s in again] == ["device:dns1"]


def test_a_gateway_that_answers_is_not_blamed() -> None:
    view = PopView()
    for at in (107.0, 109.0):
        found = view.judge(village(), [result("internet", at, "tcp")], (), {"device:gw-dc": at - 1})
    assert {s.element for s in found if not s.up} == {"service:internet"}


def test_a_probe_that_could_not_run_proves_nothing() -> None:
    view = PopView()
    for at in (1.0, 3.0, 5.0):
        broken = {**result("wbo", at), "ok": False}
        assert "service:wbo" not in told(view, broken)
