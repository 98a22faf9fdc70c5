"""Several processes on one store: no update is lost, and one that is killed leaves nothing half-written."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from inventory.database.store import InventoryStore
from inventory.model.network import Network
from inventory.model.tenant import Tenant, TenantKind
from inventory.sources.files import save
from tests.support.facts import edit
from tests.support.running import COMMAND, environment_of

INCREMENTS, MANY = 25, 1_000

COUNTING = """
import sys
from inventory.database.engine import connect
from inventory.database.store import InventoryStore
store = InventoryStore(connect(sys.argv[1]))
def one_more(network):
    index = next(i for i, site in enumerate(network.sites) if site.slug == "rynek")
    site = network.sites[index]
    more = site.model_copy(update={"people_served": site.people_served + 1})
    return network.model_copy(update={"sites": (*network.sites[:index], more, *network.sites[index + 1:])})
for _ in range(int(sys.argv[2])):
    store.edit(one_more, sys.argv[3], "one more")
"""

TOGGLING = """
import sys
from inventory.database.engine import connect
from inventory.database.store import InventoryStore
from inventory.model.network import Network
store = InventoryStore(connect(sys.argv[1]))
states = [store.network(1), store.network(2)]
print("ready", flush=True)
while True:
    for state in states:
        store.write(state, "toggle", "toggle")
"""


def _start(home: Path, *argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(argv, env=environment_of(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts processes; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(*argv: str) -> subprocess.Popen[str]:
        running.append(_start(tmp_path, *argv))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _many(kind: TenantKind, prefix: str = "t") -> Network:
    return Network(tenants=tuple(Tenant(slug=f"{prefix}{n:05d}", name=f"{kind} {n}", kind=kind) for n in range(MANY)))


def test_two_processes_lose_no_update(
    database_url: str, engine: Engine, city: Network, started: Callable[..., subprocess.Popen[str]]
) -> None:
    InventoryStore(engine).write(edit(city, "sites", "rynek", people_served=0), "officer", "first")
    writers = [
        started(sys.executable, "-c", COUNTING, database_url, str(INCREMENTS), f"writer {number}") for number in (1, 2)
    ]
    assert [(w.wait(60), w.stderr.read() if w.stderr else "") for w in writers] == [(0, ""), (0, "")]
    store = InventoryStore(engine)
    assert store.network().site["rynek"].people_served == 2 * INCREMENTS
    assert store.revision() == 1 + 2 * INCREMENTS
    authors = [entry.revision.who for entry in store.history(limit=2 * INCREMENTS)]
    assert {who: authors.count(who) for who in set(authors)} == {"writer 1": INCREMENTS, "writer 2": INCREMENTS}
    assert store.verify().finding is None


def test_a_writer_that_is_killed_leaves_whole_revisions(
    database_url: str, engine: Engine, started: Callable[..., subprocess.Popen[str]]
) -> None:
    states = _many(TenantKind.COMMUNE), _many(TenantKind.ORGANISATION)
    for state in states:
        InventoryStore(engine).write(state, "officer", "a state")
    chance = random.Random(1)
    for _ in range(3):
        writer = started(sys.executable, "-c", TOGGLING, database_url)
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.02, 0.3))
        writer.kill()
        writer.wait()
        store = InventoryStore(engine)
        assert store.network() == states[(store.revision() + 1) % 2]
        assert store.verify().finding is None
    assert store.revision() > 2


def _being_written(engine: Engine) -> bool:
    """Whether somebody holds the lock of writers."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            held = "SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = 'inventory_revisions'"
            return bool(connection.execute(text(f"{held}::regclass")).scalar())
    with closing(sqlite3.connect(engine.url.database or "", timeout=0, isolation_level=None)) as impatient:
        try:
            impatient.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False


def test_an_import_that_is_killed_is_as_if_it_had_not_begun(
    database_url: str, engine: Engine, tmp_path: Path, started: Callable[..., subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("SILESIANET_DATABASE_URL", database_url)
    store = InventoryStore(engine)
    kinds = TenantKind.COMMUNE, TenantKind.ORGANISATION
    for kind in kinds:
        save(_many(kind), tmp_path / kind)
    before, interrupted = Network(), 0
    for kind, moment in zip((*kinds, kinds[0]), (0.0, 0.04, 0.2), strict=True):
        process = started(*COMMAND, "inventory", "import", str(tmp_path / kind))
        deadline = time.monotonic() + 60
        while not _being_written(engine) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(moment)
        process.kill()
        process.wait()
        now = store.network()
        assert now in (before, _many(kind)), "half an import was written"
        assert store.verify().finding is None
        interrupted += now == before
        before = now
    assert interrupted, "every import was over before it could be killed"
