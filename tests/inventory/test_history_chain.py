"""Whatever is changed behind the program's back is named, first things first."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from inventory.database.chain import GENESIS
from inventory.database.engine import migrate
from inventory.database.revision import Asked
from inventory.database.store import InventoryStore
from inventory.database.verification import Verification, verify
from inventory.model.network import Network
from tests.support.facts import edit, remove

SITE = "biblioteka-sosnica"
OBJECT = f"site:{SITE}"


@pytest.fixture
def store(engine: Engine, city: Network) -> InventoryStore:
    """A history of four revisions, of which the second and third change one site."""
    found = InventoryStore(engine)
    found.write(city, "officer", "first")
    for number in (2, 3):
        found.edit(lambda network, n=number: edit(network, "sites", SITE, people_served=n), "planner", f"{number}")  # type: ignore[misc]
    found.edit(lambda network: remove(network, "links", "core1--core2"), "planner", "the link is gone")
    return found


@contextmanager
def _behind(engine: Engine, *statements: str) -> Iterator[Connection]:
    """Somebody with a password to the database and no respect; taken back at the end unless committed."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for statement in statements:
            if connection.dialect.name == "sqlite":
                statement = statement.replace("AS JSON)", "AS TEXT)")
            assert connection.exec_driver_sql(statement).rowcount > 0, statement
        yield connection
    engine.dispose()


def _where(revision: int, slug: str = SITE) -> str:
    return f"WHERE revision = {revision} AND slug = '{slug}'"


def _replaced(column: str, old: str, new: str) -> str:
    return f"{column} = CAST(REPLACE(CAST({column} AS TEXT), '{old}', '{new}') AS JSON)"


TAMPERED: dict[str, tuple[list[str], tuple[int | None, str | None, str]]] = {
    "the author of a revision": (
        ["UPDATE inventory_revisions SET who = 'nobody' WHERE id = 2"],
        (2, None, "header changed"),
    ),
    "the reason": (["UPDATE inventory_revisions SET why = '' WHERE id = 3"], (3, None, "header changed")),
    "the time": (["UPDATE inventory_revisions SET at = at - 1 WHERE id = 1"], (1, None, "header changed")),
    "what was written": (
        [f"UPDATE inventory_history SET {_replaced('after', '"people_served":2', '"people_served":7')} {_where(2)}"],
        (2, OBJECT, "row changed"),
    ),
    "what was there before": (
        [f"UPDATE inventory_history SET {_replaced('before', '"people_served":2', '"people_served":7')} {_where(3)}"],
        (3, OBJECT, "row changed"),
    ),
    "the kind of change": (
        [f"UPDATE inventory_history SET action = 'created' {_where(3)}"],
        (3, OBJECT, "row changed"),
    ),
    "an entry removed": ([f"DELETE FROM inventory_history {_where(3)}"], (3, OBJECT, "row removed")),
    "an entry added": (
        [
            "INSERT INTO inventory_history (revision, noun, slug, action, before, after) "
            f"SELECT 4, noun, slug, action, before, after FROM inventory_history {_where(3)}"
        ],
        (4, OBJECT, "row added"),
    ),
    "an entry moved": ([f"UPDATE inventory_history SET revision = 4 {_where(3)}"], (3, OBJECT, "row removed")),
    "a revision removed": (["DELETE FROM inventory_revisions WHERE id = 2"], (2, None, "revision missing")),
    "a revision removed with all it did": (
        [
            "DELETE FROM inventory_revisions WHERE id = 3",
            "DELETE FROM inventory_history WHERE revision = 3",
            "DELETE FROM inventory_chain WHERE revision = 3",
        ],
        (3, None, "revision missing"),
    ),
    "the last header removed": (["DELETE FROM inventory_revisions WHERE id = 4"], (4, None, "revision missing")),
    "a seal removed": (["DELETE FROM inventory_chain WHERE revision = 4"], (4, None, "seal missing")),
    "a digest changed": (
        [f"UPDATE inventory_chain SET digest = '{GENESIS}' WHERE revision = 2"],
        (2, None, "header changed"),
    ),
    "a current fact changed": (
        [
            f"UPDATE inventory_facts SET {_replaced('body', '"people_served":3', '"people_served":9')} "
            f"WHERE slug = '{SITE}'"
        ],
        (None, OBJECT, "current facts differ"),
    ),
    "a current fact removed": (
        [f"DELETE FROM inventory_facts WHERE slug = '{SITE}'"],
        (None, OBJECT, "current facts differ"),
    ),
    "a fact that was deleted is back": (
        [
            "INSERT INTO inventory_facts (noun, slug, body) SELECT noun, slug, before FROM inventory_history "
            "WHERE revision = 4"
        ],
        (None, "link:core1--core2", "current facts differ"),
    ),
}


def _found(verification: Verification) -> tuple[int | None, str | None, str]:
    found = verification.finding
    assert found is not None
    return found.revision, found.object, found.problem


def test_an_honest_history_holds(store: InventoryStore) -> None:
    seen = store.verify()
    assert (seen.finding, seen.revision, seen.digest) == (None, 4, store.digest())
    assert seen.entries == store.count_history()
    assert store.verify(seen.digest).finding is None


def test_anybody_can_compute_the_digest(store: InventoryStore) -> None:
    """From the history as it is read, with the standard library alone, in the form the module describes."""

    def text(value: object) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(told: str) -> str:
        return hashlib.sha256(told.encode()).hexdigest()

    previous = "0" * 64
    for number in range(1, 5):
        entries: dict[str, dict[str, str]] = {}
        found = store.history(Asked(since=number, until=number), None)
        for e in found:
            row = {"noun": e.noun, "slug": e.slug, "action": e.change.action, "before": e.before, "after": e.after}
            entries.setdefault(e.noun, {})[e.slug] = digest(text(row))
        header = {name: getattr(found[0].revision, name) for name in ("id", "at", "who", "why")}
        previous = digest("\n".join((previous, text(header), text(entries))))
        assert previous == store.digest(number)


def test_the_first_tampered_entry_is_named(store: InventoryStore, engine: Engine) -> None:
    named = {}
    for what, (statements, _) in TAMPERED.items():
        with _behind(engine, *statements) as connection:
            named[what] = _found(verify(connection))
    assert named == {what: expected for what, (_, expected) in TAMPERED.items()}
    assert store.verify().finding is None, "each was taken back"


def test_of_several_the_first_is_named(store: InventoryStore, engine: Engine) -> None:
    several = ("a current fact removed", "the reason", "the author of a revision")
    with _behind(engine, *(statement for what in several for statement in TAMPERED[what][0])) as connection:
        assert _found(verify(connection)) == (2, None, "header changed")


def test_a_history_written_anew_is_noticed_by_a_digest_noted_earlier(
    store: InventoryStore, engine: Engine, city: Network
) -> None:
    noted, older = store.digest(), store.digest(2)
    shorter = (
        *(f"DELETE FROM {table} WHERE {column} > 2" for table, column in (
            ("inventory_chain", "revision"), ("inventory_history", "revision"), ("inventory_revisions", "id"))),
        *(f"DELETE FROM inventory_facts WHERE {name}" for name in ("slug = 'biblioteka-sosnica'",)),
        "INSERT INTO inventory_facts (noun, slug, body) SELECT noun, slug, after FROM inventory_history "
        "WHERE revision = 2",
        "INSERT INTO inventory_facts (noun, slug, body) SELECT noun, slug, after FROM inventory_history "
        "WHERE slug = 'core1--core2' AND noun = 'links'",
    )  # fmt: skip
    with _behind(engine, *shorter) as connection:
        connection.commit()
    again = InventoryStore(engine)
    assert again.verify().finding is None, "the shorter history is sound in itself"
    assert again.verify(older).finding is None, "and goes on from what was noted before"
    assert _found(again.verify(noted)) == (None, None, "digest not found")
    assert store.network() == edit(city, "sites", SITE, people_served=2), "what was kept in memory is not trusted"


def test_histories_from_before_the_chain_are_sealed(store: InventoryStore, engine: Engine, city: Network) -> None:
    """Down to a schema without the chain and up again: the same digests, for they depend on the history alone."""
    before = store.verify()
    migrate(engine, "0005")
    migrate(engine, "0006")
    migrate(engine, "head")
    assert InventoryStore(engine).verify() == before
    assert InventoryStore(engine).network(1) == city
