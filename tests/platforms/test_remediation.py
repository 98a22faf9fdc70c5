"""Remediation: line by line it leads to the candidate, and back, in an order that keeps the device reachable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.remediation import indent
from automation.remediation.dialects import EOS, IOS, VRP, Dialect
from automation.remediation.replay import applied
from automation.remediation.tree import canonical, masked, ordered, parse, without, written

PORTS = [f"GigabitEthernet0/{n}" for n in range(3)] + ["Loopback7", "GigabitEthernet0/2.10"]
NETWORKS = [f"10.0.{n}" for n in range(4)]


@st.composite
def _interface(draw: st.DrawFn, name: str, network: str) -> str:
    lines = [f"interface {name}", f" ip address {network}.{draw(st.integers(1, 3))} 255.255.255.0"]
    for text, values in (
        (" description {}", ["one", "two words"]), (" ip ospf cost {}", [5, 10]),
        (" ip access-group {} in", ["A", "B"]), (" switchport trunk allowed vlan {}", ["10,20", "10,20,30"]),
        (" ipv6 address 2001:db8::{}/64", [1, 2]), (" service-policy output {}", ["P", "Q"]),
    ):  # fmt: skip
        if (value := draw(st.none() | st.sampled_from(values))) is not None:
            lines.append(text.format(value))
    if draw(st.booleans()):
        lines.append(" shutdown")
    return "\n".join(lines)


RULES = st.lists(
    st.sampled_from([f"{a} {p} any any" for a in ("permit", "deny") for p in ("ip", "tcp", "udp", "icmp")]),
    min_size=1, max_size=5, unique=True,
)  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """Small configurations in the words of IOS."""
    blocks = [f"hostname r{draw(st.integers(1, 2))}"]
    networks = draw(st.permutations(NETWORKS))
    ports = draw(st.lists(st.sampled_from(PORTS), unique=True, max_size=4))
    blocks += [draw(_interface(name, network)) for name, network in zip(ports, networks, strict=False)]
    for name in ("A", "B"):
        if rules := draw(st.none() | RULES):
            blocks.append("\n ".join([f"ip access-list extended {name}", *rules]))
    for name in ("P", "Q"):
        if rate := draw(st.none() | st.sampled_from([1, 2])):
            blocks.append(f"policy-map {name}\n class class-default\n  shape average {rate}000000")
    if draw(st.booleans()):
        blocks.append(f"router ospf 1\n router-id 10.0.0.{draw(st.integers(1, 2))}\n passive-interface default")
    for line in ("ip route 0.0.0.0 0.0.0.0 10.0.0.{}", "ntp server 10.1.1.{}", "snmp-server location r{}"):
        if value := draw(st.none() | st.integers(1, 3)):
            blocks.append(line.format(value))
    return "\n".join(draw(st.permutations(blocks))) + "\n"


def _sent(dialect: Dialect, running: str, candidate: str) -> tuple[str, ...]:
    return indent.commands(running, candidate, dialect)


def _after(running: str, commands: tuple[str, ...], dialect: Dialect) -> str:
    return written(ordered(applied(ordered(parse(running), dialect), commands, dialect), dialect))


@settings(max_examples=60, deadline=None)
@given(configurations(), configurations())
def test_leads_to_the_candidate_and_back(running: str, candidate: str) -> None:
    there = indent.commands(running, candidate, IOS)
    assert _after(running, there, IOS) == canonical(candidate, IOS)
    back = indent.commands(candidate, running, IOS)
    assert _after(candidate, back, IOS) == canonical(running, IOS)


@settings(max_examples=20, deadline=None)
@given(configurations())
def test_nothing_to_do_is_nothing_sent(running: str) -> None:
    assert indent.commands(running, running, IOS) == ()


def test_the_new_default_route_comes_before_the_old_one_goes() -> None:
    before, after = "ip route 0.0.0.0 0.0.0.0 10.0.0.1\n", "ip route 0.0.0.0 0.0.0.0 10.0.0.2\n"
    assert _sent(IOS, before, after) == (
        "ip route 0.0.0.0 0.0.0.0 10.0.0.2", "no ip route 0.0.0.0 0.0.0.0 10.0.0.1",
    )  # fmt: skip


def test_a_trunk_list_is_never_reset() -> None:
    port = "interface GigabitEthernet0/1\n switchport trunk allowed vlan {}\n"
    sent = _sent(IOS, port.format("10,20"), port.format("10,20,30"))
    assert sent == ("interface GigabitEthernet0/1", " switchport trunk allowed vlan 10,20,30", " exit")


def test_a_filter_in_use_is_exchanged_at_a_stroke() -> None:
    text = "interface GigabitEthernet0/1\n ip access-group F in\nip access-list extended F\n permit {} any any\n"
    sent = _sent(IOS, text.format("tcp"), text.format("udp"))
    at = [sent.index(line) for line in (
        "ip access-list extended F-NEXT", " ip access-group F-NEXT in", "no ip access-list extended F",
        " ip access-group F in", "no ip access-list extended F-NEXT",
    )]  # fmt: skip
    assert at == sorted(at)
    assert _after(text.format("tcp"), sent, IOS) == canonical(text.format("udp"), IOS)


def test_a_session_of_the_device_exchanges_it_as_a_whole() -> None:
    text = "interface Ethernet1\n   ip access-group F in\nip access-list F\n   10 permit {} any any\n"
    sent = _sent(EOS, text.format("tcp"), text.format("udp"))
    assert sent == ("no ip access-list F", "ip access-list F", " permit udp any any", " exit")
    assert _after(text.format("tcp"), sent, EOS) == canonical(text.format("udp"), EOS)


def test_an_address_leaves_its_port_before_another_takes_it() -> None:
    one = "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\n"
    sent = _sent(IOS, one, one.replace("0/1", "0/2"))
    assert sent.index(" no ip address 10.0.0.1 255.255.255.0") < sent.index(" ip address 10.0.0.1 255.255.255.0")
    assert " no shutdown" in sent


def test_huawei_says_undo_and_quit() -> None:
    before = "interface GigabitEthernet0/0/1\n description old\n ospf cost 10\nacl number 3001\n rule 5 permit ip\n"
    after = "interface GigabitEthernet0/0/1\n ospf cost 20\nacl number 3001\n rule 5 deny ip\n"
    sent = _sent(VRP, before, after)
    assert {" undo description", " ospf cost 20", " quit"} < set(sent)
    assert _after(before, sent, VRP) == canonical(after, VRP)


@pytest.mark.parametrize("line", ["GigabitEthernet0/7\n shutdown", "GigabitEthernet0/7\n no ip address"])
def test_unused_ports_are_nothing(line: str) -> None:
    assert canonical(f"interface {line}\n", IOS) == ""


def test_lines_that_are_not_ours_and_secrets_go() -> None:
    tree = parse(
        "crypto pki x\n certificate 1\n  ABC\ntacacs server t\n key 7 0822455D0A16\nbanner motd ^C\n a\n b^C\n"
    )
    left = masked(without(tree, ("crypto ", "banner ")), ((r"(key)(?: \d)? \S+", r"\1 <secret:tacacs>"),))
    assert written(left) == "tacacs server t\n key <secret:tacacs>\n"
