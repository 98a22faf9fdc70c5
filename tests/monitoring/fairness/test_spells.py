"""Spells: what was seen long ago is kept in short, and no figure ever notices."""

import random
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select

from inventory.database.engine import upgrade
from monitoring.observations import Observation, ObservationStore
from monitoring.sla.availability import Spell, account, milliseconds
from monitoring.sla.exclusions import ExclusionStore
from monitoring.sla.spells import SpellStore
from monitoring.sla.tables import spells
from monitoring.tables import observations

HOLD, T0 = 6.0, 1_790_000_000.0
SPAN = (milliseconds(T0), milliseconds(T0 + 4000))
CELL = ("library", "wbo")


@pytest.fixture
def store(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ObservationStore:
    """A store that settles what it holds every hundred seconds."""
    monkeypatch.setenv("SILESIANET_SLA_SETTLE", "100")
    upgrade(engine)
    return ObservationStore(engine)


def history(seed: int, seconds: int = 4000) -> list[Observation]:
    """Results every two seconds, now and then a failure, now and then silence."""
    chance, at, ok, found = random.Random(seed), T0, True, []
    while at < T0 + seconds:
        at += 60.0 if chance.random() < 0.005 else 2.0 + chance.random() / 10
        ok = not ok if chance.random() < 0.02 else ok
        found.append(Observation("wbo", at, ok, None if ok else "tcp"))
    return found


def raw(results: list[Observation]) -> Any:
    alone = [Spell(milliseconds(r.at), milliseconds(r.at), r.ok) for r in sorted(results, key=lambda r: r.at)]
    return account(alone, SPAN, milliseconds(HOLD))


def told(engine: Engine) -> Any:
    found = SpellStore(engine, HOLD).read(T0, T0 + 4000)[CELL]
    return account(found, SPAN, milliseconds(HOLD))


def test_settled_and_single_results_make_one_account(engine: Engine, store: ObservationStore) -> None:
    results = history(1)
    for place in range(0, len(results), 40):
        batch = results[place : place + 40]
        store.add("library", batch, received=batch[-1].at + 1)
    assert told(engine) == raw(results)
    with engine.connect() as connection:
        settled = connection.execute(select(func.count()).select_from(spells)).scalar_one()
    assert 10 < settled < len(results) / 10
    alone = SpellStore(engine, HOLD).single(*CELL, T0, T0 + 4000)
    assert len(alone) == len(results)
    assert account(alone, SPAN, milliseconds(HOLD)) == raw(results)
    with engine.begin() as connection:
        connection.execute(delete(observations).where(observations.c.at < T0 + 3000))
    assert told(engine) == raw(results), "forgetting single results changes nothing"
    exported = SpellStore(engine, HOLD).single(*CELL, T0, T0 + 4000)
    assert account(exported, SPAN, milliseconds(HOLD)) == raw(results)
    assert all(a.until <= b.start for a, b in pairwise(exported))


@pytest.mark.parametrize("seed", range(2))
def test_results_that_come_late_are_worked_in(engine: Engine, store: ObservationStore, seed: int) -> None:
    """An agent is cut off, its site is down, and afterwards it sends what it kept, newest first."""
    results, chance = history(seed), random.Random(seed)
    cut = chance.randrange(200, len(results) - 800)
    kept, rest = results[cut : cut + 500], results[:cut] + results[cut + 500 :]
    for place in range(0, len(rest), 50):
        batch = rest[place : place + 50]
        store.add("library", batch, received=batch[-1].at + 1)
    assert told(engine) == raw(rest)
    for place in range(450, -1, -50):
        store.add("library", kept[place : place + 50], received=T0 + 4100 - place)
        store.add("library", kept[place : place + 10], received=T0 + 4100 - place)
    assert told(engine) == raw(results)


def test_a_window_is_added_read_and_withdrawn(engine: Engine) -> None:
    upgrade(engine)
    given = ExclusionStore(engine)
    added = given.add((T0, T0 + 60), "works", "anna", T0 - 5, None, "wbo")
    assert given.all() == [added]
    assert added.document()["announced"] is True
    assert given.withdraw(added.id, "jan", T0) == given.all()[0]
    assert [w.concerns("library", "wbo") for w in (added, given.all()[0])] == [True, False]
