"""Which devices a plan is about, what it says of those that do not answer, and how it is kept."""

from datetime import date

import pytest
from sqlalchemy import Engine

from automation.bundle import Bundle
from automation.change import DevicePlan, Plan, Scope, State
from automation.commands import commands
from automation.fleet import ThreadedFleet, addresses, targets
from automation.gate import Prediction
from automation.jobs.store import JobStore
from automation.order import batches, distances
from automation.plan import chosen, make, read
from automation.render import render
from automation.store import BackupStore, ChangeStore
from inventory.errors import RefusedRequest, UnknownObject
from inventory.model.network import Network
from tests.support.devices import FakeCity

DAY = date(2026, 11, 1)


def plan_of(city: Network, *names: str, devices: FakeCity | None = None) -> Plan:
    candidates = {name: str(render(city, name, DAY)) for name in names}
    found = devices or FakeCity(city)
    readings = read(ThreadedFleet(city, found.connect, 4), candidates, lambda _: None)
    return make(city, 1, DAY, candidates, readings, Prediction(frozenset({("rynek", "wbo")})))


def test_batches_go_from_the_management_station_outwards(city: Network) -> None:
    distance = distances(city)
    assert (distance["gw-dc"], distance["core1"], distance["pop-labedy-1"], distance["hs-rynek"]) == (0, 1, 2, 3)
    order = batches(city, [d.slug for d in city.configured()], 8)
    assert order[:3] == (("gw-dc",), ("core1", "core2"), ("border", "pop-labedy-1", "pop-sosnica-1", "pop-trynek-1"))
    assert max(map(len, order)) <= 8 and sum(map(len, order)) == 23


def test_addresses_are_tried_out_of_band_first(city: Network) -> None:
    assert addresses(city, "core1") == ("172.31.0.1", "10.255.0.1")
    assert addresses(city, "gw-skarbnik") == ("10.255.0.10", "10.254.0.31", "10.254.0.33")
    assert addresses(city, "hs-rynek") == ("10.254.0.59",)
    assert len(targets(city)) == 23


def test_scope(city: Network) -> None:
    assert len(chosen(city, Scope())) == 23
    assert chosen(city, Scope(sites=("skarbnik",), devices=("core1",))) == ("core1", "gw-skarbnik")
    with pytest.raises(UnknownObject, match="no configured device 'srv-dc'"):
        chosen(city, Scope(devices=("srv-dc",)))
    with pytest.raises(UnknownObject, match="site:nowhere"):
        chosen(city, Scope(sites=("nowhere",)))


def test_a_device_that_does_not_answer_is_compared_with_nothing_and_says_why(city: Network) -> None:
    devices = FakeCity(city)
    devices.devices["gw-skarbnik"].ails = "unreachable"
    plan = plan_of(city, "core1", "gw-skarbnik", devices=devices)
    assert plan.unreached == ("gw-skarbnik",)
    silent = plan.devices[1]
    assert "no route" in silent.reason and "+interface lan0" in silent.diff


def test_the_same_finding_has_the_same_id_and_another_has_not(city: Network) -> None:
    assert plan_of(city, "core1").id == plan_of(city, "core1").id
    devices = FakeCity(city)
    devices.devices["core1"].running = str(render(city, "core1", DAY))
    same = plan_of(city, "core1", devices=devices)
    assert same.id != plan_of(city, "core1").id and not same.differs


def test_commands_tell_blocks_and_parts() -> None:
    before = Bundle.of({"frr": "hostname a\ninterface eth1\n ip ospf cost 10\nexit\n", "shaping": "eth1 100\n"})
    after = Bundle.of({"frr": "hostname b\ninterface eth1\n ip ospf cost 20\nexit\n", "shaping": "eth1 200\n"})
    assert commands("frr", before, after) == (
        "no hostname a", "hostname b", "interface eth1", " no ip ospf cost 10", " ip ospf cost 20",
        "shaping: - eth1 100", "shaping: + eth1 200",
    )  # fmt: skip


def test_changes_are_kept_and_found_by_their_plan(engine: Engine) -> None:
    store = ChangeStore(engine)
    device = DevicePlan(name="r", platform="frr", running=None, candidate="", diff="", commands=())
    plan = Plan(id="abc", revision=3, day="2026-11-01", devices=(device,), lost=(), gained=(), blast=())
    change = store.create(Scope(devices=("r",)), "test", "why")
    with pytest.raises(RefusedRequest, match="the change is draft"):
        store.begin(change.id)
    store.planned(change.id, plan)
    found = store.get("abc")
    assert (found.id, found.state, found.plan, found.scope.devices) == (change.id, State.PLANNED, plan, ("r",))
    store.begin(change.id)
    assert [c.id for c in store.under_way()] == [change.id]
    with pytest.raises(RefusedRequest, match="the change is applying"):
        store.begin(change.id)
    with pytest.raises(UnknownObject, match="no change or plan"):
        store.get("nosuch")


def test_jobs_are_followed_and_cancelled_once_running(engine: Engine) -> None:
    jobs = JobStore(engine)
    first, second = jobs.start("apply", "test", "c1"), jobs.start("apply", "test")
    assert [j.id for j in jobs.list()] == [second, first]
    jobs.progress(first, "batch 1")
    assert jobs.cancel(first).cancel and jobs.get(first).progress == "batch 1"
    jobs.end(first, "cancelled", "cancelled")
    with pytest.raises(RefusedRequest, match="the job is cancelled"):
        jobs.cancel(first)


def test_backups_are_kept_when_they_differ(engine: Engine) -> None:
    backups = BackupStore(engine)
    assert backups.add("r", "one") and not backups.add("r", "one") and backups.add("r", "two")
    backups.keep("r", "two", "c1")
    assert backups.last("r") == "two" and backups.before("c1") == {"r": "two"} and backups.last("s") is None
