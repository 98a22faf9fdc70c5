"""What is remembered of a NetBox, on both kinds of database."""

import pytest
from sqlalchemy import Engine, inspect

from inventory.database.metadata import metadata
from inventory.errors import WrongUsage
from inventory.sources.netbox.mirror import FEED, WAKE, Mirror, add_pairs, drop, drop_older, keep, put
from inventory.sources.netbox.models import SITES


@pytest.fixture
def mirror(engine: Engine) -> Mirror:
    return Mirror(engine)


def test_rows_are_kept_by_number_and_replaced(mirror: Mirror) -> None:
    with mirror.writing() as connection:
        keep(connection, SITES, {2: {"name": "b"}, 1: {"name": "a"}}, 1)
    with mirror.writing() as connection:
        keep(connection, SITES, {1: {"name": "A"}}, 2)
        drop_older(connection, 2)
        keep(connection, SITES, {7: {"name": "g"}}, 2)
        drop(connection, SITES, [7, 8])
    assert list(mirror.rows(SITES)) == [(1, {"name": "A"})]


@pytest.mark.parametrize("value", [1, "text", None, {"last": 7, "numbers": [1, 2]}])
def test_states_are_what_was_put(mirror: Mirror, value: object) -> None:
    mirror.put(FEED, 0)
    mirror.put(FEED, value)
    assert mirror.state(FEED) == value


def test_a_page_and_its_place_are_kept_together(mirror: Mirror) -> None:
    with pytest.raises(ZeroDivisionError), mirror.writing() as connection:
        keep(connection, SITES, {1: {}}, 1)
        put(connection, FEED, 1)
        raise ZeroDivisionError
    assert list(mirror.rows(SITES)) == [] and mirror.state(FEED) is None


def test_pairs_follow_what_both_sides_have(mirror: Mirror) -> None:
    with mirror.writing() as connection:
        add_pairs(connection, SITES, {1: "dc", 2: "hub"})
    mirror.pair({SITES: {"dc": 3, "hub": 2, "new": 4}})
    assert mirror.pairing() == {SITES: {3: "dc", 2: "hub", 4: "new"}}


def test_our_own_requests_are_known(mirror: Mirror) -> None:
    mirror.own("r-1")
    mirror.own("r-1")
    assert mirror.ours(["r-1", "r-2", "r-2"]) == {"r-1"} and mirror.ours([]) == frozenset()


def test_a_mirror_belongs_to_one_netbox(mirror: Mirror) -> None:
    mirror.belong_to("http://a")
    mirror.belong_to("http://a")
    mirror.pair({SITES: {"dc": 1}})
    with pytest.raises(WrongUsage, match="paired with the NetBox at http://a"):
        mirror.belong_to("http://b")
    assert mirror.pairing()
    mirror.belong_to("http://b", forget=True)
    assert mirror.pairing() == {} and mirror.state(WAKE) is None


def test_a_bell_is_heard_each_time(mirror: Mirror) -> None:
    mirror.wake()
    first = mirror.state(WAKE)
    mirror.wake()
    assert mirror.state(WAKE) != first


def test_the_migration_makes_the_declared_tables(engine: Engine) -> None:
    seen = inspect(engine)
    for name in ("netbox_mirror", "netbox_pairs", "netbox_requests", "netbox_state"):
        columns = {c["name"]: c["nullable"] for c in seen.get_columns(name)}
        assert columns == {c.name: c.nullable for c in metadata.tables[name].columns}
        assert {i["name"] for i in seen.get_indexes(name)} == {str(i.name) for i in metadata.tables[name].indexes}
