"""Situations of every class, plain and ambiguous, and the class the matrix finds: printed as a confusion matrix."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from inventory.day import day_at
from inventory.model.device import Role
from inventory.model.network import Network
from inventory.model.service import Exposure
from monitoring.calibration import confusion
from monitoring.cell import Basis, Cell, Reason
from monitoring.elements import DownElement
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.observation import Latest
from monitoring.reachability import compute
from monitoring.reasons import DriftFound
from tests.support.small_network import denying, host, service, village

NOW, STALE = 1_780_300_000.0, 6.0
SITES = ("one", "two", "spot")
type Key = tuple[str, str]


def with_home() -> Network:
    """A village in which school one has a server of its own in its LAN, used by everybody."""
    plain = village()
    return village(
        devices=(*plain.devices, host("home", Role.SERVER, "one", "gw-one:lan0", "10.44.1.20/24")),
        services=(*plain.services, service("menu", "home", "10.44.1.20", Exposure.PUBLIC)),
        entitlements=(*plain.entitlements, {"slug": "menu", "service": "menu", "classes": ["school", "hotspot"]}),
    )


@dataclass(frozen=True)
class Situation:
    """What is seen beyond what is computed; ``cells`` fail (stage, text) or, with null, work."""

    expected: str
    element: str
    cell: Key
    cells: Mapping[Key, tuple[str | None, str] | None] = field(default_factory=dict)
    down: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    drift: Mapping[str, DriftFound] = field(default_factory=dict)
    network: Network = field(default_factory=with_home)


def all_of(site: str, stage: str | None = "tcp", text: str = "no answer within 1.5 s", *but: str) -> Any:
    names = (s for s in ("edms", "wbo", "internet", "menu") if s not in but)
    return {(site, name): (stage, text) for name in names}


def everywhere(name: str, stage: str = "tcp", text: str = "refused", sites: Iterable[str] = SITES) -> Any:
    return {(site, name): (stage, text) for site in sites}


REFUSED, EXPIRED = ("tcp", "Connection refused"), ("tls", "certificate is not yet valid")
CLEAN, OLD = DriftFound(NOW - 5, False), DriftFound(NOW - 900, False)
DRIFTED = DriftFound(NOW - 900, True, "one rule more than intended")
ONE = ("one", "wbo")
SITUATIONS = {
    "a cut uplink": Situation("outage", "link:pop-one", ONE, down=("link:pop-one",), silent=("one",)),
    "a router that is off": Situation(
        "outage", "device:pop", ONE, down=("device:pop", "link:pop-one"), silent=("one",)
    ),
    "a service down at the station": Situation(
        "outage", "service:wbo", ONE, everywhere("wbo"), down=("service:wbo",)
    ),
    "a service that fails everywhere": Situation("outage", "service:wbo", ONE, everywhere("wbo")),
    "a server with all its services": Situation(
        "outage", "device:srv", ONE, everywhere("wbo") | everywhere("edms", sites=("one", "two"))
    ),
    "no names anywhere": Situation(
        "outage", "device:dns1", ONE, {k: ("dns", "no answer") for site in SITES for k in all_of(site)}
    ),
    "an error page for one site": Situation("outage", "service:wbo", ONE, {ONE: ("http", "status 503")}),
    "a filter that refuses a site": Situation(
        "config_drift", "device:gw-one", ONE, dict.fromkeys([ONE, ("one", "edms"), ("one", "internet")], REFUSED)
    ),
    "one service refused at one site": Situation("config_drift", "device:gw-one", ONE, {ONE: REFUSED}),
    "a black hole at a site": Situation(
        "config_drift", "device:gw-one", ONE, all_of("one", "tcp", "no answer", "menu")
    ),
    "no names at one site": Situation("config_drift", "device:gw-one", ONE, all_of("one", "dns", "no answer", "menu")),
    "a filter before the server": Situation(
        "config_drift", "device:gw-dc", ONE, everywhere("wbo"), drift={"gw-dc": DRIFTED}
    ),
    "drift known at the far gateway": Situation(
        "config_drift", "device:gw-dc", ONE, {ONE: REFUSED}, drift={"gw-dc": DRIFTED}
    ),
    "a check older than the failure": Situation(
        "config_drift", "device:gw-one", ONE, {ONE: REFUSED}, drift={"gw-one": OLD, "gw-dc": OLD}
    ),
    "what should be let in and is not": Situation(
        "config_drift", "device:gw-one", ("one", "wbo"), {ONE: REFUSED},
        network=village(entitlements=tuple(e for e in with_home().entitlements if e.service not in ("wbo", "menu")),
                        rules=({**denying("one", "10.50.0.12/32"), "action": "permit"},)),
    ),
    "configured as intended, yet it fails": Situation(
        "model_wrong", "device:gw-one", ONE, {ONE: REFUSED}, drift={"gw-one": CLEAN, "gw-dc": CLEAN}
    ),
    "a way the inventory does not know": Situation(
        "model_wrong", "link:pop-one", ONE, {ONE: None}, down=("link:pop-one",)
    ),
    "an inventory that forbids what it grants": Situation(
        "model_wrong", "device:gw-one", ONE, network=village(rules=(denying("one", "10.50.0.12/32"),))
    ),
    "a name that leads elsewhere": Situation(
        "model_wrong", "service:wbo", ONE,
        everywhere("wbo", "dns", "wbo.example.test resolves to 10.0.0.1 instead of 10.50.0.12"), down=("service:wbo",),
    ),
    "a probe that cannot run": Situation("probe_fault", "site:one", ONE, {ONE: (None, "fault of the probe: boom")}),
    "an agent that hangs": Situation("probe_fault", "site:one", ONE, silent=("one",)),
    "nothing works, not even at home": Situation("probe_fault", "site:one", ONE, all_of("one")),
    "a clock that is wrong": Situation("probe_fault", "site:one", ONE, {ONE: EXPIRED, ("one", "edms"): EXPIRED}),
    "nothing works, though configured as intended": Situation(
        "probe_fault", "site:two", ("two", "wbo"), all_of("two"),
        drift={"gw-two": CLEAN, "gw-dc": CLEAN, "gw-one": CLEAN},
    ),
    "a filter that is gone": Situation("leak", "device:hs", ("spot", "edms"), {("spot", "edms"): None}),
    "a server in the same LAN": Situation(
        "leak", "device:gw-one", ("one", "menu"), {("one", "menu"): None},
        network=with_home().model_copy(update={"entitlements": village().entitlements}),
    ),
}  # fmt: skip


def seen(situation: Situation) -> dict[Key, Latest]:
    network, day = situation.network, day_at(NOW)
    truth, before = compute(network, day, situation.down), compute(network, day)
    found = {}
    for key in ((site, v.slug) for site in SITES for v in network.services):
        age, ok, stage, text = 1.0, truth(*key), "tcp", "refused"
        if key[0] in situation.silent:
            age, ok = 30.0, before(*key)
        if key in situation.cells:
            how = situation.cells[key]
            ok, (stage, text) = how is None, how or (None, "")  # type: ignore[assignment]
        failed = None if ok else stage
        last = ((NOW - age - 2, ok, failed), (NOW - age, ok, failed))
        found[key] = Latest(NOW - age, ok, NOW - 60, failed, 3.0, "" if ok else text, last)
    return found


def matrix(situation: Situation) -> Matrix:
    states = {e: DownElement(e, NOW - 9, "seen by SNMP") for e in situation.down}
    heard = dict.fromkeys(SITES, NOW - 1)
    looked = {f"device:{d.slug}": NOW - 2 for d in situation.network.devices}
    return build(situation.network, seen(situation), states, heard, NOW, STALE, looked_at=looked, drift=situation.drift)


def reason(situation: Situation) -> tuple[Cell, Reason]:
    cell = matrix(situation).cell[situation.cell]
    assert cell.reason is not None
    return cell, cell.reason


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_class_and_the_element_are_found(name: str) -> None:
    situation = SITUATIONS[name]
    cell, found = reason(situation)
    assert (found.fault, found.element) == (situation.expected, situation.element), found.text
    kinds = [fact.kind for fact in cell.evidence]
    assert kinds[0] == "probe", "every reason rests on a probe, or on its silence"
    assert cell.basis is Basis.DIRECT
    if situation.down and situation.expected == "outage":
        assert "element" in kinds
    if situation.drift and situation.expected != "outage":
        assert "drift" in kinds
    assert all(fact.text and ":" in fact.element for fact in cell.evidence)


def test_the_confusion_matrix_has_nothing_beside_its_diagonal() -> None:
    table = confusion((s.expected, reason(s)[1].fault) for s in SITUATIONS.values())
    sys.stdout.write("\n".join(table.lines()) + "\n")
    assert "| leak | 0 | 0 | 0 | 0 | 2 |" in table.lines()
    assert set(table.classes) == {"outage", "config_drift", "model_wrong", "probe_fault", "leak"}
    assert table.accuracy == 1.0


def test_evidence_is_a_list_of_facts() -> None:
    cell, _ = reason(SITUATIONS["a filter that refuses a site"])
    document = cell.document()
    assert list(document["reason"]) == ["class", "element", "text"]
    facts = {(fact["kind"], fact["element"]): fact for fact in document["evidence"]}
    assert facts["probe", "site:one"]["text"] == "the probe fails at stage tcp: Connection refused"
    assert facts["probe", "site:one"]["at"] == "2026-06-01T07:45:40.000Z"
    assert facts["others", "service:wbo"]["text"] == "fails at 1 of 3 sites that should have it"
    assert facts["others", "site:one"]["text"] == "3 of 4 that should work at this site fail"
    assert facts["element", "device:gw-one"]["at"] == "2026-06-01T07:46:38.000Z"
    assert facts["policy", "device:gw-one"]["text"].startswith("permitted by ")
    assert "evidence" not in cell.brief()
