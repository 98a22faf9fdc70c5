"""How a change ends, fault by fault, on devices in memory."""

import threading
import time
from dataclasses import replace

import pytest

from automation import rollback
from automation.apply import Step
from automation.change import DevicePlan, Outcome, Scope, State
from automation.gate import Prediction
from automation.lease import Leases
from inventory.errors import RefusedRequest
from tests.support.devices import BOOTSTRAP
from tests.support.scene import CELL, QUICK, SCOPE, Scene, slower


class Killed(BaseException):
    """The controller ends here, whatever it was doing."""


def test_a_good_change_is_confirmed_from_the_core_outwards(scene: Scene) -> None:
    steps: list[str] = []
    report = scene.apply(say=lambda step: steps.append(step.text))
    assert report.state is State.CONFIRMED and set(scene.outcomes(report).values()) == {Outcome.DONE}
    assert [s.rpartition(": ")[2] for s in steps[:3]] == ["core1", "pop-trynek-1", "gw-szkola-trynek"]
    assert all(scene.devices.devices[name].confirmed == 1 for name in SCOPE.devices)
    assert scene.changes.store.get(report.change).report == report


def test_a_second_apply_changes_nothing(scene: Scene) -> None:
    scene.apply()
    report = scene.apply()
    assert report.state is State.CONFIRMED and set(scene.outcomes(report).values()) == {Outcome.UNCHANGED}
    assert scene.devices.devices["core1"].commits == 1


def test_a_lost_cell_undoes_everything_and_is_named(scene: Scene) -> None:
    scene.probes.fine = lambda _: scene.devices.run("gw-szkola-trynek") == BOOTSTRAP
    report = scene.apply()
    assert report.state is State.ROLLED_BACK and set(scene.outcomes(report).values()) == {Outcome.ROLLED_BACK}
    assert [(c.site, c.service) for c in report.lost] == [CELL] and not report.coincident
    assert scene.untouched() and report.restored is True


def test_a_loss_that_does_not_come_back_is_said_so(scene: Scene) -> None:
    scene.probes.fine = lambda _: scene.devices.devices["core1"].commits == 0
    report = scene.apply()
    assert report.state is State.ROLLED_BACK and scene.untouched() and report.restored is False


def test_a_coincident_outage_undoes_and_is_reported_as_such(scene: Scene) -> None:
    scene.changes = replace(scene.changes, forecast=lambda *_: Prediction())
    scene.probes.fine = lambda _: scene.devices.run("gw-szkola-trynek") == BOOTSTRAP
    report = scene.apply()
    assert report.state is State.ROLLED_BACK and report.coincident == report.lost != ()


@pytest.mark.parametrize(
    ("ails", "outcome", "reason"),
    [
        ("refuses", Outcome.REFUSED, "line 3 is wrong"),
        ("fails", Outcome.FAILED, "disk full"),
        ("alone", Outcome.ROLLED_BACK, "no OSPF neighbour"),
        ("cut-off", Outcome.ROLLED_BACK, "could not be reached"),
    ],
)
def test_a_sick_device_stops_the_rest_and_undoes_the_earlier(
    scene: Scene, ails: str, outcome: Outcome, reason: str
) -> None:
    scene.devices.devices["pop-trynek-1"].ails = ails
    report = scene.apply()
    found = {d.name: d for d in report.devices}
    assert report.state is State.ROLLED_BACK
    assert found["pop-trynek-1"].outcome is outcome and reason in found["pop-trynek-1"].reason
    assert found["core1"].outcome is Outcome.ROLLED_BACK
    assert found["gw-szkola-trynek"].outcome is Outcome.SKIPPED
    assert scene.untouched() and scene.devices.devices["gw-szkola-trynek"].commits == 0


def test_nothing_begun_is_not_called_rolled_back(scene: Scene) -> None:
    scene.devices.devices["core1"].ails = "refuses"
    report = scene.apply()
    assert report.state is State.REFUSED
    assert list(scene.outcomes(report).values()) == [Outcome.REFUSED, Outcome.SKIPPED, Outcome.SKIPPED]


def test_a_session_lost_during_the_commit_is_asked_about(scene: Scene) -> None:
    scene.devices.devices["pop-trynek-1"].ails = "loses-session"
    report = scene.apply()
    assert report.state is State.CONFIRMED and scene.devices.devices["pop-trynek-1"].commits == 1


def test_a_device_that_moved_since_the_plan_is_refused(scene: Scene) -> None:
    id_ = scene.plan(Scope(devices=("core1",)))
    scene.devices.devices["core1"].running += "hostname somebody-was-here\n"
    report = scene.changes.apply(id_, "test")
    assert report.state is State.REFUSED and "moved since the plan" in report.reason


def test_a_plan_expires_with_the_inventory(scene: Scene) -> None:
    id_ = scene.plan()
    scene.inventory.write(scene.city.model_copy(update={"services": scene.city.services[1:]}), "test", "later")
    with pytest.raises(RefusedRequest, match="inventory has moved"):
        scene.changes.apply(id_, "test")
    assert scene.untouched()


def test_a_change_is_applied_once(scene: Scene) -> None:
    report = scene.apply()
    with pytest.raises(RefusedRequest, match="the change is confirmed"):
        scene.changes.apply(report.change, "test")


def test_cancelling_takes_back_what_was_begun(scene: Scene) -> None:
    def say(step: Step) -> None:
        if "batch 2" in step.text:
            (job,) = [j for j in scene.changes.jobs.list() if j.state == "running"]
            scene.changes.jobs.cancel(job.id)

    report = scene.apply(say=say)
    assert report.state is State.ROLLED_BACK and report.reason == "cancelled" and scene.untouched()
    assert scene.changes.jobs.list()[0].state == "cancelled"


@pytest.mark.parametrize("word", ["batch 2", "probes of", "confirming"])
def test_a_controller_that_dies_leaves_nothing_behind(scene: Scene, word: str) -> None:
    def say(step: Step) -> None:
        if word in step.text:
            raise Killed

    id_ = scene.plan()
    with pytest.raises(Killed):
        scene.changes.apply(id_, "test", say)
    assert scene.changes.store.get(id_).state in (State.APPLYING, State.VERIFYING, State.CONFIRMING)
    next_plan = scene.plan()
    dead = scene.changes.store.get(id_)
    assert dead.state is State.ROLLED_BACK and dead.report is not None and "controller" in dead.report.reason
    assert scene.untouched()
    assert scene.changes.apply(next_plan, "test").state is State.CONFIRMED


def test_a_controller_that_dies_between_two_confirmations(scene: Scene) -> None:
    """What was confirmed already goes back too, or half a change would stay."""
    id_ = scene.plan()
    device = scene.devices.devices["pop-trynek-1"]
    end = device.end

    def dies(outcome: str, reason: str) -> None:
        if outcome == "confirmed":
            raise Killed
        end(outcome, reason)

    device.end = dies  # type: ignore[method-assign]
    with pytest.raises(Killed):
        scene.changes.apply(id_, "test")
    assert scene.devices.devices["core1"].confirmed == 1
    (report,) = scene.changes.recover()
    assert report.state is State.ROLLED_BACK and scene.untouched()


def test_recovery_names_a_device_that_cannot_be_asked(scene: Scene) -> None:
    def say(step: Step) -> None:
        if "probes of" in step.text:
            scene.devices.devices["core1"].ails = "unreachable"
            raise Killed

    with pytest.raises(Killed):
        scene.apply(say=say)
    (report,) = scene.changes.recover()
    assert report.state is State.FAILED and "core1" in report.reason and report.restored is False


def test_while_a_change_is_under_way_others_are_refused(scene: Scene) -> None:
    id_ = scene.plan()
    leases = Leases(scene.changes.engine, 5)
    with leases.hold("network"), pytest.raises(RefusedRequest, match="another change is under way"):
        scene.changes.apply(id_, "test")
    assert scene.changes.apply(id_, "test").state is State.CONFIRMED


def test_who_lost_the_lock_touches_nothing_more(scene: Scene) -> None:
    def say(step: Step) -> None:
        if "batch 2" in step.text:
            with scene.changes.engine.execution_options(writes=True).begin() as connection:
                connection.exec_driver_sql("UPDATE leases SET token = token + 1")
            time.sleep(QUICK.lease_seconds / 2)

    with pytest.raises(RefusedRequest, match="lock on the network was lost"):
        scene.apply(say=say)
    assert scene.devices.devices["gw-szkola-trynek"].commits == 0


def test_a_confirmed_change_is_rolled_back_as_a_change(scene: Scene) -> None:
    first = scene.apply()
    before = {name: scene.devices.run(name) for name in SCOPE.devices}
    scene.inventory.edit(slower, "test", "")
    second = scene.apply()
    assert {n for n in SCOPE.devices if scene.devices.run(n) != before[n]} == {"pop-trynek-1"}
    report = scene.changes.rollback(second.change, "test")
    assert report.state is State.CONFIRMED and {name: scene.devices.run(name) for name in SCOPE.devices} == before
    assert scene.changes.store.get(report.change).undoes == second.change
    with pytest.raises(RefusedRequest, match="nothing of ours was configured before"):
        rollback.begin(scene.changes, first.change, "test")
    with pytest.raises(RefusedRequest, match="only a confirmed change"):
        rollback.begin(scene.changes, scene.changes.create(SCOPE, "", "test").id, "test")


def test_first_bring_up_waits_for_what_was_predicted(scene: Scene) -> None:
    """Nothing was ok before: silence is not enough to confirm."""
    scene.changes = replace(scene.changes, forecast=lambda *_: Prediction(gained=frozenset({CELL})))
    scene.probes.fine = lambda _: False
    report = scene.apply()
    assert report.state is State.ROLLED_BACK and [(c.site, c.service) for c in report.lost] == [CELL]
    scene.probes.fine = lambda _: scene.devices.run("gw-szkola-trynek") != BOOTSTRAP
    assert scene.apply().state is State.CONFIRMED


def test_stop_before_the_first_device(scene: Scene) -> None:
    stop = threading.Event()
    stop.set()
    report = scene.changes.apply(scene.plan(), "test", stop=stop)
    assert report.state is State.FAILED and set(scene.outcomes(report).values()) == {Outcome.SKIPPED}


def test_a_device_that_was_reset_is_no_longer_counted_as_configured() -> None:
    wanted = "#! part frr\nhostname core1\nrouter ospf\n area 0\n#! part nftables\ntable inet silesianet {\n}\n"
    plan = {"name": "core1", "platform": "frr", "candidate": wanted, "diff": "", "commands": ()}
    ours = DevicePlan(**plan, running=wanted.replace("area 0", "area 1"))
    assert ours.carries_ours
    assert not ours.model_copy(update={"running": "#! part frr\nhostname core1\n"}).carries_ours
    assert not ours.model_copy(update={"running": None}).carries_ours
