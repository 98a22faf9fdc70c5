"""In the lab: a router is replaced by one fresh from the factory, which is let in once the inventory says so."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from automation.change import Scope, State
from automation.changes import Changes
from automation.connect import Access
from automation.drift import drift
from automation.gate import Prediction
from automation.onboarding.onboard import Onboarding
from automation.transports.errors import DeviceUnreachable
from automation.transports.known_hosts import pinned
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.errors import RefusedRequest
from inventory.model.network import Network
from lab import attach, power, ready
from lab.keys import _pair, write_private
from tests.automation.conftest import Bench, _network
from tests.support.devices import FakeProbes

pytestmark = pytest.mark.lab
ADDRESS = "172.31.0.1"
KEPT = ("etc/frr", "etc/silesianet", "var/lib/silesianet")


class Workshop:
    """Replaces router r1 by fresh ones, and puts the first one back in the end."""

    def __init__(self, bench: Bench, shelf: Path) -> None:
        self.bench, self.shelf = bench, shelf
        self.kept = bench.folder("r1") / "kept"
        for place in KEPT:
            (shelf / place).mkdir(parents=True)
            subprocess.run(["cp", "-a", f"{self.kept / place}/.", str(shelf / place)], check=True)

    def fresh(self, serial: str | None) -> None:
        """Another box: bootstrap only, a key of its own and a serial number; the first one again without."""
        power.off(self.bench.folder("r1"))
        for place in KEPT:
            subprocess.run(["find", str(self.kept / place), "-mindepth", "1", "-delete"], check=True)
            subprocess.run(["cp", "-a", f"{self.shelf / place}/.", str(self.kept / place)], check=True)
        if serial is not None:
            (self.kept / "etc/silesianet/serial").write_text(f"{serial}\n")
            write_private(self.kept / "etc/silesianet/ssh/host_key", _pair()[0])
        power.on(self.bench.folder("r1"))
        ready.await_ssh("r1", self.bench.state.node("r1").pid, time.monotonic() + 20)


@pytest.fixture
def workshop(bench: Bench, factory: str, tmp_path: Path) -> Iterator[Workshop]:
    made = Workshop(bench, tmp_path / "shelf")
    yield made
    made.fresh(None)


@pytest.fixture
def engine_of_r1(tmp_path: Path) -> Iterator[Engine]:
    opened = connect(f"sqlite:///{tmp_path / 'state.db'}")
    upgrade(opened)
    yield opened
    opened.dispose()


def named(serial: str) -> Network:
    """The network of the bench with a serial number of r1."""
    network = _network()
    devices = tuple(d.model_copy(update={"serial": serial}) if d.slug == "r1" else d for d in network.devices)
    return network.model_copy(update={"devices": devices})


def test_a_router_is_replaced_by_a_fresh_one(
    bench: Bench, workshop: Workshop, engine_of_r1: Engine, tmp_path: Path
) -> None:
    known, scope = tmp_path / "known_hosts", Scope(devices=("r1",))
    access = Access(bench.state.private_key, known, attach.enter(bench.state.home, "noc"))
    store = InventoryStore(engine_of_r1)
    store.write(named("BOX-1"), "test", "start")
    changes = Changes(engine_of_r1, store, access, lambda *_: Prediction(), FakeProbes(frozenset()))
    work = Onboarding(changes, access)

    workshop.fresh("BOX-1")
    first = work.recognise(ADDRESS)
    assert (first.device, first.identity.serial, first.known) == ("r1", "BOX-1", False)
    assert work.carry_out(first, "anna").state is State.CONFIRMED
    assert work.recognise(ADDRESS).known

    workshop.fresh("BOX-2")
    (unreached,) = drift(changes, scope)
    assert not unreached.reached and "host-key" in unreached.reason, "the box that was pinned is gone"
    with pytest.raises(RefusedRequest, match="no device of the inventory is BOX-2"):
        work.recognise(ADDRESS)
    store.write(named("BOX-2"), "test", "r1 was replaced")
    second = work.recognise(ADDRESS)
    assert work.carry_out(second, "anna").state is State.CONFIRMED
    (now,) = drift(changes, scope)
    assert now.reached and not now.drifted and pinned(known, ADDRESS) == {second.key}

    workshop.fresh("BOX-2")
    with pytest.raises(DeviceUnreachable, match="host-key: the key of BOX-2"):
        work.recognise(ADDRESS, replaces=True)
