"""What a drift check found is kept until a change has overtaken it."""

from sqlalchemy import Engine, insert

from automation.change import State
from automation.drift import Drift
from automation.drift_store import DriftStore, Finding
from automation.tables import changes


def found(name: str, diff: str = "", reached: bool = True) -> Drift:
    commands = ("a", "b") if diff else ()
    return Drift(name=name, platform="frr", reached=reached, diff=diff, commands=commands, reason="")


def test_findings_are_kept_by_device_and_say_nothing_of_the_configuration(engine: Engine) -> None:
    store = DriftStore(engine)
    store.record([found("gw-a", "- secret"), found("gw-b"), found("gw-c", reached=False)], 100.0)
    words = "its configuration is not as intended: 2 commands would put it right"
    assert store.latest() == [Finding("gw-a", 100.0, True, words), Finding("gw-b", 100.0, False, "")]
    store.record([found("gw-a"), found("gw-b", reached=False)], 200.0)
    assert {f.device: (f.at, f.drifted) for f in store.latest()} == {"gw-a": (200.0, False), "gw-b": (100.0, False)}


def test_a_confirmed_change_makes_earlier_findings_old(engine: Engine) -> None:
    store = DriftStore(engine)
    store.record([found("gw-a", "- x")], 100.0)
    values = {"kind": "change", "scope": {}, "created": 120.0, "who": "w", "comment": "c"}
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(changes).values(id="1", state=State.ROLLED_BACK, updated=130.0, **values))
    assert len(store.latest()) == 1
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(changes).values(id="2", state=State.CONFIRMED, updated=140.0, **values))
    assert store.latest() == []
