"""A real street of the city: a core, a point of presence, a site and a hotspot, polled while its links are cut."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

import lab
import lab.attach
from automation.render import render
from inventory.database.engine import connect, upgrade
from inventory.model.device import Role
from inventory.model.network import Network
from lab import faults
from lab.directory import Directory
from lab.namespaces import run
from lab.state import LabState
from monitoring.elements import ElementStates
from monitoring.settings import CapacitySettings, TrapSettings
from monitoring.snmp.sample import Sample
from monitoring.telemetry import Telemetry

pytestmark = pytest.mark.lab
ROUTERS = ("gw-dc", "core1", "pop-labedy-1", "gw-jednostka-baildona")
HOTSPOT = "hs-park-chopina"
SITE_LINK, HOTSPOT_LINK = "link:pop-labedy-1--gw-jednostka-baildona", "link:pop-labedy-1--hs-park-chopina"


def street(city: Network) -> Network:
    """The part of the city these tests need, without e-services."""
    kept = {*ROUTERS, HOTSPOT, *(d.slug for d in city.devices if d.role in (Role.NOC, Role.RESOLVER))}
    fields = {name: getattr(city, name) for name in Network.model_fields}
    fields["devices"] = tuple(d for d in city.devices if d.slug in kept)
    fields["links"] = tuple(link for link in city.links if set(link.devices) <= kept)
    return Network(**fields | {"services": (), "entitlements": (), "exceptions": ()})


def configure(network: Network, home: Path) -> None:
    """What the product applies over SSH, put there by hand: these tests are about polling."""
    for name in ROUTERS:
        text = (
            render(network, name, datetime.now(UTC).date()).texts()["frr"].replace("agentx\n", "")
        )  # the bootstrap has it
        folder = Directory.of(home).node(name)
        run(folder, ["sh", "-c", "cat > /tmp/frr.conf <<'EOF'\n" + text + "\nEOF\nvtysh -f /tmp/frr.conf"])


@pytest.fixture(scope="module")
def network(city: Network) -> Network:
    return street(city)


@pytest.fixture(scope="module")
def running(lab_ready: None, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabState]:
    home = tmp_path_factory.mktemp("home")
    try:
        state = lab.up(network, home, lambda _: None)
        configure(network, home)
        yield state
    finally:
        lab.down(home)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('db')}/test.db")
    upgrade(engine)
    return engine


@pytest.fixture(scope="module")
def telemetry(running: LabState, network: Network, store: Engine) -> Iterator[Telemetry]:
    home = Path(running.home)
    attach = lab.attach.enter(home, "noc")
    traps, capacity = TrapSettings(listen="127.0.0.1:0"), CapacitySettings(slot=10)
    telemetry = Telemetry(store, lambda: network, home, attach=attach, traps=traps, capacity=capacity)
    telemetry.start()
    states = ElementStates(store)
    wanted = {f"device:{name}" for name in (*ROUTERS, HOTSPOT)} | {SITE_LINK, HOTSPOT_LINK}
    try:
        until(lambda: wanted <= states.seen().keys() and not states.down(), 90)
        yield telemetry
    finally:
        telemetry.stop()


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


def test_every_device_tells_its_interfaces_and_neighbours(telemetry: Telemetry) -> None:
    polls = telemetry.polls
    assert {name for name, poll in polls.items() if isinstance(poll, Sample)} == {*ROUTERS, HOTSPOT}
    pop, hotspot = polls["pop-labedy-1"], polls[HOTSPOT]
    assert isinstance(pop, Sample)
    assert isinstance(hotspot, Sample)
    assert pop.neighbours is not None
    assert sorted(pop.neighbours.values()) == [8, 8], "core1 and the site's router"
    assert hotspot.neighbours is None
    uplink = hotspot.interface("eth1")
    assert uplink is not None
    assert (uplink.oper, uplink.usable_for_capacity, uplink.speed_bps) == ("up", True, 100_000_000)


@pytest.mark.parametrize(
    ("link", "kind", "evidence"),
    [
        (SITE_LINK, "down", "is lowerLayerDown|is down"),
        (SITE_LINK, "silent", "lost its OSPF adjacency"),
        (HOTSPOT_LINK, "down", "is lowerLayerDown|is down"),
        (HOTSPOT_LINK, "silent", "no answer"),
    ],
)
def test_a_cut_is_noticed_and_so_is_its_repair(
    telemetry: Telemetry,
    running: LabState,
    network: Network,
    store: Engine,
    link: str,
    kind: str,
    evidence: str,
) -> None:
    states = ElementStates(store)
    until(lambda: not states.down(), 60)
    faults.set_fault(running, network, link, kind)
    try:
        until(lambda: link in states.down(), 12)
        assert set(states.down()) == {link}, "the cause, and nothing that merely hangs on it"
        until(lambda: bool(re.search(evidence, states.down()[link].evidence)), 20)
    finally:
        faults.clear_fault(running)
    until(lambda: not states.down(), 60)
