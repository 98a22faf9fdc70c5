"""Advice and overloads are worked out once for a network, and again when anything they depend on changes."""

import pytest

from inventory.model.network import Network
from monitoring.reachability.advice import advise, advisor
from monitoring.reachability.loads import Traffic, overload, overloads
from monitoring.settings import PlanningSettings
from tests.support.api import House
from tests.support.small_network import DAY, link, village


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[Network]:
    """The networks something is computed for from now on."""
    found, compute = list[Network](), getattr(module, name)

    def spied(network: Network, *more: object) -> object:
        found.append(network)
        return compute(network, *more)

    monkeypatch.setattr(module, name, spied)
    return found


def test_the_second_question_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    network = village()
    loads, told = overloads(network, DAY, {"one": Traffic(1e6, 1e6)}), advise(network, DAY, limit=2)
    laid, judged = counted(monkeypatch, overload, "compute"), counted(monkeypatch, advisor, "compute")
    assert overloads(network, DAY, {"one": Traffic(1e6, 1e6)}) is loads
    assert advise(network, DAY, limit=2) is told
    assert not laid and not judged


def test_whatever_it_depends_on_is_asked_anew() -> None:
    network, dear = village(), PlanningSettings(horizon_years=1.0, access_share=1.0)
    loads, told = overloads(network, DAY), advise(network, DAY)
    assert overloads(network, DAY, {"two": Traffic(5e9, 5e9)}) != loads
    assert overloads(network, DAY, elements=["link:core-two"]) != loads
    assert overloads(network, DAY, settings=dear) != loads
    assert advise(network, DAY, settings=dear) != told
    assert advise(network, DAY, limit=1).picks == told.picks[:1]
    wider = village(links=(*network.links, link("pop-dc", "pop", "gw-dc")))
    assert advise(wider, DAY) != told
    assert overloads(wider, DAY) != loads


def test_over_rest_a_change_of_the_inventory_changes_the_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client, store = house.client(), house.context.inventory

    def asked() -> list[object]:
        return [client.get(f"/api/v1/{what}").json() for what in ("advice", "overloads")]

    before = asked()
    judged = counted(monkeypatch, advisor, "compute")
    assert asked() == before and not judged
    network = store.network()
    gone = "pop-sosnica-1--gw-biblioteka-sosnica"
    links = tuple(x for x in network.links if x.slug != gone)
    store.write(network.model_copy(update={"links": links}), "tests", "the line of a library is gone")
    after = asked()
    assert judged and all(new != old for new, old in zip(after, before, strict=True))
