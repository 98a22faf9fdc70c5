"""Ids: the same in every process and on every database, unmoved by what happens to others, exact in JavaScript."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.netbox import number as numbering
from api.netbox.number import Numbers, number
from inventory.model.network import Network
from tests.support.api import House

NAMES = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=60)


@given(NAMES)
def test_numbers_are_small_unique_and_lead_back(names: list[str]) -> None:
    found = Numbers("dcim/devices", names)
    assert {found.of(name): place for place, name in enumerate(names)} == found.place
    assert all(0 < mine < 2**53 for mine in found.place)


def _few(kind: str, name: str, attempt: int = 0) -> int:
    """Numbers so small that names meet all the time."""
    return number(kind, name, attempt) % 97 + 1


@given(NAMES)
def test_names_that_meet_are_moved_apart(names: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "number", _few)
        found = Numbers("dcim/devices", names)
        assert len(found.place) == len(names)
        assert {found.of(name): place for place, name in enumerate(names)} == found.place
        again = Numbers("dcim/devices", sorted(names, reverse=True))
        assert {name: again.of(name) for name in names} == {name: found.of(name) for name in names}


@given(NAMES, st.text(min_size=1))
def test_others_come_and_go_unnoticed(names: list[str], other: str) -> None:
    with_other, without = Numbers("x", {*names, other}), Numbers("x", names)
    assert [with_other.of(name) for name in names] == [without.of(name) for name in names]


def test_numbers_are_those_of_yesterday() -> None:
    """Clients keep ids; whoever changes the hash changes them all."""
    assert number("dcim/devices", "core1") == 163116172288672
    assert number("dcim/sites", "rynek") != number("tenancy/tenants", "rynek")


def test_renaming_one_device_moves_no_other(house: House, city: Network) -> None:
    def ids(path: str) -> dict[str, int]:
        rows = house.client().get(f"/netbox/api/{path}/?limit=0").json()["results"]
        return {row["name"]: row["id"] for row in rows}

    renamed = city.model_dump_json().replace("gw-skarbnik", "gw-skarbiec")
    before, store = ids("dcim/devices"), house.context.inventory
    store.write(Network.model_validate_json(renamed), "tests", "a new name")
    try:
        after = ids("dcim/devices")
    finally:
        store.write(city, "tests", "the old name")
    assert set(before) ^ set(after) == {"gw-skarbnik", "gw-skarbiec"}
    assert {n: i for n, i in after.items() if n in before} == {n: i for n, i in before.items() if n in after}
    assert ids("dcim/devices") == before


def test_the_number_is_the_key_of_every_lookup() -> None:
    calls: Callable[[str, str], int] = number
    assert calls("a", "b") != calls("ab", "")
