"""A difference says which field of which object changes, from what to what."""

from inventory.diff import Action, diff
from inventory.model.network import Network
from tests.support.facts import edit, edit_interface, remove


def test_the_same_network_does_not_differ(city: Network) -> None:
    assert not diff(city, city.model_copy(update={"sites": tuple(reversed(city.sites))}))


def test_a_rate_is_one_field(city: Network) -> None:
    faster = edit(city, "circuits", "c-core1--core2", rate={"down": "500 Mb/s", "up": "1 Gb/s"})
    changes = diff(city, faster)
    assert list(changes.lines()) == ["~ circuit:c-core1--core2", "    rate.down: 1 Gb/s → 500 Mb/s"]
    assert changes.document() == {
        "summary": {"created": 0, "updated": 1, "deleted": 0},
        "changes": [
            {
                "object": "circuit:c-core1--core2",
                "noun": "circuits",
                "slug": "c-core1--core2",
                "action": "updated",
                "fields": [{"path": "rate.down", "before": 1_000_000_000, "after": 500_000_000}],
            }
        ],
    }


def test_an_interface_is_found_by_its_name(city: Network) -> None:
    moved = edit_interface(city, "core1", "eth1", addresses=["10.254.9.0/31"], description=None)
    assert list(diff(city, moved).lines()) == [
        "~ device:core1",
        "    interfaces[eth1].addresses: [10.254.0.0/31, 2001:db8:44:fe::/127] → [10.254.9.0/31]",
        "    interfaces[eth1].description: do core2 → none",
    ]


def test_created_and_deleted_are_mirrors(city: Network) -> None:
    less = remove(city, "exceptions", "geodeci-baildona")
    assert list(diff(city, less).lines()) == ["- exception:geodeci-baildona"]
    (created,) = diff(less, city).entries
    assert created.action is Action.CREATED and created.document()["fields"] == []
    assert diff(less, city).summary == "1 created, 0 updated, 0 deleted"
