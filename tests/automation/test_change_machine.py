"""Changes under crashes, sleeping machines, restarts and sick devices, in virtual time: what may never happen does not.

Every example is a seed: hypothesis prints the choices of the smallest one that breaks a rule, and the same choices
break it again. `SILESIANET_MACHINE_EXAMPLES` asks for more than the suite has time for.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from automation.change import UNDER_WAY, Change, Scope, State
from automation.changes import Changes
from automation.jobs.tables import jobs, leases
from automation.render import render
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.day import day_at
from inventory.demo import gliwice
from inventory.demo.vendors import mixed_city
from inventory.model.network import Network
from inventory.sources.files import load
from tests.support.clock import ManualClock
from tests.support.devices import FakeCity
from tests.support.simulated_city import OLD, SimulatedCity
from tests.support.world import LONG, City, World

SCOPE = Scope(devices=("core1", "pop-sosnica-1", "gw-biblioteka-sosnica"))
OTHER = Scope(devices=("gw-biblioteka-sosnica", "gw-skarbnik"))
NAMES = sorted({*SCOPE.devices, *OTHER.devices})
SITE, GATEWAY = "biblioteka-sosnica", "gw-biblioteka-sosnica"
AILS = ("", "", "", "refuses", "fails", "cut-off", "loses-session", "alone")
VENDORS_AIL = (*AILS, "lies", "restarts")
EXAMPLES = int(os.environ.get("SILESIANET_MACHINE_EXAMPLES", "25"))
SEED = Path("state.db")
type Kind = Callable[[Network, ManualClock], City]
CITY, VENDORS = load(gliwice()), mixed_city()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the city, copied for every example."""
    return holding(CITY, tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def seeded_vendors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the city on equipment of many vendors."""
    return holding(VENDORS, tmp_path_factory.mktemp("vendors"))


def holding(city: Network, folder: Path) -> Path:
    """A database that holds a city."""
    engine = connect(f"sqlite:///{folder / SEED}")
    upgrade(engine)
    InventoryStore(engine).write(city, "test", "start")
    engine.dispose()
    return folder / SEED


def in_memory(network: Network, clock: ManualClock) -> FakeCity:
    """Devices that keep the promise of our program on them."""
    city = FakeCity(network, clock)
    for name in NAMES:
        city.devices[name].running = str(render(network, name, day_at(), OLD))
    return city


def simulated(network: Network, clock: ManualClock) -> SimulatedCity:
    """Junos, VRP, IOS and EOS with their own sessions, timers and files."""
    return SimulatedCity(network, NAMES, clock)


class Story:
    """Two operators, one of whom may find that the other's controller died, and a night in which all timers end."""

    def __init__(
        self, network: Network, database: Path, choices: list[int], ails: dict[str, str], bad: bool, city: Kind
    ) -> None:
        self.world = world = World(network, database, choices, city)
        self.before = {name: str(render(network, name, day_at(), OLD)) for name in NAMES}
        for name, sickness in ails.items():
            world.city.devices[name].ails = sickness
        if bad:
            world.fine = lambda site: site != SITE or OLD.contact in world.city.devices[GATEWAY].text()

    def play(self) -> None:
        """Two changes at once; then night; then a healthy controller looks after what was left."""
        self.world.start("first", lambda changes: self._change(changes, SCOPE))
        self.world.start("second", lambda changes: self._change(changes, OTHER))
        self.world.go()
        self.world.calm()
        self.world.clock.now += LONG
        for device in self.world.city.devices.values():
            device.settle()
            device.ails = ""
        self.world.start("caretaker", lambda changes: changes.recover())
        self.world.go()

    @staticmethod
    def _change(changes: Changes, scope: Scope) -> None:
        changes.apply(changes.plan(changes.create(scope, "", "test").id).id, "test")

    def judge(self) -> None:
        """What may never be."""
        assert not self.world.violations, self.told()
        engine = connect(f"sqlite:///{self.world.database}")
        try:
            with engine.connect() as connection:
                held = connection.execute(select(leases.c.resource).where(leases.c.until > self.world.clock.now)).all()
                running = connection.execute(select(jobs.c.id).where(jobs.c.state == "running")).all()
            assert not held, f"orphaned locks {held}\n{self.told()}"
            assert not running, f"jobs that never end {running}\n{self.told()}"
            changes = Changes(engine, InventoryStore(engine), self.world.connect, None, None)  # type: ignore[arg-type]
            ended = [changes.store.get(c.id) for c in changes.store.list()]
        finally:
            engine.dispose()
        assert not [c for c in ended if c.state in UNDER_WAY], self.told()
        self._whole(ended)

    def _whole(self, ended: list[Change]) -> None:
        """Every device runs what the last confirmed change gave it, or what it ran before there was one."""
        wanted = dict(self.before)
        for change in sorted(ended, key=lambda c: c.updated):
            if change.state is State.CONFIRMED and change.plan is not None:
                wanted |= {d.name: d.candidate for d in change.plan.devices}
                assert all(self.world.fine(self.world.network.device[d.name].site) for d in change.plan.devices), (
                    f"confirmed although a site lost its e-service\n{self.told()}"
                )
        for name, text in wanted.items():
            device = self.world.city.devices[name]
            assert device.pending is None, self.told()
            assert device.runs(text), f"{name} is left half-way\n{self.told()}"

    def told(self) -> str:
        """The story, for whoever has to find out."""
        return "\n".join([*self.world.log, *(f"{c.name}: {c.fault}" for c in self.world.controllers if c.fault)])


def played(seeded: Path, choices: list[int], ails: dict[str, str], bad: bool, city: Kind = in_memory) -> Story:
    """A story from beginning to end, judged."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / SEED
        shutil.copy(seeded, database)
        story = Story(VENDORS if city is simulated else CITY, database, choices, ails, bad, city)
        story.play()
        story.judge()
        return story


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
@given(
    choices=st.lists(st.integers(0, 799), max_size=120),
    ails=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(AILS), max_size=2), bad=st.booleans(),
)  # fmt: skip
def test_nothing_is_ever_left_half_way(seeded: Path, choices: list[int], ails: dict[str, str], bad: bool) -> None:
    played(seeded, choices, ails, bad)


@settings(
    max_examples=max(8, EXAMPLES // 2), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)  # fmt: skip
@given(
    choices=st.lists(st.integers(0, 799), max_size=120),
    ails=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VENDORS_AIL), max_size=2), bad=st.booleans(),
)  # fmt: skip
def test_nor_on_the_equipment_of_any_vendor(
    seeded_vendors: Path, choices: list[int], ails: dict[str, str], bad: bool
) -> None:
    played(seeded_vendors, choices, ails, bad, simulated)


@pytest.mark.parametrize("city", [in_memory, simulated])
def test_without_any_fault_both_changes_are_confirmed_one_after_the_other(
    seeded: Path, seeded_vendors: Path, city: Kind
) -> None:
    story = played(seeded_vendors if city is simulated else seeded, [], {}, False, city)
    assert sum("confirm" in line for line in story.world.log) >= 3, story.told()
