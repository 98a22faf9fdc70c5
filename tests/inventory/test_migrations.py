"""The schema goes down to nothing and up again, step by step, with rows in every table."""

from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
)

from inventory.database.engine import migrate, newest_version, schema_version
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.facts import edit

STEPS = [f"{number:04d}" for number in range(1, int(newest_version()) + 1)]
VALUES: dict[type, Any] = {Boolean: True, JSON: {}, Integer: 1, Float: 1.0, LargeBinary: b"1"}
KEPT = ("inventory_facts", "inventory_revisions", "inventory_history")


def _tables(engine: Engine) -> dict[str, Table]:
    found = MetaData()
    found.reflect(engine)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def _value(kind: Any) -> Any:
    return next((value for type_, value in VALUES.items() if isinstance(kind, type_)), "1")


def _fill(engine: Engine) -> None:
    """One row in every table that has none."""
    for table in _tables(engine).values():
        with engine.begin() as connection:
            if not connection.execute(select(func.count()).select_from(table)).scalar_one():
                connection.execute(insert(table), {column.name: _value(column.type) for column in table.columns})


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in _tables(engine).items()
        }


def test_every_step_goes_down_and_up_with_rows_in_it(engine: Engine, city: Network) -> None:
    store = InventoryStore(engine)
    store.write(city, "officer", "first")
    store.edit(lambda network: edit(network, "sites", "rynek", people_served=1), "officer", "second")
    noted = store.verify()
    _fill(engine)
    before = _counts(engine)
    assert all(before.values())
    for step in reversed(STEPS[:-1]):
        migrate(engine, step)
        assert schema_version(engine) == step
        assert {name: _counts(engine)[name] for name in KEPT} == {name: before[name] for name in KEPT}
    for step in STEPS[1:]:
        migrate(engine, step)
    assert _counts(engine).keys() == before.keys()
    assert InventoryStore(engine).verify() == noted
    assert InventoryStore(engine).network(1) == city


def test_the_whole_schema_goes_down_to_nothing_and_up_again(engine: Engine, city: Network) -> None:
    InventoryStore(engine).write(city, "officer", "first")
    _fill(engine)
    names = set(_tables(engine))
    migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine, "head")
    assert set(_tables(engine)) == names
    assert InventoryStore(engine).revision() == 0


def test_a_migration_that_fails_changes_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes out before a migration is written down: the schema is as before."""

    def broken(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError

    for step in reversed(STEPS):
        before = set(_tables(engine)), schema_version(engine)
        below = "base" if step == STEPS[0] else f"{int(step) - 1:04d}"
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", broken)
            migrate(engine, below)
        assert (set(_tables(engine)), schema_version(engine)) == before
        migrate(engine, below)
