"""Every fact of the intent reaches the text of RouterOS, and the device takes the text."""

from dataclasses import replace
from datetime import date

import pytest

from automation.intent import Intent, Tag, intent_of
from automation.remediation import commands
from automation.remediation.mikrotik_routeros_text import finished, typed
from automation.render import render_intent
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.demo.vendors import mixed_city
from lab.simulators.clock import VirtualClock
from lab.simulators.mikrotik_routeros import MikrotikRouterOs

DAY, CITY, ROUTEROS = date(2026, 11, 1), mixed_city(), platforms.load("mikrotik-routeros")
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "mikrotik-routeros")
SETTINGS = ConfigurationSettings(
    syslog_servers=("10.50.0.7",), ntp_servers=("10.50.0.8", "10.50.0.9"), tacacs_servers=("10.50.0.10",),
    contact='the "noc"; $5?', ospf_hello_seconds=10, ospf_dead_seconds=75, ospf_bfd=False, dhcp_lease_minutes=90,
)  # fmt: skip


def _taken(intent: Intent) -> str:
    """The text, after the device has taken it and printed it again."""
    text = render_intent(ROUTEROS, intent).texts()["config"]
    device = MikrotikRouterOs("r1", "", VirtualClock())
    for line in commands(ROUTEROS.slug, "", text):
        assert device.cli().enter(typed(line)) == "", line
    assert finished(device.exported("terse", "show-sensitive")) == text
    return text


@pytest.mark.parametrize("name", NAMES)
def test_every_device_takes_its_text(name: str) -> None:
    assert f"/system identity set name={name}\n" in _taken(intent_of(CITY, name, DAY, ConfigurationSettings()))


def test_settings_reach_the_device() -> None:
    text = _taken(intent_of(CITY, "hs-plac-krakowski", DAY, SETTINGS))
    for line in (
        '/snmp set contact="the \\"noc\\"; \\$5\\?" enabled=yes location=plac-krakowski',
        "/system logging action add name=syslog1 remote=10.50.0.7 target=remote",
        "/system logging add action=syslog1 topics=warning",
        "/system ntp client set enabled=yes",
        "/system ntp client servers add address=10.50.0.9",
        '/radius add address=10.50.0.10 secret="<secret:tacacs>" service=login',
        "/user aaa set use-radius=yes",
        "/ip dhcp-server add address-pool=guests interface=ether2 lease-time=1h30m name=guests",
    ):
        assert f"{line}\n" in text
    assert "hello-interval" not in text, "ten seconds are what RouterOS assumes"
    assert "dead-interval=1m15s" in text and "bfd" not in text.replace("comment=bfd", "")


def test_a_tagged_lan_is_a_vlan_interface() -> None:
    intent = intent_of(CITY, "gw-szkola-trynek", DAY, ConfigurationSettings())
    ports = tuple(replace(p, name="ether2.20", vlan=Tag(20, "lan")) if p.kind == "lan" else p for p in intent.ports)
    text = _taken(replace(intent, ports=ports, zones=()))
    assert "/interface vlan add comment=LAN interface=ether2 name=ether2.20 vlan-id=20\n" in text
    assert "/ip address add address=10.44.20.1/24 interface=ether2.20\n" in text


def test_a_session_limit_and_rates_are_those_of_the_policy() -> None:
    intent = intent_of(CITY, "hs-plac-krakowski", DAY, ConfigurationSettings())
    assert intent.wireless is not None
    limited = replace(intent, wireless=replace(intent.wireless, session_minutes=90, up_bps=2_500_000))
    text = _taken(limited)
    assert "/ip hotspot user profile add name=guests rate-limit=2500k/30M session-timeout=1h30m\n" in text
    assert "trial-uptime-limit=1h30m" in text
