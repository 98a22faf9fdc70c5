"""For any sequence of writes: replaying the log to any moment gives the state that was stored at that moment."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from inventory.database.revision import HistoryEntry
from inventory.database.store import InventoryStore
from inventory.database.tables import chain, facts, history, revisions
from inventory.model.network import NOUNS, Network
from inventory.model.tenant import Tenant, TenantKind
from tests.support.small_network import site

SLUGS = st.sampled_from(["a", "b", "c", "d"])
TENANTS = st.dictionaries(SLUGS, st.sampled_from(["one", "two", "trzecia ąę", "4"]), max_size=4)
SITES = st.dictionaries(SLUGS, st.integers(0, 3), max_size=4)
STATES = st.lists(st.tuples(TENANTS, SITES, st.floats(0, 5)), min_size=1, max_size=8)


def _network(tenants: dict[str, str], sites: dict[str, int]) -> Network:
    return Network(
        tenants=tuple(Tenant(slug=s, name=n, kind=TenantKind.COMMUNE) for s, n in sorted(tenants.items())),
        sites=tuple(site(s, people=p) for s, p in sorted(sites.items())),
    )


def _replayed(entries: list[HistoryEntry], number: int) -> Network:
    """The log read from its beginning, by this test's own means."""
    state: dict[tuple[str, str], Any] = {}
    for entry in sorted(entries, key=lambda e: e.revision.id):
        if entry.revision.id <= number:
            assert state.get((entry.noun, entry.slug)) == entry.before
            state[entry.noun, entry.slug] = entry.after
    alive = {key: body for key, body in sorted(state.items()) if body is not None}
    return Network(**{n: tuple(k.model_validate(b) for (m, _), b in alive.items() if m == n) for n, k in NOUNS.items()})


@pytest.fixture
def emptied(engine: Engine) -> Callable[[], Engine]:
    """The database, without what an earlier example left in it."""

    def empty() -> Engine:
        with engine.execution_options(writes=True).begin() as connection:
            for table in (chain, history, revisions, facts):
                connection.execute(delete(table))
        return engine

    return empty


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES, data=st.data())
def test_the_log_is_the_state(emptied: Callable[[], Engine], states: list[Any], data: st.DataObject) -> None:
    engine, clock = emptied(), [100.0]
    store = InventoryStore(engine, lambda: clock[0])
    expected, instants = [Network()], [0.0]
    for tenants, sites, later in states:
        clock[0] += later
        revision = store.write(_network(tenants, sites), "hypothesis", "one of many")
        if revision.id == len(expected):
            expected.append(_network(tenants, sites))
            instants.append(clock[0])
    entries = store.history(limit=None)
    for number in data.draw(st.permutations(range(len(expected)))):
        for reader in (store, InventoryStore(engine)):
            assert reader.network(number) == expected[number] == _replayed(entries, number)
        assert (
            store.network(instants[number])
            == expected[max(n for n, at in enumerate(instants) if at <= instants[number])]
        )
    assert store.network() == expected[-1]
    assert store.verify().finding is None
