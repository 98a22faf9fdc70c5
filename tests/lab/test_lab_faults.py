"""Faults: what can be written, what it means for which nodes, and that overlapping ones do not undo each other."""

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.element import Element
from inventory.model.network import Network
from lab import faults, power
from lab.bootstrap import names
from lab.directory import Directory
from lab.faults import carry_out
from lab.faults.effects import resolve
from lab.faults.fault import Effect, FaultKind, parse
from lab.plan import FABRIC, Kind
from lab.state import Cable, LabState, NodeState


@pytest.fixture
def state(village: Network, tmp_path: Path) -> LabState:
    """What `up` would have recorded for the village; nothing runs."""
    kinds = {"gw-dc": Kind.ROUTER, "gw-school": Kind.ROUTER, "hs-park": Kind.HOTSPOT, "dns1": Kind.RESOLVER}
    kinds |= {"client-school": Kind.CLIENT, "client-park": Kind.CLIENT, "noc": Kind.NOC}
    directory = Directory.of(tmp_path)
    return LabState(
        home=tmp_path, day=datetime.now(UTC).date(), started_at=datetime.now(UTC), seconds=1,
        nodes={
            d.slug: NodeState(
                name=d.slug, kind=kinds.get(d.slug, Kind.SERVER), site=d.site, pid=1, addresses=()
            ) for d in village.devices
        },
        cables={link.slug: Cable(a=link.ends[0], b=link.ends[1]) for link in village.links},
        sockets={"srv-dc:eth0": "p7", "dns1:eth0": "p6"},
        noc="noc", noc_addresses=(), private_key=directory.private_key, known_hosts=directory.known_hosts,
        authority_certificate=directory.authority_certificate, credentials=directory.credentials,
    )  # fmt: skip


def effects(state: LabState, network: Network, element: str, text: str) -> set[tuple[str, str, str]]:
    kind, percent = parse(text)
    found = resolve(state, network, Element.parse(element), kind, percent)
    return {(e.kind.value, e.node, e.target) for e in found}


@pytest.mark.parametrize("text", ["loss", "loss=", "loss=0", "loss=101", "loss=x", "down=1", "explode", ""])
def test_unreadable_faults_are_usage_errors(text: str) -> None:
    with pytest.raises(WrongUsage):
        parse(text)


def test_a_link_goes_down_at_a_router_and_silent_at_both_ends(state: LabState, village: Network) -> None:
    assert effects(state, village, "link:dc--park", "down") == {("down", "gw-dc", "eth2")}
    assert effects(state, village, "link:dc--park", "silent") == {
        ("silent", "gw-dc", "eth2"), ("silent", "hs-park", "eth1"),
    }  # fmt: skip


def test_a_risk_group_takes_all_its_links_and_a_site_all_its_devices(state: LabState, village: Network) -> None:
    assert effects(state, village, "srg:duct", "down") == {("down", "gw-dc", "eth1"), ("down", "gw-dc", "eth2")}
    assert effects(state, village, "site:dc", "off") == {
        ("off", "gw-dc", ""), ("down", FABRIC, "p6"), ("down", FABRIC, "p7"),
    }  # fmt: skip
    assert effects(state, village, "device:srv-dc", "off") == {("down", FABRIC, "p7")}


def test_services_fail_at_their_server_or_in_the_name_server(state: LabState, village: Network) -> None:
    assert effects(state, village, "service:wbo", "stopped") == {("stopped", "srv-dc", "wbo")}
    assert effects(state, village, "service:wbo", "dns") == {("dns", "dns1", "wbo.gliwice.example")}


def test_what_somebody_does_by_hand_is_one_effect_where_it_is_done(state: LabState, village: Network) -> None:
    assert effects(state, village, "device:gw-school", "unfiltered") == {("unfiltered", "gw-school", "")}
    for kind in ("blind", "clock", "untrusting"):
        assert effects(state, village, "site:school", kind) == {(kind, "client-school", "")}
    assert effects(state, village, "link:dc--school", "bypassed") == {
        ("down", "gw-dc", "eth1"), ("bypassed", "gw-dc", "gw-school"), ("bypassed", "gw-school", "gw-dc"),
    }  # fmt: skip


def test_names_that_are_broken_or_led_astray_leave_the_others_alone() -> None:
    right = "10.0.0.1 wbo.example\nfd00::1 wbo.example\n10.0.0.2 msip.example\n"
    assert names.led_astray(right, {"wbo.example": ()}) == "10.0.0.2 msip.example\n"
    assert names.led_astray(right, {"msip.example": ["10.9.9.9"]}).splitlines()[-1] == "10.9.9.9 msip.example"


@pytest.mark.parametrize(
    ("element", "text", "error"),
    [
        ("link:nowhere", "down", UnknownObject),
        ("device:gw-dc", "down", WrongUsage),
        ("link:dc--park", "off", WrongUsage),
        ("service:wbo", "silent", WrongUsage),
        ("device:client-school", "off", WrongUsage),
        ("device:srv-dc", "drift", WrongUsage),
        ("link:dc--park", "bypassed", WrongUsage),
        ("srg:duct", "loss=5", WrongUsage),
    ],
)
def test_impossible_faults_are_refused(
    state: LabState, village: Network, element: str, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        effects(state, village, element, text)


def test_a_site_without_powered_devices_cannot_be_switched_off(state: LabState, village: Network) -> None:
    elsewhere = village.model_copy(update={"devices": ()})
    nobody = state.model_copy(update={"nodes": {}})
    with pytest.raises(RefusedRequest):
        effects(nobody, elsewhere, "site:dc", "off")


def test_a_word_that_is_no_element_is_a_usage_error(state: LabState, village: Network) -> None:
    with pytest.raises(WrongUsage):
        faults.set_fault(state, village, "fibre", "down")


def test_clearing_what_is_not_broken_is_an_error(state: LabState) -> None:
    with pytest.raises(UnknownObject):
        faults.clear_fault(state, "link:dc--park")


def test_silence_outweighs_loss_and_healing_removes_the_table() -> None:
    silent = Effect(kind=FaultKind.SILENT, node="x", target="eth1")
    lossy = Effect(kind=FaultKind.LOSS, node="x", target="eth1", percent=12.5)
    assert "numgen random mod 10000 < 1250 drop" in carry_out.drop_rules("eth1", [lossy])
    both = carry_out.drop_rules("eth1", [lossy, silent])
    assert "numgen" not in both
    assert "hook egress" in both
    assert "chain" not in carry_out.drop_rules("eth1", [])


def test_overlapping_faults_heal_only_with_the_last_one(tmp_path: Path) -> None:
    """Link and risk group cut the same port; a device is off on its own and with its site."""
    cut, off = Effect(kind=FaultKind.DOWN, node="r", target="eth1"), Effect(kind=FaultKind.OFF, node="r")
    directory = Directory.of(tmp_path)
    with patch.object(carry_out, "run") as run, patch.object(power, "on") as on, patch.object(power, "off") as off_:
        carry_out.transition(directory, frozenset({cut}), frozenset({cut, off}))
        off_.assert_called_once()
        run.assert_not_called()
        carry_out.transition(directory, frozenset({cut, off}), frozenset({cut}))
        on.assert_called_once_with(directory.node("r"), cut=["eth1"])
        run.assert_not_called()
        carry_out.transition(directory, frozenset({cut}), frozenset())
        run.assert_called_once_with(directory.node("r"), ["ip", "link", "set", "eth1", "up"])
