"""The hazard linter: what would take service or the device away is found, and order is mended where order is all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.remediation import hazards, indent
from automation.remediation.dialects import EOS, IOS, Dialect
from automation.remediation.hazards import Hazard, Severity
from automation.remediation.replay import Replay
from automation.remediation.states import State
from automation.remediation.tree import canonical, parse

UPLINK = "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.252\n ip access-group F in\n"
FILTER = "ip access-list extended F\n permit ip any any\n"
ROUTE = "ip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
ROUTING = "router ospf 1\n router-id 1.1.1.1\n"
VTY = "line vty 0 4\n transport input ssh\n"
BASE = UPLINK + FILTER + ROUTE + ROUTING + VTY


def _codes(commands: str, candidate: str, dialect: Dialect = IOS, running: str = BASE) -> dict[str, Severity]:
    found = hazards.found_in(dialect, running, candidate, tuple(commands.splitlines()), {"10.0.0.1"})
    return {h.code: h.severity for h in found}


@pytest.mark.parametrize(
    ("code", "severity", "commands", "candidate"),
    [
        ("default-route-gap", "error", "no ip route 0.0.0.0 0.0.0.0 10.0.0.2\nip route 0.0.0.0 0.0.0.0 10.0.0.9\n",
         BASE.replace("10.0.0.2\n", "10.0.0.9\n")),
        ("default-route-removed", "warning", "no ip route 0.0.0.0 0.0.0.0 10.0.0.2\n", BASE.replace(ROUTE, "")),
        ("trunk-reset", "error", "interface GigabitEthernet0/1\n no switchport trunk allowed vlan 10\n", BASE),
        ("management-removed", "error",
         "interface GigabitEthernet0/1\n ip address 10.0.0.9 255.255.255.252\n",
         BASE.replace("10.0.0.1 ", "10.0.0.9 ")),
        ("management-gap", "error",
         "interface GigabitEthernet0/1\n no ip address\n ip address 10.0.0.1 255.255.255.252\n", BASE),
        ("session-cut", "error", "line vty 0 4\n transport input none\n", BASE.replace("input ssh", "input none")),
        ("session-filter", "warning", "line vty 0 4\n access-class F in\n",
         BASE.replace(VTY, VTY + " access-class F in\n")),
        ("filter-undefined", "error", "no ip access-list extended F\nip access-list extended F\n permit ip any any\n",
         BASE),
        ("filter-unbound", "warning", "interface GigabitEthernet0/1\n no ip access-group F in\n",
         BASE.replace(" ip access-group F in\n", "")),
        ("port-shut", "error", "interface GigabitEthernet0/1\n shutdown\n",
         BASE.replace(" F in\n", " F in\n shutdown\n")),
        ("routing-removed", "error", "no router ospf 1\n", BASE.replace(ROUTING, "")),
        ("routing-gap", "error", "no router ospf 1\nrouter ospf 1\n router-id 1.1.1.1\n", BASE),
        ("incomplete", "error", "", BASE.replace("10.0.0.2\n", "10.0.0.9\n")),
    ],
)  # fmt: skip
def test_each_hazard_is_found(code: str, severity: str, commands: str, candidate: str) -> None:
    assert _codes(commands, candidate) == {code: severity}


def test_nothing_is_found_in_a_harmless_change() -> None:
    candidate = BASE.replace(" ip access", " description up\n ip access")
    assert _codes("interface GigabitEthernet0/1\n description up\n exit\n", candidate) == {}


def test_the_line_is_named() -> None:
    commands = ("interface GigabitEthernet0/1", " shutdown")
    found = hazards.found_in(IOS, BASE, BASE.replace(" F in\n", " F in\n shutdown\n"), commands)
    text = "interface GigabitEthernet0/1 is shut, a way to the device"
    assert found == (Hazard(2, "port-shut", text, Severity.ERROR),)


def test_our_own_remediation_of_the_same_changes_has_no_gap() -> None:
    candidate = BASE.replace("10.0.0.2\n", "10.0.0.9\n").replace("permit ip", "permit tcp")
    sent = indent.commands(BASE, candidate, IOS)
    assert _codes("\n".join(sent), candidate) == {}


def test_where_all_takes_effect_at_once_there_are_no_gaps() -> None:
    running = canonical("interface Ethernet1\n ip access-group F in\nip access-list F\n permit ip any any\n", EOS)
    candidate = running.replace("permit ip", "permit tcp")
    sent = indent.commands(running, candidate, EOS)
    assert sent[0] == "no ip access-list F"
    assert hazards.found_in(EOS, running, candidate, sent) == ()


def test_order_is_mended_where_order_is_all() -> None:
    candidate = BASE.replace("10.0.0.2\n", "10.0.0.9\n")
    wrong = ("no ip route 0.0.0.0 0.0.0.0 10.0.0.2", "ip route 0.0.0.0 0.0.0.0 10.0.0.9")
    assert hazards.reordered(IOS, BASE, candidate, wrong) == wrong[::-1]


def test_what_order_cannot_mend_stays_as_it_is() -> None:
    wrong = ("no ip access-list extended F", "ip access-list extended F", " permit ip any any")
    assert hazards.reordered(IOS, BASE, BASE, wrong) == wrong


def test_a_filter_of_the_login_goes_after_the_login_does_without_it() -> None:
    running = BASE.replace(VTY, f"{VTY} access-class L in\n") + "ip access-list standard L\n permit 10.9.9.9\n"
    assert _codes("\n".join(indent.commands(running, BASE, IOS)), BASE, running=running) == {
        "filter-unbound": Severity.WARNING
    }


def test_a_switched_port_is_the_default_of_a_switch() -> None:
    running = "interface Ethernet1\n no switchport\n ip address 10.0.0.1/31\n"
    assert hazards.found_in(EOS, running, "", indent.commands(running, "", EOS)) == ()


LINES = st.sampled_from([
    "interface GigabitEthernet0/1", " ip address 10.0.0.1 255.255.255.252", " ip address 10.0.0.9 255.255.255.252",
    " no ip address", " shutdown", " no shutdown", " ip access-group G in", " no ip access-group F in",
    " description x",
    "ip access-list extended G", " permit ip any any", " no permit ip any any", "no ip access-list extended F",
    "no ip route 0.0.0.0 0.0.0.0 10.0.0.2", "ip route 0.0.0.0 0.0.0.0 10.0.0.9", "line vty 0 4", " access-class F in",
    "no router ospf 1", "router ospf 1", "no interface GigabitEthernet0/1",
])  # fmt: skip


@given(st.lists(LINES, max_size=25))
def test_a_state_kept_from_the_command_before_says_what_a_fresh_one_would(typed: list[str]) -> None:
    before, replay = parse(BASE), Replay(parse(BASE), IOS)
    for _, line, kept in hazards._passed(before, before, tuple(typed), IOS):
        replay.enter(typed[0])
        assert line == typed.pop(0).strip()
        fresh = State(replay.state, IOS)
        for answer in ("default_routes", "addresses", "bound", "uses", "defined", "closed", "routing_processes"):
            assert getattr(kept, answer) == getattr(fresh, answer), answer
