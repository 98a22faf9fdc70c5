"""Two changes at the same time: side by side on different devices, one after the other where they meet."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from automation.apply import Step
from automation.change import Report, Scope, State
from automation.jobs.nearness import pop_of
from automation.jobs.territory import EVERYTHING, territory
from automation.lease import LockHeld
from inventory.errors import RefusedRequest
from inventory.model.network import Network
from tests.support.scene import Scene
from tests.support.small_network import village

TRYNEK, SIKORNIK = Scope(sites=("szkola-trynek",)), Scope(sites=("szkola-sikornik",))
Begun = Callable[[Scope], tuple[threading.Event, threading.Thread, list[Any]]]


@pytest.fixture
def begun(scene: Scene) -> Begun:
    """A change that stands still once its first device is to be touched, until its event is set."""

    def begin(scope: Scope) -> tuple[threading.Event, threading.Thread, list[Any]]:
        id_, go_on, standing, ends = scene.plan(scope), threading.Event(), threading.Event(), list[Any]()

        def say(step: Step) -> None:
            if step.text.startswith("batch 1"):
                standing.set()
                go_on.wait(60)

        def work() -> None:
            try:
                ends.append(scene.changes.apply(id_, "anna", say))
            except RefusedRequest as error:
                ends.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        assert standing.wait(60)
        return go_on, thread, ends

    return begin


def test_different_devices_side_by_side(scene: Scene, begun: Begun) -> None:
    go_on, thread, ends = begun(TRYNEK)
    assert scene.apply(SIKORNIK).state is State.CONFIRMED
    assert [c.state for c in scene.changes.store.under_way()] == [State.APPLYING], "the first one was let be"
    go_on.set()
    thread.join(60)
    assert isinstance(ends[0], Report) and ends[0].state is State.CONFIRMED
    assert {r.change for r in ends} == {c.id for c in scene.changes.store.confirmed()[:1]}


def test_a_shared_device_excludes_and_is_named_with_its_holder(scene: Scene, begun: Begun) -> None:
    planned = scene.plan(TRYNEK)
    go_on, thread, ends = begun(TRYNEK)
    with pytest.raises(
        LockHeld, match=r"device:gw-szkola-trynek: another change .* \(change c\w+ of test, process \d+"
    ):
        scene.changes.apply(planned, "jan")
    go_on.set()
    thread.join(60)
    assert ends[0].state is State.CONFIRMED


def test_a_change_of_another_revision_waits(scene: Scene, begun: Begun) -> None:
    go_on, thread, _ = begun(TRYNEK)
    scene.inventory.write(scene.city.model_copy(update={"services": scene.city.services[1:]}), "test", "later")
    second = scene.plan(SIKORNIK)
    with pytest.raises(LockHeld, match="from revision 1 of the inventory, this one is from 2"):
        scene.changes.apply(second, "jan")
    go_on.set()
    thread.join(60)
    assert scene.changes.apply(second, "jan").state is State.CONFIRMED


def test_infrastructure_needs_the_whole_network(scene: Scene, begun: Begun) -> None:
    core = scene.plan(Scope(devices=("core1",)))
    assert territory(scene.city, scene.changes.store.get(core).plan) == EVERYTHING
    site = scene.changes.store.get(scene.plan(TRYNEK)).plan
    assert territory(scene.city, site) == {"device:gw-szkola-trynek"}
    go_on, thread, _ = begun(TRYNEK)
    with pytest.raises(LockHeld, match="under way on gw-szkola-trynek"):
        scene.changes.apply(core, "jan")
    go_on.set()
    thread.join(60)
    assert scene.changes.apply(core, "jan").state is State.CONFIRMED


def test_the_pop_of_a_device_is_the_nearest_one_upwards(city: Network) -> None:
    assert pop_of(city, "gw-szkola-trynek") == "pop-trynek-1"
    assert pop_of(city, "core1") is None and pop_of(city, "pop-trynek-1") is None
    small = village()
    assert {name: pop_of(small, name) for name in ("gw-one", "gw-two", "hs", "gw-dc")} == {
        "gw-one": "pop", "gw-two": "pop", "hs": "pop", "gw-dc": None,
    }  # fmt: skip
