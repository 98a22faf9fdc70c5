"""A city in memory with a database, on which changes are carried out, and what can go wrong in it."""

from collections.abc import Callable
from pathlib import Path

from automation.apply import Step
from automation.change import Outcome, Report, Scope
from automation.changes import Changes
from automation.gate import Prediction
from automation.settings import ChangeSettings
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.model.network import Network
from tests.support.devices import BOOTSTRAP, FakeCity, FakeProbes

QUICK = ChangeSettings(
    health_seconds=0.2, batch_seconds=0.3, settle_seconds=0, gate_seconds=0.3, margin_seconds=0.2, lease_seconds=4
)
CELL = ("szkola-trynek", "wbo")
SCOPE = Scope(devices=("core1", "pop-trynek-1", "gw-szkola-trynek"))


def slower(network: Network) -> Network:
    """The school's circuit at a tenth of its rate."""
    name = network.link["pop-trynek-1--gw-szkola-trynek"].circuit
    old = network.circuit[name]
    new = old.model_copy(update={"rate": old.rate.model_copy(update={"down": 30_000_000})})
    return network.model_copy(update={"circuits": tuple(new if c.slug == name else c for c in network.circuits)})


class Scene:
    """A city in memory with a database, and the things that can go wrong in it."""

    def __init__(self, city: Network, folder: Path) -> None:
        self.city, self.devices = city, FakeCity(city)
        engine = connect(f"sqlite:///{folder / 'state.db'}")
        upgrade(engine)
        self.inventory = InventoryStore(engine)
        self.inventory.write(city, "test", "start")
        self.probes = FakeProbes(frozenset({CELL}))
        blast = frozenset({CELL})
        self.changes = Changes(
            engine,
            self.inventory,
            self.devices.connect,
            lambda *_: Prediction(blast=blast),
            self.probes,
            settings=QUICK,
        )

    def plan(self, scope: Scope = SCOPE) -> str:
        return self.changes.plan(self.changes.create(scope, "", "test").id).id

    def apply(self, scope: Scope = SCOPE, say: Callable[[Step], None] = lambda _: None) -> Report:
        return self.changes.apply(self.plan(scope), "test", say)

    def outcomes(self, report: Report) -> dict[str, Outcome]:
        return {d.name: d.outcome for d in report.devices}

    def untouched(self) -> bool:
        return all(self.devices.run(name) == BOOTSTRAP for name in SCOPE.devices)
