"""UCI commands from any configuration to any other: carried out by the simulated device, which shares no code."""

import re
from dataclasses import replace
from datetime import date
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.intent import intent_of
from automation.netjson import finished
from automation.remediation import commands
from automation.remediation.openwrt_text import Section, canonical, managed, parse, written
from automation.render import render, render_intent
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from inventory.policy import Zone
from lab.simulators.clock import VirtualClock
from lab.simulators.openwrt import OpenWrt
from tests.support.first_match import Entry, Packet, inwards, outwards, passes

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "openwrt")
PACKAGES = ("firewall", "network", "system")
TEXTS = st.sampled_from(["1", "eth1", "it's", 'a "b" c', "zażółć", "$(reboot)", "-x", "|", "a\\b", "#"])
VALUES = st.one_of(TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
SECTIONS = st.tuples(
    st.sampled_from(["rule", "zone"]), st.dictionaries(st.sampled_from(["a", "b", "c_d"]), VALUES, max_size=3)
)


@st.composite
def _configurations(draw: st.DrawFn) -> str:
    found = []
    for package in PACKAGES:
        for name in draw(st.lists(st.sampled_from("pqrstuv"), unique=True, max_size=6)):
            kind, options = draw(SECTIONS)
            found.append(Section(package, kind, name, tuple(options.items())))
    return written(canonical(found))


@st.composite
def _found(draw: st.DrawFn) -> str:
    """What a device may run: also sections nobody named."""
    extra = "".join(f"config rule\n\toption a '{n}'\n\n" for n in range(draw(st.integers(0, 2))))
    return written(canonical(parse(draw(_configurations()) + f"\npackage network\n\n{extra}")))


def _device(text: str) -> OpenWrt:
    empty = "".join(f"package {package}\n" for package in PACKAGES if f"package {package}\n" not in text)
    return OpenWrt("r1", f"{empty}{text}", VirtualClock())


def _running(device: OpenWrt) -> str:
    return written(canonical(s for s in parse(device.running()) if s.package in PACKAGES))


@settings(max_examples=60, deadline=None)
@given(_found(), _configurations())
def test_any_configuration_becomes_any_other(before: str, after: str) -> None:
    device = _device(before)
    assert _running(device) == before
    lines = commands("openwrt", before, after)
    status, _, complaint = device.shell().run("\n".join((*lines, "uci commit")), strict=True)
    assert (status, complaint) == (0, "")
    assert _running(device) == after
    assert (lines == ()) == (before == after)


def _rules(*names: str) -> str:
    return "package firewall\n\n" + "".join(f"config rule '{name}'\n\toption a '1'\n\n" for name in names)


def test_only_what_differs_is_said() -> None:
    assert commands("openwrt", _rules("p", "r"), _rules("p", "q", "r")) == (
        "uci set firewall.q=rule", "uci set firewall.q.a='1'", "uci reorder firewall.q=1",
    )  # fmt: skip
    assert commands("openwrt", _rules("p", "q", "r"), _rules("q", "r", "p")) == ("uci reorder firewall.p=2",)
    assert commands("openwrt", _rules("p", "q"), _rules("q")) == ("uci delete firewall.p",)
    one, two = (f"package network\n\nconfig x 'p'\n\tlist l 'a'\n{more}" for more in ("", "\tlist l 'b'\n"))
    assert commands("openwrt", one, two) == ("uci add_list network.p.l='b'",)
    assert commands("openwrt", two, one) == ("uci delete network.p.l", "uci add_list network.p.l='a'")


def test_what_is_not_ours_is_left_alone() -> None:
    text = (
        "package dropbear\n\nconfig dropbear\n\toption Port '22'\n\npackage wireless\n\nconfig wifi-device 'radio0'\n"
        "\toption path 'platform/wifi'\n\toption band '5g'\n\npackage network\n\nconfig globals 'globals'\n"
    )
    unmanaged = [re.compile(pattern) for pattern in platforms.load("openwrt").unmanaged]
    assert [s.shown() for s in managed(parse(text), unmanaged)] == ["wireless.radio0=wifi-device"]
    assert next(managed(parse(text), unmanaged)).options == (("band", "5g"),)


def _entries(config: str, source: str) -> list[Entry]:
    """Rules for what is forwarded from a zone, as fw4 makes them: one for each combination, answers apart."""
    found = []
    for section in parse(config):
        told = {key: value if isinstance(value, tuple) else (value,) for key, value in section.options}
        if section.package == "firewall" and section.kind == "rule" and told["src"] == (source,) and "dest" in told:
            assert told["family"] in (("ipv4",), ("ipv6",)) and told["target"][0] in ("ACCEPT", "REJECT")
            found += _combinations(told)
    return found


def _combinations(told: dict[str, tuple[str, ...]]) -> list[Entry]:
    any_address = "0.0.0.0/0" if told["family"] == ("ipv4",) else "::/0"
    return [
        Entry(told["target"] == ("ACCEPT",), {"all": None, "icmpv6": "icmp"}.get(protocol, protocol),
              ip_network(near), ip_network(far), None, int(port) if port else None)
        for protocol in told["proto"] for near in told.get("src_ip", (any_address,))
        for far in told.get("dest_ip", (any_address,)) for port in told.get("dest_port", ("",))
    ]  # fmt: skip


def _judged(entries: list[Entry], packet: Packet) -> bool:
    return passes([e for e in entries if e.source and e.source.version == packet.source.version], packet)


def test_filters_decide_as_the_policy_does() -> None:
    permitted = 0
    for name in NAMES:
        zones: tuple[Zone, ...] = intent_of(CITY, name, DAY, ConfigurationSettings()).zones
        config = render(CITY, name, DAY).texts()["config"]
        out, in_ = _entries(config, "lan"), _entries(config, "uplink")
        for zone in zones:
            for packet, allowed in outwards(zone, 7, 150):
                assert _judged(out, packet) is allowed, packet
                permitted += allowed
            for packet, allowed in inwards(zone, 7, 150):
                assert _judged(in_, packet) is allowed, packet
                permitted += allowed
    assert permitted > 60


def test_netjsonconfig_makes_the_text() -> None:
    queue = '{"config_name": "queue", "config_value": "q", "upload": "9"}'
    assert finished(f'{{"general": {{"hostname": "r1"}}, "sqm": [{queue}]}}') == (
        "package sqm\n\nconfig queue 'q'\n\toption upload '9'\n\n"
        "package system\n\nconfig system 'system'\n\toption hostname 'r1'\n"
    )


def test_settings_reach_the_device() -> None:
    settings_ = ConfigurationSettings(syslog_servers=("10.50.0.7",), ntp_servers=("10.50.0.8",), contact="the 'noc'")
    intent = intent_of(CITY, NAMES[0], DAY, settings_)
    assert intent.wireless is not None
    limited = replace(intent, wireless=replace(intent.wireless, session_minutes=90, up_bps=2_500_000, ssid="It's free"))
    text = render_intent(platforms.load("openwrt"), limited).texts()["config"]
    device = _device("")
    for package in {section.package for section in parse(text)}:
        device.shell().run(f"touch /etc/config/{package}")
    status, _, complaint = device.shell().run("\n".join((*commands("openwrt", "", text), "uci commit")), strict=True)
    assert (status, complaint) == (0, "")
    shown = device.shell().run("uci show")[1].splitlines()
    for line in (
        "system.system.log_ip='10.50.0.7'", "system.ntp.server='10.50.0.8'", "opennds.opennds.sessiontimeout='90'",
        "opennds.opennds.uploadrate='2500'", "opennds.opennds.downloadrate='30000'",
        "wireless.wifi_guests0.ssid='It'\\''s free'", "wireless.wifi_guests0.isolate='1'", "firewall.uplink.masq='1'",
        "snmpd.system.sysContact='the '\\''noc'\\'''",
    ):  # fmt: skip
        assert line in shown
    assert [line for line in shown if line.startswith("sqm.") and ".upload=" in line]


def test_what_openwrt_cannot_filter_is_refused() -> None:
    intent = intent_of(CITY, NAMES[0], DAY, ConfigurationSettings())
    with pytest.raises(RefusedRequest, match="mid-path"):
        render_intent(platforms.load("openwrt"), replace(intent, transit=intent.zones[0].outbound))
    lan = next(port for port in intent.ports if port.kind == "lan")
    with pytest.raises(RefusedRequest, match="one LAN only"):
        render_intent(platforms.load("openwrt"), replace(intent, ports=(*intent.ports, replace(lan, name="eth9"))))
