"""Changes under crashes, sleeping machines, restarts and sick devices, in virtual time: what may never happen does not.

Every example is a seed: hypothesis prints the choices of the smallest one that breaks a rule, and the same choices
break it again. `SILESIANET_MACHINE_EXAMPLES` asks for more than the suite has time for.
"""

import os
import shutil
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
from automation.settings import ConfigurationSettings
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.day import day_at
from inventory.demo import gliwice
from inventory.model.network import Network
from inventory.sources.files import load
from tests.support.world import LONG, World

SCOPE = Scope(devices=("core1", "pop-trynek-1", "gw-szkola-trynek"))
OTHER = Scope(devices=("gw-szkola-trynek", "gw-biblioteka-sosnica"))
AILS = ("", "", "", "refuses", "fails", "cut-off", "loses-session", "alone")
EXAMPLES = int(os.environ.get("SILESIANET_MACHINE_EXAMPLES", "25"))
SEED = Path("state.db")
CITY = load(gliwice())
OLD = ConfigurationSettings(contact="old@silesianet.example")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the city, copied for every example."""
    path: Path = tmp_path_factory.mktemp("machine") / SEED
    engine = connect(f"sqlite:///{path}")
    upgrade(engine)
    InventoryStore(engine).write(CITY, "test", "start")
    engine.dispose()
    return path


class Story:
    """Two operators, one of whom may find that the other's controller died, and a night in which all timers end."""

    def __init__(self, city: Network, database: Path, choices: list[int], ails: dict[str, str], bad: bool) -> None:
        self.world = World(city, database, choices)
        world = self.world
        self.before = {}
        for name, device in world.city.devices.items():
            device.ails = ails.get(name, "")
            if name in SCOPE.devices + OTHER.devices:
                device.running = str(render(city, name, day_at(), OLD))
            self.before[name] = device.running
        if bad:
            world.fine = lambda site: site != "szkola-trynek" or self._untouched("gw-szkola-trynek")

    def _untouched(self, name: str) -> bool:
        return self.world.city.run(name) == self.before[name]

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
            assert device.running == text, f"{name} is left half-way\n{self.told()}"

    def told(self) -> str:
        """The story, for whoever has to find out."""
        return "\n".join([*self.world.log, *(f"{c.name}: {c.fault}" for c in self.world.controllers if c.fault)])


def played(seeded: Path, choices: list[int], ails: dict[str, str], bad: bool) -> Story:
    """A story from beginning to end, judged."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / SEED
        shutil.copy(seeded, database)
        story = Story(CITY, database, choices, ails, bad)
        story.play()
        story.judge()
        return story


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
@given(
    choices=st.lists(st.integers(0, 799), max_size=120),
    ails=st.dictionaries(st.sampled_from(sorted({*SCOPE.devices, *OTHER.devices})), st.sampled_from(AILS), max_size=2),
    bad=st.booleans(),
)
def test_nothing_is_ever_left_half_way(seeded: Path, choices: list[int], ails: dict[str, str], bad: bool) -> None:
    played(seeded, choices, ails, bad)


def test_without_any_fault_both_changes_are_confirmed_one_after_the_other(seeded: Path) -> None:
    story = played(seeded, [], {}, bad=False)
    assert sum("confirm" in line for line in story.world.log) >= 3, story.told()
