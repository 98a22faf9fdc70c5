"""A change of many devices is tried on one, then on more; a canary that fails keeps it from the others."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.apply import Step
from automation.change import Danger, Outcome, Scope, State
from automation.order import batches, pops, waves
from automation.settings import ChangeSettings
from inventory import platforms
from inventory.demo import gliwice
from inventory.errors import RefusedRequest
from inventory.generator import region as made
from inventory.model.device import INFRASTRUCTURE
from inventory.platforms import CommitConfirm
from inventory.sources.files import load
from tests.support.devices import BOOTSTRAP
from tests.support.scene import CELL, SCOPE, Scene

CITY = load(gliwice())
NAMES = [d.slug for d in CITY.configured()]


@given(
    names=st.sets(st.sampled_from(NAMES), min_size=1), changing=st.data(), size=st.integers(1, 9),
    per_pop=st.integers(1, 5), growth=st.integers(2, 9),
)  # fmt: skip
def test_every_device_once_and_no_pop_crowded(
    names: set[str], changing: st.DataObject, size: int, per_pop: int, growth: int
) -> None:
    by = ChangeSettings(batch_size=size, per_pop=per_pop, wave_growth=growth)
    touched = changing.draw(st.sets(st.sampled_from(sorted(names))))
    found, pop = waves(CITY, names, touched, {"szkola-trynek"}, by), pops(CITY)
    flat = [name for wave in found for batch in wave for name in batch]
    assert sorted(flat) == sorted(names)
    for batch in (batch for wave in found for batch in wave):
        assert len(batch) <= size or (len(found) > 1 and batch == found[0][0])
        crowd = Counter(pop[n] for n in batch if CITY.device[n].role not in INFRASTRUCTURE)
        assert all(count <= per_pop for count in crowd.values())
    if len(found) > 1:
        assert len(touched) >= by.canary_from and len(found[0]) == len(found[0][0]) == 1
        assert found[0][0][0] in touched


def test_the_canary_stands_where_probes_can_tell_and_fewest_would_notice() -> None:
    found = waves(CITY, NAMES, NAMES, {"szkola-trynek", "biblioteka-sosnica"}, ChangeSettings())
    people = {s: CITY.site[s].people_served for s in ("szkola-trynek", "biblioteka-sosnica")}
    assert CITY.device[found[0][0][0]].site == min(people, key=lambda s: people[s])


def test_where_nothing_worked_before_there_is_no_canary() -> None:
    assert len(waves(CITY, NAMES, NAMES, set(), ChangeSettings())) == 1


def test_batches_go_outwards() -> None:
    flat = [n for batch in batches(CITY, NAMES, 8, 4) for n in batch]
    assert flat.index("core1") < flat.index("pop-trynek-1") < flat.index("gw-szkola-trynek")


@pytest.fixture
def region(tmp_path: Path) -> Scene:
    """A region of more than 500 configured devices, and one school whose e-service is watched."""
    return Scene(made(510, seed=3), tmp_path)


def test_a_canary_that_fails_keeps_a_change_from_500_devices(region: Scene) -> None:
    names = [d.slug for d in region.city.configured()]
    assert len(names) > 500
    site = next(s.slug for s in region.city.sites if region.city.vantage(s.slug) and s.people_served)
    cell = (site, next(iter(region.city.services)).slug)
    region.probes.cells = frozenset({cell})
    region.probes.fine = lambda _: all(d.commits == 0 for d in region.devices.devices.values())
    region.changes = replace(
        region.changes, settings=region.changes.settings.model_copy(update={"workers": 64, "lease_seconds": 60})
    )
    report = region.apply(Scope())
    touched = [name for name, d in region.devices.devices.items() if d.commits]
    assert report.state is State.ROLLED_BACK and len(touched) == 1, touched
    assert region.city.device[touched[0]].site == site
    assert region.devices.run(touched[0]) == BOOTSTRAP
    assert Counter(d.outcome for d in report.devices)[Outcome.SKIPPED] == len(names) - 1


def test_waves_are_told_and_all_is_kept_at_the_end(scene: Scene) -> None:
    steps: list[str] = []
    scene.changes = replace(
        scene.changes, settings=scene.changes.settings.model_copy(update={"canary_from": 2, "wave_growth": 2})
    )
    report = scene.apply(say=lambda step: steps.append(step.text))
    assert report.state is State.CONFIRMED and {d.outcome for d in report.devices} == {Outcome.DONE}
    assert steps[0].startswith("canary: ")
    assert any(step.startswith("wave 2 of 2") for step in steps)
    assert len([s for s in steps if s.startswith("probes of")]) == 2


def test_a_loss_in_the_second_wave_undoes_the_canary_too(scene: Scene) -> None:
    settings = scene.changes.settings.model_copy(update={"canary_from": 2, "wave_growth": 2})
    scene.changes = replace(scene.changes, settings=settings)
    scene.probes.fine = lambda _: scene.devices.run("core1") == BOOTSTRAP
    report = scene.apply()
    assert report.state is State.ROLLED_BACK and scene.untouched() and report.restored is True


def test_an_approval_holds_for_one_plan(scene: Scene) -> None:
    id_ = scene.plan()
    approved = scene.changes.approve(id_, "somebody")
    assert approved.state is State.APPROVED and approved.approval is not None and approved.plan is not None
    assert (approved.approval.who, approved.approval.plan) == ("somebody", approved.plan.id)
    scene.devices.devices["core1"].running = "#! part frr\nfrr defaults datacenter\n"
    replanned = scene.changes.plan(id_)
    assert replanned.state is State.PLANNED
    with pytest.raises(RefusedRequest, match="an earlier plan was approved"):
        scene.changes.apply(id_, "test")


def test_an_approval_is_worth_nothing_once_the_inventory_moved(scene: Scene) -> None:
    id_ = scene.plan()
    scene.changes.approve(id_, "somebody")
    scene.inventory.write(scene.city.model_copy(update={"services": scene.city.services[1:]}), "test", "moved")
    for step in (scene.changes.approve, scene.changes.apply):
        with pytest.raises(RefusedRequest, match="inventory has moved"):
            step(id_, "test")


def test_a_device_that_moved_since_an_old_plan_stops_it_before_the_first_is_touched(scene: Scene) -> None:
    scene.changes = replace(scene.changes, settings=scene.changes.settings.model_copy(update={"approved_seconds": 0}))
    id_ = scene.plan()
    scene.devices.devices["gw-szkola-trynek"].running = "#! part frr\nfrr defaults datacenter\n"
    report = scene.changes.apply(id_, "test")
    assert report.state is State.REFUSED and "gw-szkola-trynek" in report.reason
    assert all(d.commits == 0 for d in scene.devices.devices.values())


def test_four_eyes(scene: Scene) -> None:
    scene.changes = replace(scene.changes, settings=scene.changes.settings.model_copy(update={"approval": "other"}))
    id_ = scene.plan()
    with pytest.raises(RefusedRequest, match="nobody but its author"):
        scene.changes.apply(id_, "one")
    scene.changes.approve(id_, "one")
    with pytest.raises(RefusedRequest, match="nobody but its author"):
        scene.changes.apply(id_, "one")
    scene.changes.approve(id_, "another")
    assert scene.changes.apply(id_, "one").state is State.CONFIRMED


def test_a_rehearsal_is_kept_with_the_plan(scene: Scene) -> None:
    told = {"designed": {"lost": [], "gained": [dict(zip(("site", "service"), CELL, strict=True))]}}
    scene.changes = replace(scene.changes, rehearsal=lambda *_: told)
    change = scene.changes.rehearse(scene.plan(SCOPE))
    assert change.state is State.REHEARSED and change.plan is not None and change.plan.rehearsal == told
    assert scene.changes.approve(change.id, "somebody").state is State.APPROVED
    assert scene.changes.rehearse(change.id).state is State.APPROVED


def test_steps_count_devices(scene: Scene) -> None:
    steps: list[Step] = []
    scene.apply(say=steps.append)
    assert [s.done for s in steps] == sorted(s.done for s in steps) and steps[-1].total == len(SCOPE.devices)


@pytest.mark.parametrize(
    ("can", "words"),
    [({"commit_confirm": CommitConfirm.NONE}, "nothing on it takes"), ({"timer_max_seconds": 1}, "ends after 1 s")],
)
def test_what_cannot_take_a_change_back_is_not_changed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, can: dict[str, Any], words: str
) -> None:
    frr = platforms.load("frr")
    poor = frr.model_copy(update={"capabilities": frr.capabilities.model_copy(update=can)})
    monkeypatch.setattr(platforms, "load", lambda slug: poor)
    report = scene.apply()
    assert report.state is State.REFUSED and words in report.reason
    assert scene.untouched() and all(d.commits == 0 for d in scene.devices.devices.values())


def test_a_dangerous_plan_is_approved_by_name_or_not_begun(scene: Scene) -> None:
    change = scene.changes.store.get(scene.plan())
    assert change.plan is not None
    danger = Danger(line=1, code="default-route", text="no default route is left", severity="error")
    first, *rest = change.plan.devices
    worse = first.model_copy(update={"dangers": (danger,)})
    scene.changes.store.planned(change.id, change.plan.model_copy(update={"devices": (worse, *rest)}))
    with pytest.raises(RefusedRequest, match=r"dangers: core1: no default route"):
        scene.changes.apply(change.id, "test")
    scene.changes.approve(change.id, "test")
    assert scene.changes.apply(change.id, "test").state is State.CONFIRMED
