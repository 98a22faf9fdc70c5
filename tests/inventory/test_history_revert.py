"""One revision is taken back as a new one, field by field, and only where nobody changed it since."""

import pytest
from sqlalchemy import Engine

from inventory.checks.registry import BadFacts, accept
from inventory.database.revision import Asked
from inventory.database.store import InventoryStore
from inventory.day import day_at
from inventory.merge import merge
from inventory.model.network import Network
from inventory.revert import ChangedSince, reverted
from tests.support.facts import edit, edit_interface, remove

SITE, LINK, CIRCUIT = "biblioteka-sosnica", "core1--core2", "c-core1--core2"


@pytest.fixture
def store(engine: Engine, city: Network) -> InventoryStore:
    found = InventoryStore(engine)
    found.write(city, "officer", "first")
    return found


def _revert(store: InventoryStore, number: int) -> Network:
    entries = store.history(Asked(since=number, until=number), None)
    store.edit(lambda network: accept(reverted(network, entries), day_at()), "planner", f"revert of {number}")
    return store.network()


def test_a_revision_is_taken_back_and_the_rest_stays(store: InventoryStore, city: Network) -> None:
    store.edit(
        lambda n: edit(remove(n, "exceptions", "geodeci-baildona"), "sites", SITE, people_served=1), "officer", "two"
    )
    store.edit(lambda n: edit(n, "sites", "rynek", people_served=2), "officer", "three")
    assert _revert(store, 2) == edit(city, "sites", "rynek", people_served=2)
    assert store.revision() == 4 and store.verify().finding is None
    assert _revert(store, 4) == store.network(3), "a revert is a change like any other"
    assert _revert(store, 5) == store.network(4)


def test_other_fields_of_the_same_object_stay(store: InventoryStore, city: Network) -> None:
    store.edit(lambda n: edit(n, "sites", SITE, people_served=1, opening_hours="never"), "officer", "two")
    store.edit(lambda n: edit(n, "sites", SITE, district="Elsewhere"), "officer", "three")
    assert _revert(store, 2) == edit(city, "sites", SITE, district="Elsewhere")


def test_parts_with_names_are_merged_by_name(store: InventoryStore, city: Network) -> None:
    store.edit(lambda n: edit_interface(n, "core1", "eth1", description="two"), "officer", "two")
    store.edit(lambda n: edit_interface(n, "core1", "eth2", description="three"), "officer", "three")
    assert _revert(store, 2) == edit_interface(city, "core1", "eth2", description="three")


def test_what_was_changed_since_is_refused_with_every_object(store: InventoryStore, city: Network) -> None:
    rate = {"down": "1 Mb/s", "up": "1 Mb/s"}
    store.edit(
        lambda n: edit(edit(n, "sites", SITE, people_served=1), "circuits", CIRCUIT, rate=rate), "officer", "two"
    )
    third = store.edit(lambda n: edit(n, "sites", SITE, people_served=2), "officer", "three")
    store.edit(lambda n: edit(n, "circuits", CIRCUIT, rate={"down": "2 Mb/s", "up": "1 Mb/s"}), "officer", "four")
    with pytest.raises(ChangedSince) as refused:
        _revert(store, 2)
    assert set(refused.value.clashes) == {(f"site:{SITE}", "people_served"), (f"circuit:{CIRCUIT}", "rate.down")}
    assert store.revision() == 4
    _revert(store, 4)
    _revert(store, third.id)
    assert _revert(store, 2) == city, "in reverse order all can be taken back"


def test_deleted_objects_come_back_unless_they_are_others_now(store: InventoryStore, city: Network) -> None:
    store.edit(lambda n: remove(n, "exceptions", "geodeci-baildona"), "officer", "two")
    assert _revert(store, 2) == city
    assert _revert(store, 2) == city, "what is there already stays"
    store.edit(lambda n: edit(n, "exceptions", "geodeci-baildona", valid_from="2020-01-01"), "officer", "four")
    with pytest.raises(ChangedSince, match="exception:geodeci-baildona: it was changed since"):
        _revert(store, 2)


def test_a_result_that_breaks_rules_is_refused(store: InventoryStore) -> None:
    """Something needs by now what would go away: the link hangs on the circuit, and so on."""
    store.edit(lambda n: remove(n, "links", LINK), "officer", "two")
    store.edit(lambda n: remove(n, "circuits", CIRCUIT), "officer", "three")
    with pytest.raises(BadFacts, match=f"link:{LINK}"):
        _revert(store, 2)
    assert store.revision() == 3


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged", "clashes"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}, ()),
        ({"a": 1}, {"a": 1}, {"a": 3}, {"a": 3}, ()),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}, ()),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2}, ("a",)),
        ({"a": {"x": 1, "y": 1}}, {"a": {"x": 2, "y": 1}}, {"a": {"x": 1, "y": 3}}, {"a": {"x": 2, "y": 3}}, ()),
        ({"a": [1]}, {"a": [2]}, {"a": [3]}, {"a": [2]}, ("a",)),
        (
            {"a": [{"name": "x", "v": 1}, {"name": "y", "v": 1}]},
            {"a": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]},
            {"a": [{"name": "y", "v": 1}]},
            {"a": [{"name": "y", "v": 2}]},
            (),
        ),
        ({"a": 1}, None, None, None, ()),
        ({"a": 1}, None, {"a": 2}, None, ("",)),
        ({"a": 1}, {"a": 2}, None, {"a": 2}, ("",)),
        ({"a": 1}, {"a": 1}, None, None, ()),
        (None, None, {"a": 1}, {"a": 1}, ()),
    ],
)
def test_fields_are_merged(base: object, ours: object, theirs: object, merged: object, clashes: object) -> None:
    assert merge(base, ours, theirs) == (merged, clashes)  # type: ignore[arg-type]
