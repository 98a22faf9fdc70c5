"""The stores under the matrix: adding twice, adding late, forgetting; states of elements."""

import time
from dataclasses import replace

from sqlalchemy import Engine

from monitoring.elements import ElementState, ElementStates
from monitoring.observations import Observation, ObservationStore

T = 1_780_300_000.0
CELL = ("one", "wbo")


def at(seconds: float, ok: bool = True, service: str = "wbo") -> Observation:
    return Observation(service, T + seconds, ok, None if ok else "tcp", 3.0, "" if ok else "refused")


def test_adding_twice_changes_nothing(engine: Engine) -> None:
    store = ObservationStore(engine)
    for _ in range(2):
        store.add("one", [at(0), at(2, False)], received=T + 3)
    assert store.recent(8) == {CELL: [(T, True, None), (T + 2, False, "tcp")]}
    assert store.history("one", "wbo", T - 99, T + 99) == [(T, True, None), (T + 2, False, "tcp")]


def test_what_comes_late_never_hides_what_is_newer(engine: Engine) -> None:
    store = ObservationStore(engine)
    store.add("one", [at(0), at(60)], received=T + 61)
    store.add("one", [at(20, False), at(22, False)], received=T + 62)
    cell = store.latest()[CELL]
    assert (cell.at, cell.ok, cell.since) == (T + 60, True, T + 60)
    assert [ok for _, ok, _ in store.recent(8)[CELL]] == [True, False, False, True]
    assert store.recent(1)[CELL] == [(T + 60, True, None)]
    store.add("one", [at(58)], received=T + 63)
    assert store.latest()[CELL].since == T + 58


def test_what_became_of_each_ip_family_is_kept_apart(engine: Engine) -> None:
    store = ObservationStore(engine)
    tried = [replace(at(0), families={"4": "ok"}), replace(at(4), families={"4": "tcp", "6": "ok"})]
    store.add("one", [*tried, replace(at(8), families={"4": "tcp", "6": "ok"})], received=T + 9)
    store.add("one", [replace(at(6), families={"6": "ok"})], received=T + 10)
    assert store.recent_families(8) == {
        (*CELL, "4"): [(T, True, None), (T + 4, False, "tcp"), (T + 8, False, "tcp")],
        (*CELL, "6"): [(T + 4, True, None), (T + 6, True, None), (T + 8, True, None)],
    }
    assert store.recent_families(1)[(*CELL, "4")] == [(T + 8, False, "tcp")]


def test_a_run_of_equal_results_keeps_its_beginning(engine: Engine) -> None:
    store = ObservationStore(engine)
    store.add("one", [at(2.0 * n) for n in range(30)], received=T + 60)
    store.add("one", [at(60, False)], received=T + 61)
    store.add("one", [at(62, False)], received=T + 63)
    cell = store.latest()[CELL]
    assert (cell.ok, cell.since, cell.stage, cell.text, len(cell.last)) == (False, T + 60, "tcp", "refused", 8)


def test_results_from_the_future_are_dated_now(engine: Engine) -> None:
    store = ObservationStore(engine)
    store.add("one", [at(9000)], received=T)
    assert store.latest()[CELL].at == T


def test_a_sign_of_life_needs_no_results(engine: Engine) -> None:
    store = ObservationStore(engine)
    assert store.heartbeat("one") is None
    store.add("one", [], received=T)
    assert store.heartbeats() == {"one": T}


def test_history_is_forgotten_after_the_days_kept(engine: Engine) -> None:
    store, day = ObservationStore(engine, keep_days=1), 86400.0
    store.add("one", [at(0), at(0, service="edms")], received=T)
    store.add("one", [at(day - 10)], received=T + day - 10)
    store.add("one", [at(day + 4000)], received=T + day + 4000)
    assert [seen for seen, _, _ in store.history("one", "wbo", 0, T + 2 * day)] == [T + day - 10, T + day + 4000]
    assert store.history("one", "edms", 0, T + 2 * day) == []
    store.add("one", [at(-5)], received=T + day + 4001)
    assert len(store.history("one", "wbo", 0, T + 2 * day)) == 2, "what is too old is not taken in"
    store.prune(T + 3 * day)
    assert store.history("one", "wbo", 0, T + 2 * day) == []


def test_details_are_kept_and_the_newest_of_each_family_counts(engine: Engine) -> None:
    store = ObservationStore(engine)
    store.add("one", [replace(at(0), families={"4": "ok", "6": "tcp"}, stages={"dns": 1.5}, days_left=30.0)], T)
    store.add("one", [replace(at(2), families={"4": "ok"}), at(4)], T + 5)
    cell = store.latest()[CELL]
    assert (cell.families, cell.stages, cell.days_left) == ({"4": "ok", "6": "tcp"}, {"dns": 1.5}, 30.0)
    store.add("two", [replace(at(0), days_left=12.0)], T)
    assert store.days_left() == {"wbo": 12.0}


def test_changes_are_remembered_for_longer_than_results(engine: Engine) -> None:
    store = ObservationStore(engine)
    for minute in range(10):
        store.add("one", [at(60.0 * minute + 2 * n, minute % 2 == 0) for n in range(9)], T + 60 * minute + 20)
    cell = store.latest()[CELL]
    assert [seen for seen, _, _ in cell.changes] == [T + 60 * minute for minute in range(10)]
    assert {ok for _, ok, _ in cell.last} == {False}


def test_only_what_is_new_is_read_again(engine: Engine) -> None:
    reading, writing = ObservationStore(engine), ObservationStore(engine)
    writing.add("one", [at(0)], T)
    first = reading.latest()
    assert reading.latest() is first, "nothing new, nothing read"
    writing.add("two", [at(1, False)], T + 1)
    second = reading.latest()
    assert set(first) == {CELL} and set(second) == {CELL, ("two", "wbo")}
    assert second[CELL] is first[CELL]
    writing.add("one", [], T + 2, {"queue": 3})
    assert reading.latest() is second
    assert (reading.heartbeat("one"), reading.health()) == (T + 2, {"one": {"queue": 3}})


def test_element_states_keep_when_it_began_and_ignore_old_news(engine: Engine) -> None:
    states = ElementStates(engine)
    states.record("link:a", True, "up", T)
    states.record("link:a", False, "port is down", T + 2)
    states.record_all([ElementState("link:a", False, "port is down", T + 4), ElementState("link:b", True, "up", T + 4)])
    states.record("link:a", True, "a late packet", T + 3)
    down = states.down()
    assert list(down) == ["link:a"]
    assert (down["link:a"].since, down["link:a"].evidence) == (T + 2, "port is down")
    assert states.seen() == {"link:a": T + 4, "link:b": T + 4}
    states.record("link:a", True, "up", T + 5)
    assert states.down() == {}


def test_what_was_down_at_any_time_is_known(engine: Engine) -> None:
    states = ElementStates(engine)
    for seconds, up in ((0, True), (2, True), (4, False), (6, False), (9, True), (20, False)):
        states.record("link:a", up, "port is up" if up else "port is down", T + seconds)
    states.record("link:b", False, "silent", T + 5)
    states.record("link:a", True, "a late packet", T + 19)
    assert [sorted(states.down_at(T + s)) for s in (-1, 3, 4, 5, 8.9, 9, 30)] == [
        [], [], ["link:a"], ["link:a", "link:b"], ["link:a", "link:b"], ["link:b"], ["link:a", "link:b"],
    ]  # fmt: skip
    down = states.down_at(T + 7)["link:a"]
    assert (down.since, down.evidence) == (T + 4, "port is down")
    changes = [(s.element, s.up, s.at - T) for s in states.changes(T - 1, T + 19)]
    assert changes == [("link:a", False, 4), ("link:b", False, 5), ("link:a", True, 9)]
    assert [s.at - T for s in states.changes(T + 4, T + 5)] == [5]


def test_old_changes_of_elements_are_forgotten_but_not_how_it_was_then(engine: Engine) -> None:
    now = time.time()
    early, states = now - 40 * 86400, ElementStates(engine, keep_days=30)
    for days, up in ((0, True), (1, False), (2, True), (3, False), (20, True)):
        ElementStates(engine, keep_days=90).record("link:a", up, "seen", early + days * 86400)
    states.record("link:b", True, "seen", now)
    assert sorted(states.down_at(now - 29 * 86400)) == ["link:a"]
    assert [s.at for s in states.changes(0, now)] == [early + 3 * 86400, early + 20 * 86400]
