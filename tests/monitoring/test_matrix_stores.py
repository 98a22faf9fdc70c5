"""The stores under the matrix: adding twice, adding late, forgetting; states of elements."""

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
