"""What every element costs, over REST: filtered and sorted like other lists, stored or worked out, and exact pairs."""

import time
from typing import Any

import pytest

from api import sweeping
from api.sweeping import Losses
from api.work import Work
from inventory.day import day_at
from monitoring.reachability import loss
from monitoring.sweep_store import SweepStore
from tests.support.api import House

REST = "/api/v1"
LIBRARY = "link:pop-sosnica-1--gw-biblioteka-sosnica"


def asked(house: House, path: str = "losses", **query: Any) -> Any:
    """A document."""
    found = house.client().get(f"{REST}/{path}", params=query)
    assert found.status_code == 200, found.text
    return found.json()


def test_the_worst_comes_first_and_equals_the_single_question(house: House) -> None:
    found = asked(house)
    people = [toll["people"] for toll in found["results"]]
    assert people == sorted(people, reverse=True) and found["count"] >= len(people)
    library = next(t for t in asked(house, limit=1000)["results"] if t["element"] == LIBRARY)
    assert (library["kind"], library["cells"], library["sites"]) == ("link", 8, 1)


def test_filters_and_order_are_those_of_lists(house: House) -> None:
    links = asked(house, kind="link", people__gte=100, ordering="-services,element", limit=1000)["results"]
    assert links and all(t["kind"] == "link" and t["people"] >= 100 for t in links)
    assert [t["services"] for t in links] == sorted((t["services"] for t in links), reverse=True)
    assert house.client().get(f"{REST}/losses", params={"nonsense": 1}).status_code == 422


def test_what_takes_something_from_a_site(house: House) -> None:
    network, day = house.context.inventory.network(), day_at()
    taking = {t["element"] for t in asked(house, site="biblioteka-sosnica", service="wbo", limit=1000)["results"]}
    everything = asked(house, limit=1000)["results"]
    exact = {
        t["element"] for t in everything if ("biblioteka-sosnica", "wbo") in loss(network, t["element"], day).cells
    }
    assert taking == exact and LIBRARY in taking and len(taking) < len(everything)


def test_one_element_names_the_institutions(house: House) -> None:
    found = asked(house, f"losses/{LIBRARY}")
    assert [one["site"] for one in found["institutions"]] == found["sites"]
    assert found["people"] == sum(one["people"] for one in found["institutions"])
    assert house.client().get(f"{REST}/losses/link:nowhere").status_code == 404


def test_what_is_stored_is_what_is_worked_out(house: House) -> None:
    losses, store = Losses(house.context, None), SweepStore(house.context.engine)
    revision, day = house.context.inventory.revision(), losses.day
    store.forget()
    worked_out, pairs = asked(house, limit=1000), asked(house, "losses/pairs")
    losses.store(with_pairs=True)
    assert store.holds(revision, day) == (True, True)
    assert asked(house, limit=1000) == worked_out and asked(house, "losses/pairs") == pairs
    assert pairs["count"] and all(pair["cells"] > pair["alone"] for pair in pairs["results"])
    assert asked(house, as_of="1", limit=1000)["count"] > 0


def test_the_server_stores_them_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "LOOK_SECONDS", 0.05)
    store, work = SweepStore(house.context.engine), Work()
    store.forget()
    sweeping.start(house.context, work)
    held, deadline = (house.context.inventory.revision(), day_at()), time.monotonic() + 30
    while store.holds(*held) != (True, True) and time.monotonic() < deadline:
        time.sleep(0.05)
    work.stop()
    assert store.holds(*held) == (True, True)


@pytest.mark.parametrize("path", ["losses", "losses/pairs", f"losses/{LIBRARY}"])
def test_tenants_see_nothing_of_the_whole_network(house: House, path: str) -> None:
    assert house.bound().get(f"{REST}/{path}").status_code == 403
