"""Changes of a small part of the city on real routers: kept when harmless, undone by themselves when not.

The command line's own composition is used; a thread stands in for the agent of the school and writes what it sees.
"""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

import lab
from api.context import Context
from automation.change import Outcome, Report, Scope, State
from automation.drift import drift
from inventory.model.network import Network
from inventory.model.rule import Action, ZoneRule
from inventory.settings import Settings
from lab import attach
from monitoring.observations import Observation, ObservationStore

pytestmark = [pytest.mark.lab, pytest.mark.timeout(240)]

ROUTERS = ["gw-dc", "core1", "border", "pop-trynek-1", "gw-szkola-trynek", "hs-rynek"]
PRESENT = [*ROUTERS, "noc", "dns1", "srv-dc", "srv-regional", "srv-internet", "client-szkola-trynek"]
SCHOOL = "szkola-trynek"
TIMES = {"HEALTH": 8, "BATCH": 10, "SETTLE": 1, "GATE": 15, "MARGIN": 6, "LEASE": 2}
EVERYTHING = Scope()
Edit = Callable[[Network], Network]


class Agent(threading.Thread):
    """Tries every e-service from the school, again and again."""

    def __init__(self, context: Context, network: Network) -> None:
        super().__init__(daemon=True)
        self._enter = attach.enter(context.settings.home, f"client-{SCHOOL}")
        self._store, self._services = ObservationStore(context.engine), network.services
        self.done = threading.Event()

    def run(self) -> None:
        self._enter()
        while not self.done.wait(0.3):
            seen = [Observation(s.slug, time.time(), self._try(str(s.endpoint.addresses[0]))) for s in self._services]
            self._store.add(SCHOOL, seen)

    def _try(self, address: str) -> bool:
        try:
            socket.create_connection((address, 443), 0.3).close()
        except OSError:
            return False
        return True


class City:
    """The running part of the city."""

    def __init__(self, context: Context, network: Network) -> None:
        self.context, self.network = context, network

    def edit(self, edit: Edit, why: str) -> None:
        self.context.inventory.edit(edit, "test", why)

    def back(self) -> None:
        self.context.inventory.write(self.network, "test", "as it was")

    def apply(self) -> Report:
        changes = self.context.changes
        return changes.apply(changes.plan(changes.create(EVERYTHING, "", "test").id).id, "test")

    def agrees(self) -> bool:
        """Whether every device was reached and runs what the inventory wants."""
        return all(d.reached and not d.drifted for d in drift(self.context.changes, EVERYTHING))

    def sees(self, service: str) -> bool:
        seen = ObservationStore(self.context.engine).recent(2)[SCHOOL, service]
        return [ok for _, ok, _ in seen] == [True, True]


@pytest.fixture(scope="module")
def city_part(city: Network, lab_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    home, network = tmp_path_factory.mktemp("part"), part(city)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SILESIANET_HOME", str(home))
        for name, seconds in TIMES.items():
            environment.setenv(f"SILESIANET_CHANGE_{name}_SECONDS", str(seconds))
        context = Context(Settings())
        context.inventory.write(network, "test", "start")
        try:
            lab.up(network, home, lambda _: None)
            agent = Agent(context, network)
            agent.start()
            yield City(context, network)
            agent.done.set()
            agent.join()
        finally:
            lab.down(home)
            context.engine.dispose()


def part(city: Network) -> Network:
    """The city with only some of its devices."""
    devices = [d for d in city.devices if d.slug in PRESENT]
    links = [link for link in city.links if set(link.devices) <= set(PRESENT)]
    return replaced(city, devices=devices, links=links)


def replaced(network: Network, **nouns: object) -> Network:
    return Network.model_validate({name: getattr(network, name) for name in type(network).model_fields} | nouns)


def no_wbo(network: Network) -> Network:
    """A wrong zone rule."""
    address = network.service["wbo"].endpoint.addresses[0]
    rule = ZoneRule(
        slug="mistake", order=1, sites=(SCHOOL,), action=Action.DENY, comment="a slip",
        destinations=(IPv4Network(str(address)),),
    )  # fmt: skip
    return replaced(network, rules=(rule,))


def faster(network: Network) -> Network:
    """A better circuit for the school."""
    link = network.link[f"pop-trynek-1--gw-{SCHOOL}"]
    old = network.circuit[link.circuit]
    new = old.model_copy(update={"rate": old.rate.model_copy(update={"down": 500_000_000})})
    return replaced(network, circuits=[new if c.slug == old.slug else c for c in network.circuits])


def cut_off(network: Network) -> Network:
    """A slip in the school's uplink address: its router loses the way back."""
    name = f"gw-{SCHOOL}"
    text = network.device[name].model_dump_json().replace("10.254.0.45/31", "10.254.9.45/31")
    changed = type(network.device[name]).model_validate_json(text)
    return replaced(network, devices=[changed if d.slug == name else d for d in network.devices])


def test_first_bring_up(city_part: City) -> None:
    """Nothing works before; site routers are out of reach until the core is configured."""
    changes = city_part.context.changes
    planned = changes.plan(changes.create(EVERYTHING, "", "test").id)
    assert planned.plan is not None and f"gw-{SCHOOL}" in planned.plan.unreached
    assert (SCHOOL, "wbo") in {(c.site, c.service) for c in planned.plan.gained}
    report = changes.apply(planned.plan.id, "test")
    assert report.state is State.CONFIRMED, report
    assert city_part.sees("wbo") and not city_part.sees("egib")
    assert city_part.agrees(), "what is read back differs from what was sent"


def test_a_wrong_zone_rule_is_undone_and_names_who_lost_what(city_part: City) -> None:
    city_part.edit(no_wbo, "a slip")
    report = city_part.apply()
    city_part.back()
    assert report.state is State.ROLLED_BACK, report
    assert [(c.site, c.service) for c in report.lost] == [(SCHOOL, "wbo")] and not report.coincident
    outcomes = {d.name: d.outcome for d in report.devices if d.outcome is not Outcome.UNCHANGED}
    assert outcomes == {f"gw-{SCHOOL}": Outcome.ROLLED_BACK}
    assert report.restored and city_part.sees("wbo") and city_part.agrees()


def test_a_harmless_change_is_kept_and_can_be_taken_back(city_part: City) -> None:
    city_part.edit(faster, "better circuit")
    report = city_part.apply()
    assert report.state is State.CONFIRMED, report
    assert {d.name for d in report.devices if d.outcome is Outcome.DONE} == {"pop-trynek-1"}
    assert city_part.agrees()
    back = city_part.context.changes.rollback(report.change, "test")
    city_part.back()
    assert back.state is State.CONFIRMED and city_part.agrees(), back


def test_a_device_cut_off_heals_by_its_own_timer(city_part: City) -> None:
    city_part.edit(cut_off, "a slip")
    report = city_part.apply()
    city_part.back()
    (device,) = [d for d in report.devices if d.outcome is not Outcome.UNCHANGED]
    assert (report.state, device.name, device.outcome) == (State.ROLLED_BACK, f"gw-{SCHOOL}", Outcome.ROLLED_BACK), (
        report
    )
    assert "not confirmed in time" in device.reason and report.restored
    assert city_part.agrees()


def test_a_killed_controller_leaves_no_change_behind(city_part: City) -> None:
    """`kill -9` of the command line between apply and confirm; the next plan finds the change and ends it."""
    city_part.edit(no_wbo, "a slip")
    store = city_part.context.changes.store
    program = Path(sys.executable).with_name("silesianet")
    controller = subprocess.Popen([program, "apply", "--yes", "--json"], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not any(c.state is State.VERIFYING for c in store.under_way()):
        assert time.monotonic() < until and controller.poll() is None
        time.sleep(0.05)
    controller.send_signal(signal.SIGKILL)
    controller.wait()
    (change,) = store.under_way()
    city_part.back()
    city_part.context.changes.plan(city_part.context.changes.create(EVERYTHING, "", "test").id)
    ended = store.get(change.id)
    assert ended.state is State.ROLLED_BACK and ended.report is not None and "controller" in ended.report.reason
    assert city_part.agrees()
    time.sleep(1)
    assert city_part.sees("wbo")
