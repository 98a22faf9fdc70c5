"""The access lists a Cisco IOS gets decide as the zone policy they were made from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automation.intent import intent_of
from automation.remediation.tree import parse
from automation.render import render_intent
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.model.rule import Action, RuleProtocol
from inventory.policy import Flow, PolicyRule, decide
from tests.support.ios import DAY

Address = IPv4Address | IPv6Address
Block = IPv4Network | IPv6Network
NUMBERS = {"domain": 53, "www": 80, "snmp": 161, "ntp": 123, "bootps": 67, "syslog": 514, "tacacs": 49, "smtp": 25,
           "snmptrap": 162, "telnet": 23, "ftp": 21}  # fmt: skip
ENTRY = re.compile(r"(permit|deny) (\S+) (.*)")


@dataclass(frozen=True)
class Entry:
    """A rule of a list, read from its text."""

    permits: bool
    protocol: str
    source: Block | None
    destination: Block | None
    port: int | None
    kind: str | None

    def matches(self, flow: Flow) -> bool:
        """Whether it decides the first packet of a conversation."""
        if self.kind is not None or self.protocol not in ("ip", "ipv6", str(flow.protocol)):
            return False
        if self.source is not None and (flow.source is None or flow.source not in self.source):
            return False
        if self.destination is not None and flow.destination not in self.destination:
            return False
        return self.port is None or self.port == flow.port


def _entries(config: str, header: str) -> list[Entry]:
    block = next(node for node in parse(config) if node.text == header)
    return [_entry(ENTRY.fullmatch(c.text)) for c in block.children if not c.text.startswith("evaluate ")]


def _entry(found: re.Match[str] | None) -> Entry:
    assert found is not None
    words = found[3].split(" reflect ")[0].split()
    source, destination = _place(words), _place(words)
    port = kind = None
    if words[:1] == ["eq"]:
        port = NUMBERS.get(words[1]) or int(words[1])
    elif words:
        kind = words[0]
    return Entry(found[1] == "permit", found[2], source, destination, port, kind)


def _place(words: list[str]) -> Block | None:
    first = words.pop(0)
    if first == "any":
        return None
    if first == "host":
        return ip_network(words.pop(0))
    return ip_network(first) if "/" in first else ip_network(f"{first}/{words.pop(0)}")


def _permits(entries: list[Entry], flow: Flow) -> bool:
    """What no entry matches is dropped."""
    return next((entry.permits for entry in entries if entry.matches(flow)), False)


def _lists() -> Iterator[tuple[str, str, tuple[PolicyRule, ...], int, list[Entry], tuple[str, ...]]]:
    platform, network = platforms.load("cisco-ios"), mixed_city()
    for name in (d.slug for d in network.configured() if d.platform == "cisco-ios"):
        intent = intent_of(network, name, DAY, ConfigurationSettings())
        config = render_intent(platform, intent).texts()["config"]
        for port in (p for p in intent.ports if p.zone):
            assert port.zone is not None
            place = port.name.replace("/", "-")
            for way, rules in (("FROM", port.zone.outbound), ("TO", port.zone.inbound)):
                own = tuple(a.partition("/")[0] for a in (*port.ipv4, *port.ipv6)) if way == "FROM" else ()
                four = _entries(config, f"ip access-list extended {way}-{place}")
                six = _entries(config, f"ipv6 access-list {way}-{place}-V6")
                yield name, f"{way}-{place}", rules, 4, four, own
                yield name, f"{way}-{place}-V6", rules, 6, six, own


LISTS = list(_lists())


def _addresses(rules: tuple[PolicyRule, ...], version: int) -> st.SearchStrategy[Address]:
    """Addresses at the edges of what the rules name, and any others."""
    blocks = [b for rule in rules for b in (*rule.sources, *rule.destinations) if b.version == version]
    edges = {b[0] for b in blocks} | {b[-1] for b in blocks} | {b[-1] + 1 for b in blocks}
    anything = st.ip_addresses(v=version)  # type: ignore[arg-type]
    return st.sampled_from(sorted(edges, key=int)) | anything if edges else anything


@st.composite
def _flows(draw: st.DrawFn, rules: tuple[PolicyRule, ...], version: int) -> Flow:
    protocol = draw(st.sampled_from([RuleProtocol.TCP, RuleProtocol.UDP, RuleProtocol.ICMP]))
    named = sorted({port for rule in rules for port in rule.ports} | {22, 443})
    port = None if protocol is RuleProtocol.ICMP else draw(st.sampled_from(named) | st.integers(1, 65535))
    places = _addresses(rules, version)
    return Flow(draw(places), protocol, port, draw(places))


@pytest.mark.parametrize(("rules", "version", "entries", "own"), [(r, v, e, o) for _, _, r, v, e, o in LISTS],
                         ids=[f"{name}-{title}" for name, title, *_ in LISTS])  # fmt: skip
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_lists_decide_as_the_policy(
    rules: tuple[PolicyRule, ...], version: int, entries: list[Entry], own: tuple[str, ...], data: st.DataObject
) -> None:
    flow = data.draw(_flows(rules, version))
    if flow.protocol is RuleProtocol.ICMP and flow.destination in {ip_address(a) for a in own}:
        assert _permits(entries, flow), "the gateway of a LAN answers pings"
        return
    assert _permits(entries, flow) == (decide(rules, flow).action is Action.PERMIT)


def test_what_is_permitted_one_way_is_awaited_the_other() -> None:
    config = render_intent(
        platforms.load("cisco-ios"), intent_of(mixed_city(), "border", DAY, ConfigurationSettings())
    ).texts()["config"]
    for name in ("FROM-GigabitEthernet0-2", "TO-GigabitEthernet0-2", "FROM-GigabitEthernet0-2-V6"):
        block = next(n for n in parse(config) if n.text.endswith(f" {name}"))
        lines = [c.text for c in block.children]
        asked = [n for n, line in enumerate(lines) if line.startswith("evaluate ")]
        assert len(asked) == 1
        awaited = {"FROM": "STARTED-OUTSIDE", "TO": "STARTED-INSIDE"}[name.partition("-")[0]]
        assert lines[asked[0]] == f"evaluate {awaited}-{name.partition('-')[2]}"
        started = [line for line in lines[asked[0] + 1 :] if line.startswith("permit ")]
        assert started
        assert all(" reflect STARTED-" in line for line in started)


def test_a_wrong_rule_would_be_seen() -> None:
    entries = _entries("ip access-list extended X\n permit tcp any host 10.0.0.1 eq www\n", "ip access-list extended X")
    assert _permits(entries, Flow(IPv4Address("10.0.0.1"), RuleProtocol.TCP, 80, IPv4Address("10.1.1.1")))
    assert not _permits(entries, Flow(IPv4Address("10.0.0.1"), RuleProtocol.TCP, 443, IPv4Address("10.1.1.1")))
