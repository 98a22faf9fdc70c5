"""RouterOS commands from any configuration to any other: carried out by the simulated device, which shares no code."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.remediation import commands
from automation.remediation.mikrotik_routeros_text import finished, typed
from lab.simulators.clock import VirtualClock
from lab.simulators.mikrotik_routeros import MikrotikRouterOs

SLUG = "mikrotik-routeros"
COMMENTS = st.sampled_from(
    ["", " comment=LAN", ' comment="do \u0142\u0105ki"', ' comment="a \\"b\\" \\$c \\\\ = d\\?"']
)
PORTS = st.sampled_from(["ether1", "ether2", "ether3"])
ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.2.7"])
CHAINS = ("forward", "from-ether2", "refuse")


@st.composite
def _menus(draw: st.DrawFn) -> list[str]:
    lines = ["/system identity set name=r1"]
    for port in draw(st.sets(PORTS)):
        lines.append(f"/interface ethernet set [ find default-name={port} ]{draw(COMMENTS)}")
    for vid in draw(st.sets(st.sampled_from([10, 20]))):
        lines.append(f"/interface vlan add{draw(COMMENTS)} interface={draw(PORTS)} name=v{vid} vlan-id={vid}")
    for address in draw(st.sets(ADDRESSES)):
        length = draw(st.sampled_from([24, 25, 31]))
        lines.append(f"/ip address add address={address}/{length} interface={draw(PORTS)}")
    for hop in draw(st.sets(st.sampled_from(["10.0.0.9", "10.0.1.9"]))):
        lines.append(
            f"/ip route add distance={draw(st.sampled_from([1, 250, 251]))} dst-address=0.0.0.0/0 gateway={hop}"
        )
    for block in draw(st.sets(st.sampled_from(["10.1.0.0/16", "10.2.0.3", "10.3.0.0/24"]))):
        lines.append(f"/ip firewall address-list add address={block} list=city")
    if draw(st.booleans()):
        lines += _routing(draw)
    lines += draw(
        st.sampled_from([[], ["/snmp set enabled=yes location=rynek"], ['/snmp set contact="a b" enabled=yes']])
    )
    return lines


def _routing(draw: st.DrawFn) -> Iterator[str]:
    yield f"/routing ospf instance add name=v2 router-id={draw(ADDRESSES)}"
    yield "/routing ospf area add area-id=0.0.0.0 instance=v2 name=backbone"
    for port in draw(st.sets(PORTS)):
        manner = draw(st.sampled_from(["passive", "cost=20 type=ptp", "hello-interval=1s type=ptp use-bfd=yes"]))
        yield f"/routing ospf interface-template add area=backbone interfaces={port} {manner}"


RULE = st.builds(
    lambda action, port, net: f"{action}{net} dst-port={port} protocol=tcp",
    st.sampled_from(["action=accept", "action=return", "action=jump jump-target=refuse"]),
    st.sampled_from([22, 80, 443]),
    st.sampled_from(["", " dst-address=10.1.0.0/16", " dst-address-list=city", " comment=dns"]),
)


def _whole(menus: list[str], chains: tuple[list[str], ...]) -> str:
    rules = [f"/ip firewall filter add chain={c} {r}" for c, own in zip(CHAINS, chains, strict=True) for r in own]
    return "".join(f"{line}\n" for line in (*menus, *rules))


CONFIGURATIONS = st.builds(_whole, _menus(), st.tuples(*[st.lists(RULE, max_size=6) for _ in CHAINS]))


def _device(text: str) -> MikrotikRouterOs:
    device = MikrotikRouterOs("r1", "", VirtualClock())
    for line in commands(SLUG, "", text):
        assert device.cli().enter(typed(line)) == "", line
    return device


def _default_routes(device: MikrotikRouterOs) -> int:
    return len(device.state.objects.get("ip/route", []))


@settings(max_examples=30, deadline=None)
@given(CONFIGURATIONS, CONFIGURATIONS)
def test_any_configuration_becomes_any_other(before: str, after: str) -> None:
    before, after = finished(before), finished(after)
    device = _device(before)
    assert finished(device.exported("terse", "show-sensitive")) == before
    lines = commands(SLUG, before, after)
    routed = [_default_routes(device)]
    for line in lines:
        assert device.cli().enter(typed(line)) == "", line
        routed.append(_default_routes(device))
    assert finished(device.exported("terse", "show-sensitive")) == after
    assert min(routed) >= min(routed[0], routed[-1], 1), "the default route was gone in between"
    for line in commands(SLUG, after, before):
        assert device.cli().enter(typed(line)) == "", line
    assert finished(device.exported("terse", "show-sensitive")) == before
    differing = len(set(before.splitlines()) ^ set(after.splitlines()))
    assert (lines == ()) == (before == after)
    repeated = len(before.splitlines()) - len(set(before.splitlines()))
    repeated += len(after.splitlines()) - len(set(after.splitlines()))
    if not repeated and "filter" not in before + after:
        assert len(lines) <= differing


def test_one_rule_in_the_middle_is_one_command() -> None:
    rules = [f"/ip firewall filter add action=accept chain=forward dst-port={port} protocol=tcp\n" for port in range(5)]
    fewer = "".join(rules[:2] + rules[3:])
    assert commands(SLUG, fewer, "".join(rules)) == (rules[2].strip() + " place-before=[:pick [find chain=forward] 2]",)
    assert commands(SLUG, "".join(rules), fewer) == ("/ip firewall filter remove [:pick [find chain=forward] 2]",)


def test_a_chain_in_use_is_complete_before_it_is_jumped_to_and_goes_last() -> None:
    jump = "/ip firewall filter add action=jump chain=forward in-interface=ether2 jump-target=from-ether2\n"
    inner = "/ip firewall filter add action=drop chain=from-ether2\n"
    made, gone = commands(SLUG, "", jump + inner), commands(SLUG, jump + inner, "")
    assert ["from-ether2 " in f"{line} " and "jump" not in line for line in made] == [True, False]
    assert gone == (
        "/ip firewall filter remove [:pick [find chain=forward] 0]",
        "/ip firewall filter remove [:pick [find chain=from-ether2] 0]",
    )


def test_an_address_changes_its_length_in_place() -> None:
    old, new = (
        "/ip address add address=10.0.0.1/24 interface=ether1\n",
        "/ip address add address=10.0.0.1/25 interface=ether1\n",
    )
    assert commands(SLUG, old, new) == ("/ip address set [find address=10.0.0.1/24] address=10.0.0.1/25",)


def test_wrapped_and_relative_exports_read_the_same() -> None:
    wrapped = (
        '# jan/01/2026 by RouterOS 7.16\r\n/ip address\r\nadd address=10.0.0.1/24 comment="a \\\r\n    b" \\\r\n'
        "    interface=ether1 network=10.0.0.0\r\n/interface ethernet\r\n"
        'set [ find default-name=ether1 ] comment="Go\\C5\\9Bcie"\r\n'
    )
    assert finished(wrapped) == (
        '/interface ethernet set [ find default-name=ether1 ] comment="Goście"\n'
        '/ip address add address=10.0.0.1/24 comment="a b" interface=ether1\n'
    )
