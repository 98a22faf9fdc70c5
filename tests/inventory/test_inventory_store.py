"""The store keeps facts and history, on SQLite and PostgreSQL alike."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, inspect, text

from inventory.database.engine import connect, upgrade
from inventory.database.metadata import metadata
from inventory.database.revision import Asked, Superseded
from inventory.database.store import InventoryStore
from inventory.diff import Action
from inventory.errors import UnknownObject
from inventory.model.network import Network
from inventory.model.tenant import Tenant, TenantKind
from tests.support.facts import add, edit, remove

RATE = {"down": "500 Mb/s", "up": "500 Mb/s"}


class Clock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> InventoryStore:
    return InventoryStore(engine, clock)


@pytest.fixture
def faster(city: Network) -> Network:
    return edit(city, "circuits", "c-core1--core2", rate=RATE)


def test_an_empty_store_is_revision_nought(store: InventoryStore) -> None:
    assert store.revision() == 0
    assert store.network() == Network()


def test_what_was_written_is_read(store: InventoryStore, city: Network, engine: Engine) -> None:
    revision = store.write(city, "officer", "first")
    assert (revision.id, revision.at, revision.who, revision.why) == (1, 1_000.0, "officer", "first")
    assert revision.changes.count(Action.CREATED) == len(revision.changes.entries)
    assert InventoryStore(engine).network() == city


def test_writing_the_same_again_makes_no_revision(store: InventoryStore, city: Network) -> None:
    store.write(city, "officer", "first")
    assert store.write(city, "planner", "again").id == store.revision() == 1


def test_any_moment_can_be_read_again(
    store: InventoryStore, clock: Clock, city: Network, faster: Network, engine: Engine
) -> None:
    store.write(city, "officer", "first")
    clock.at = 2_000.0
    store.write(faster, "officer", "upgrade")
    clock.at = 3_000.0
    store.write(remove(faster, "exceptions", "geodeci-baildona"), "planner", "over")
    for fresh in (store, InventoryStore(engine)):
        assert fresh.network(0) == fresh.network(999.9) == Network()
        assert fresh.network(1) == fresh.network(1_000.0) == fresh.network(1_999.9) == city
        assert fresh.network(2) == fresh.network(2_000.0) == faster
        assert fresh.network() == fresh.network(3) == fresh.network(9_999.0) != faster


def test_a_revision_that_is_not_there_is_said_so(store: InventoryStore) -> None:
    with pytest.raises(UnknownObject, match="no revision 7"):
        store.network(7)


def test_history_says_who_what_when_and_why(
    store: InventoryStore, clock: Clock, city: Network, faster: Network
) -> None:
    store.write(city, "officer", "first")
    clock.at = 2_000.0
    store.write(faster, "planner", "school asked")
    store.write(remove(faster, "circuits", "c-core1--core2"), "planner", "gone")
    gone, upgraded, created = store.history(Asked("circuits", "c-core1--core2"))
    assert [gone.change.action, upgraded.change.action, created.change.action] == [
        Action.DELETED,
        Action.UPDATED,
        Action.CREATED,
    ]
    assert (upgraded.revision.who, upgraded.revision.why, upgraded.revision.at) == ("planner", "school asked", 2_000.0)
    assert upgraded.before is not None and upgraded.before["rate"]["down"] == 1_000_000_000
    assert upgraded.after is not None and upgraded.after["rate"]["down"] == 500_000_000
    assert gone.after is None and created.before is None
    assert {entry.noun for entry in store.history(Asked("links"))} == {"links"}
    assert len(store.history(limit=5)) == 5


def test_moments_are_compared(store: InventoryStore, city: Network, faster: Network) -> None:
    store.write(city, "officer", "first")
    store.write(faster, "officer", "upgrade")
    (there,), (back,) = store.diff(1, 2).entries, store.diff(2, 1).entries
    assert [(f.before, f.after) for f in there.fields()] == [(f.after, f.before) for f in back.fields()]
    assert not store.diff(2)


def test_time_never_runs_backwards(store: InventoryStore, clock: Clock, city: Network, faster: Network) -> None:
    store.write(city, "officer", "first")
    clock.at = 500.0
    assert store.write(faster, "officer", "clock was set back").at == 1_000.0


def test_a_write_based_on_the_past_is_refused(store: InventoryStore, city: Network, faster: Network) -> None:
    store.write(city, "officer", "first")
    store.write(faster, "planner", "second", based_on=1)
    with pytest.raises(Superseded, match="at revision 2, the change was made from revision 1"):
        store.write(city, "officer", "unaware", based_on=1)
    assert store.network() == faster


def test_a_failing_write_leaves_nothing(store: InventoryStore, city: Network, engine: Engine) -> None:
    store.write(city, "officer", "first")

    def fail(network: Network) -> Network:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.edit(fail, "planner", "oops")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE inventory_facts"))
    with pytest.raises(Exception, match="inventory_facts"):
        store.write(Network(), "planner", "the table is gone half way")
    assert store.revision() == 1


def test_concurrent_writers_lose_no_update(database_url: str, engine: Engine) -> None:
    """Eight writers with connections of their own each add twenty tenants; all are there, in unbroken revisions."""
    faults: list[Exception] = []

    def adding(slug: str) -> Callable[[Network], Network]:
        return lambda network: add(network, "tenants", Tenant(slug=slug, name=slug, kind=TenantKind.COMMUNE))

    def run(writer: int) -> None:
        mine = connect(database_url)
        try:
            for number in range(20):
                InventoryStore(mine).edit(adding(f"w{writer}-{number}"), f"writer {writer}", "race")
        except Exception as fault:
            faults.append(fault)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=run, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    store = InventoryStore(engine)
    assert len(store.network().tenants) == store.revision() == 160
    assert store.network(160) == store.network()


def test_readers_see_whole_revisions(database_url: str, engine: Engine, city: Network, faster: Network) -> None:
    """While a writer toggles, a reader sees one state or the other, named rightly, never a mixture."""
    store, done = InventoryStore(engine), threading.Event()
    states = {0: Network()} | {n: faster if n % 2 == 0 else city for n in range(1, 31)}

    def toggle() -> None:
        for number in range(1, 31):
            store.write(states[number], "officer", "toggle")
        done.set()

    writer, other = threading.Thread(target=toggle), connect(database_url)
    writer.start()
    while not done.is_set():
        number = InventoryStore(other).revision()
        assert InventoryStore(other).network(number) == states[number]
        assert InventoryStore(other).network() in (Network(), city, faster)
    writer.join()
    other.dispose()
    assert store.revision() == 30


def test_the_migrations_make_the_declared_tables(engine: Engine) -> None:
    """Columns and nullability of the inventory's tables are those the code declares."""
    seen = inspect(engine)
    for name in ("inventory_facts", "inventory_revisions", "inventory_history"):
        columns = {c["name"]: c["nullable"] for c in seen.get_columns(name)}
        assert columns == {c.name: c.nullable for c in metadata.tables[name].columns}
        assert {i["name"] for i in seen.get_indexes(name)} == {str(i.name) for i in metadata.tables[name].indexes}


def test_upgrading_again_changes_nothing(engine: Engine, city: Network) -> None:
    InventoryStore(engine).write(city, "officer", "first")
    upgrade(engine)
    assert InventoryStore(engine).network() == city


def test_processes_may_start_together(database_url: str) -> None:
    """Several processes bring an empty database up to date at once."""
    faults: list[Exception] = []

    def start() -> None:
        mine = connect(database_url)
        try:
            upgrade(mine)
            InventoryStore(mine).network()
        except Exception as fault:
            faults.append(fault)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
