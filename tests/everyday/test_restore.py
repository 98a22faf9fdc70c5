"""One device back to any backup, by a change with timers and gate; what is not known is refused."""

import time
from dataclasses import replace

import pytest

from automation import restore
from automation.change import State
from automation.drift import drift, remedy
from automation.expectation import entitled
from automation.restore import Origin, begin, origin
from inventory.errors import RefusedRequest, UnknownObject
from inventory.model.network import Network
from tests.everyday.conftest import Scene
from tests.support.devices import FakeProbes


def back(scene: Scene, point: str | None) -> State:
    """Restore core1 from a point, and how that ended."""
    found = origin(scene.changes, scene.repository, "core1", point)
    draft = begin(scene.changes, "core1", found, "anna")
    scene.changes.plan(draft.id)
    return scene.changes.apply(draft.id, "anna").state


def test_back_to_a_backup_a_change_and_a_moment(scene: Scene) -> None:
    scene.save("core1")
    first = scene.devices.run("core1")
    change = scene.configured("core1")
    second = scene.devices.run("core1")
    scene.save("core1", "core2")
    old = scene.repository.log("core1")[-1].commit
    assert first != second
    assert back(scene, old[:8]) is State.CONFIRMED and scene.devices.run("core1") == first
    assert back(scene, None) is State.CONFIRMED and scene.devices.run("core1") == second
    assert back(scene, change.id) is State.CONFIRMED and scene.devices.run("core1") == first
    assert back(scene, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5))) is State.CONFIRMED
    assert scene.devices.run("core1") == second
    newest = scene.changes.store.list()[0]
    assert newest.kind == restore.KIND and newest.comment.startswith("back to backup")


def test_a_restore_that_costs_a_service_is_taken_back(scene: Scene, city: Network) -> None:
    scene.save("core1")
    scene.configured("core1")
    running = scene.devices.run("core1")
    cell = min(entitled(city, scene.changes.today()))
    probes = FakeProbes(frozenset({cell}), lambda _: scene.devices.run("core1") == running)
    scene.changes = replace(scene.changes, probes=probes)
    assert back(scene, scene.repository.log("core1")[-1].commit) is State.ROLLED_BACK
    assert scene.devices.run("core1") == running
    report = scene.changes.store.list()[0].report
    assert report and [(c.site, c.service) for c in report.lost] == [cell] and not report.coincident


def test_a_hidden_secret_is_refused_with_its_line(scene: Scene) -> None:
    text = "#! part frr\nhostname core1\npassword <secret>\n"
    with pytest.raises(RefusedRequest, match=r"line 3 \(password <secret>\)"):
        begin(scene.changes, "core1", Origin(text, "backup abc"), "anna")
    named = text.replace("<secret>", "<secret:vty>")
    assert begin(scene.changes, "core1", Origin(named, "backup abc"), "anna").kind == restore.KIND


@pytest.mark.parametrize("point", ["c0123456789", "ffffffff", "1999-01-01", "nonsense", "--all"])
def test_a_point_that_is_none_is_unknown(scene: Scene, point: str) -> None:
    scene.save("core1")
    with pytest.raises(UnknownObject):
        origin(scene.changes, scene.repository, "core1", point)


def test_drift_has_a_change_that_puts_it_right(scene: Scene) -> None:
    change = scene.configured("core1", "core2")
    intended = scene.devices.run("core1")
    scope = change.scope
    assert remedy(scene.changes, drift(scene.changes, scope), "anna") is None
    scene.devices.devices["core1"].running += "! typed by hand\nip route 10.9.0.0/16 10.0.0.1\n"
    planned = remedy(scene.changes, drift(scene.changes, scope), "anna")
    assert planned and planned.plan and [d.name for d in planned.plan.devices] == ["core1"]
    assert scene.changes.apply(planned.id, "anna").state is State.CONFIRMED
    assert scene.devices.run("core1") == intended
