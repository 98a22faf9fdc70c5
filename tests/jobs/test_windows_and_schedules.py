"""Maintenance windows, black-outs and schedules, in the time of the city."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from automation.change import Scope, State
from automation.jobs import cron
from automation.jobs.admission import Calendar, NotNow
from automation.jobs.detach import Terms, detach
from automation.jobs.job import Ended, JobState
from automation.jobs.schedule import Schedules
from automation.jobs.store import JobStore
from automation.jobs.window import Window
from inventory.errors import BadInput, RefusedRequest, UnknownObject, WrongUsage
from tests.support.scene import Scene

CITY = ZoneInfo("Europe/Warsaw")
SITE, DEVICE = "szkola-trynek", "gw-szkola-trynek"


def at(text: str) -> float:
    """An instant, as the clock of the city shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY).timestamp()


def window(name: str, **more: object) -> Window:
    """A window from two to five every night, unless told."""
    given = {"blackout": False, "cron": "0 2 * * *", "minutes": 180, "begins": None, "ends": None, "scope": Scope()}
    return Window.model_validate({"name": name, "reason": "", "who": "anna", "created": 0.0} | given | more)


BLACKOUT = {"blackout": True, "cron": None, "minutes": None}


def test_a_window_comes_round_in_local_time() -> None:
    nights = window("nights")
    assert nights.open_until(at("2026-11-28T03:00"), CITY) == at("2026-11-28T05:00")
    assert nights.open_until(at("2026-11-28T05:00"), CITY) is None
    assert nights.open_until(at("2026-11-28T02:00"), CITY) == at("2026-11-28T05:00")
    assert nights.next_opening(at("2026-11-28T05:00"), CITY) == at("2026-11-29T02:00")
    summer = cron.following("0 12 * * *", at("2026-10-24T13:00"), CITY)
    assert summer == at("2026-10-25T12:00") and summer - at("2026-10-24T12:00") == 25 * 3600


@pytest.mark.parametrize("expression", ["", "0 2 * *", "0 0 2 * * *", "99 * * * *", "0 0 31 2 *", "nightly"])
def test_what_is_no_cron_expression_is_said_so(expression: str) -> None:
    with pytest.raises(BadInput, match="not a cron expression"):
        cron.check(expression)


def test_outside_its_window_a_change_is_refused_and_told_when(scene: Scene) -> None:
    calendar = Calendar(scene.changes.engine)
    calendar.add(window("nights", scope=Scope(sites=(SITE,))))
    change = scene.changes.store.get(scene.plan(Scope(devices=(DEVICE,))))
    with pytest.raises(NotNow, match=rf"{DEVICE} .*window nights, which is closed; .* 2026-11-29 02:00 Europe/Warsaw"):
        calendar.admit(scene.city, change, at("2026-11-28T12:00"))
    calendar.admit(scene.city, change, at("2026-11-29T02:30"))
    other = scene.changes.store.get(scene.plan(Scope(sites=("szkola-sikornik",))))
    calendar.admit(scene.city, other, at("2026-11-28T12:00"))


def test_a_black_out_refuses_inside_a_window_and_the_next_moment_is_after_both(scene: Scene) -> None:
    calendar = Calendar(scene.changes.engine)
    ends = at("2026-11-29T12:00")
    calendar.add(window("nights"))
    calendar.add(window("vote", **BLACKOUT, begins=at("2026-11-28T00:00"), ends=ends, reason="elections"))
    change = scene.changes.store.get(scene.plan(Scope(devices=(DEVICE,))))
    with pytest.raises(NotNow, match=r"black-out vote until 2026-11-29 12:00 .*\(elections\)") as told:
        calendar.admit(scene.city, change, at("2026-11-29T03:00"))
    assert told.value.opens == at("2026-11-30T02:00")
    calendar.override(scene.city, change, "anna", "a school is cut off", at("2026-11-29T03:00"))
    calendar.admit(scene.city, change, at("2026-11-29T03:00"))
    (kept,) = calendar.overrides(change.id)
    assert (kept.who, kept.why) == ("anna", "a school is cut off") and "black-out vote" in kept.against
    calendar.remove("vote")
    with pytest.raises(UnknownObject):
        calendar.remove("vote")


def test_windows_that_make_no_sense_are_refused(engine: Engine) -> None:
    calendar = Calendar(engine)
    calendar.add(window("nights"))
    with pytest.raises(RefusedRequest, match="there is one already"):
        calendar.add(window("nights"))
    for wrong in ({"cron": None}, {"minutes": None}, {"cron": None, "minutes": None}):
        with pytest.raises(WrongUsage):
            calendar.add(window("odd", **wrong))


def test_a_change_is_refused_or_waits_or_goes_against_it(scene: Scene) -> None:
    """A black-out without an end, then one with an end."""
    calendar, jobs = Calendar(scene.changes.engine), scene.changes.jobs
    id_ = scene.plan(Scope(devices=(DEVICE,)))
    calendar.add(window("frozen", **BLACKOUT, begins=1.0))
    with pytest.raises(NotNow, match="no later time is known"):
        scene.changes.apply(id_, "anna")
    with pytest.raises(NotNow, match="black-out frozen"):
        detach(scene.changes, jobs, id_, "anna", Terms(wait=True))
    calendar.remove("frozen")
    ends = scene.changes.clock.wall() + 3600
    calendar.add(window("today", **BLACKOUT, begins=1.0, ends=ends))
    assert scene.untouched()
    waiting = detach(scene.changes, jobs, id_, "anna", Terms(wait=True))
    assert waiting.state == "queued" and waiting.not_before == pytest.approx(ends)
    with pytest.raises(RefusedRequest, match=f"job {waiting.id} carries it out already"):
        detach(scene.changes, jobs, id_, "anna", Terms())
    jobs.cancel(waiting.id)
    assert detach(scene.changes, jobs, id_, "anna", Terms(at=ends + 60)).not_before == pytest.approx(ends + 60)
    calendar.override(scene.city, scene.changes.store.get(id_), "anna", "urgent")
    assert scene.changes.apply(id_, "anna").state is State.CONFIRMED


def test_a_schedule_makes_one_job_however_many_look(engine: Engine, store: JobStore) -> None:
    schedules = Schedules(engine)
    made = schedules.add("nightly", "0 2 * * *", "backup", Scope(sites=(SITE,)), "anna")
    assert schedules.due(store) == ()
    night = [schedules.due(store, lambda: made.next + 1) for _ in range(3)]
    ((job,), *rest) = night
    assert rest == [(), ()] and (job.kind, job.who) == ("backup", "anna (schedule nightly)")
    later = made.next + 86_400 * 5
    assert schedules.due(store, lambda: later) == (), "the last one is not over"
    taken = store.claim("one", ("main",))
    assert taken is not None and taken.payload == {"scope": {"devices": [], "sites": [SITE]}}
    store.finish(job.id, taken.token, Ended(JobState.DONE, ""))
    assert len(schedules.due(store, lambda: later + 86_400)) == 1, "five nights missed are made up for once"
    assert schedules.list()[0].next > later + 86_400
    schedules.remove("nightly")
    with pytest.raises(UnknownObject):
        schedules.remove("nightly")
    with pytest.raises(WrongUsage, match="cannot be scheduled"):
        schedules.add("x", "0 2 * * *", "reboot", Scope(), "anna")
