"""The filters that Juniper Junos is given decide about packets as the policy does, and let answers through."""

import itertools
import random
import re
from datetime import date
from ipaddress import ip_network

import pytest

from automation.intent import intent_of
from automation.render import render
from automation.settings import ConfigurationSettings
from inventory.demo.vendors import mixed_city
from inventory.model.rule import Action, RuleProtocol, ZoneRule
from inventory.policy import Flow, Zone
from inventory.transit import transit_of
from tests.support.first_match import Entry, Packet, inwards, outwards, passes

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "juniper-junos")
LINE = re.compile(r"set firewall family (inet6?) filter (\S+) term (\S+) (from|then) (.+)")
Terms = dict[str, list[tuple[str, str]]]


def filters(config: str) -> dict[tuple[str, str], list[Entry]]:
    """Rules by family and name of their filter; a term with several values is one rule for each choice of them."""
    found: dict[tuple[str, str], Terms] = {}
    for line in config.splitlines():
        if line.startswith("set firewall"):
            part = LINE.fullmatch(line)
            assert part, f"not a rule: {line}"
            family, name, term, side, words = part.groups()
            found.setdefault((family, name), {}).setdefault(term, []).append((side, words))
    return {key: [e for lines in terms.values() for e in entries(lines)] for key, terms in found.items()}


def entries(lines: list[tuple[str, str]]) -> list[Entry]:
    values: dict[str, list[str]] = {}
    verdict = next(words for side, words in lines if side == "then")
    for word, _, value in (words.partition(" ") for side, words in lines if side == "from"):
        values.setdefault("protocol" if word == "next-header" else word, []).append(value)
    keys = ("protocol", "source-address", "destination-address", "source-port", "destination-port", "icmp-type")
    assert values.keys() <= {*keys, "tcp-established"}, values
    if "tcp-established" in values:
        assert values["protocol"] == ["tcp"], "flags are looked for in TCP only"
    return [
        Entry(
            verdict == "accept", "icmp" if protocol == "icmp6" else protocol,
            ip_network(source) if source else None, ip_network(destination) if destination else None,
            int(source_port) if source_port else None,
            int(port) if port and "-" not in port else None, 1023 if port == "1024-65535" else None,
            "tcp-established" in values, kind,
        )
        for protocol, source, destination, source_port, port, kind in itertools.product(
            *(values.get(key, [None]) for key in keys)
        )
    ]  # fmt: skip


def zones(name: str) -> list[Zone]:
    return list(intent_of(CITY, name, DAY, ConfigurationSettings()).zones)


def of(lists: dict[tuple[str, str], list[Entry]], direction: str, zone: Zone, packet: Packet) -> list[Entry]:
    port = re.sub(r"[/.]", "-", zone.port.partition(":")[2])
    return lists["inet" if packet.source.version == 4 else "inet6", f"{direction}-{port}-0"]


GATEWAYS = [name for name in NAMES if zones(name)]


def test_there_is_something_to_look_at() -> None:
    assert GATEWAYS


@pytest.mark.parametrize("name", GATEWAYS)
def test_filters_decide_as_the_policy_does(name: str) -> None:
    lists = filters(render(CITY, name, DAY).texts()["config"])
    permitted = 0
    for zone in zones(name):
        for packet, wanted in outwards(zone, 5, 1200):
            permitted += wanted
            assert passes(of(lists, "FROM", zone, packet), packet) == wanted, packet
        for packet, wanted in inwards(zone, 7, 1200):
            permitted += wanted
            assert passes(of(lists, "TO", zone, packet), packet) == wanted, packet
    assert permitted > 100, "the packets of the test are no test"


@pytest.mark.parametrize("name", GATEWAYS)
def test_answers_come_back(name: str) -> None:
    lists = filters(render(CITY, name, DAY).texts()["config"])
    answered = {53, 123, 443}
    for zone in zones(name):
        for packet, permitted in outwards(zone, 11, 600):
            if permitted and (packet.protocol != "udp" or packet.port in answered):
                assert passes(of(lists, "TO", zone, packet), packet.answer()), packet
        for packet, permitted in inwards(zone, 13, 600):
            if permitted and (packet.protocol != "udp" or packet.port in answered):
                assert passes(of(lists, "FROM", zone, packet), packet.answer()), packet


def test_only_the_management_station_logs_in() -> None:
    config = render(CITY, NAMES[0], DAY).texts()["config"]
    assert "set interfaces lo0 unit 0 family inet filter input MANAGEMENT\n" in config
    rules = filters(config)["inet", "MANAGEMENT"]
    device = ip_network("10.255.0.1/32")[0]
    for manager in intent_of(CITY, NAMES[0], DAY, ConfigurationSettings()).managers:
        source = ip_network(manager)[0]
        assert passes(rules, Packet("tcp", source, device, port=22))
        assert passes(rules, Packet("udp", source, device, port=161))
    stranger = ip_network("10.44.10.7/32")[0]
    assert not passes(rules, Packet("tcp", stranger, device, port=22))
    assert not passes(rules, Packet("udp", stranger, device, port=161))
    assert passes(rules, Packet("icmp", stranger, device))
    assert passes(rules, Packet("udp", stranger, device, port=3784))


def test_rules_in_mid_path_stand_on_uplinks() -> None:
    """What a router's operators forbid is dropped on every uplink; the rest, routing and answers pass."""
    name = next(n for n in NAMES if not zones(n))
    rule = ZoneRule(
        slug="no-telnet", order=1, action=Action.DENY, routers=(name,), protocol=RuleProtocol.TCP, ports=(23,),
        destinations=(ip_network("10.44.0.0/16"), ip_network("2001:db8:44::/48")), comment="old protocol",
    )  # fmt: skip
    network = CITY.model_copy(update={"rules": (*CITY.rules, rule)})
    config = render(network, name, DAY).texts()["config"]
    uplinks = [i for i in network.device[name].interfaces if i.kind == "p2p"]
    for words in ("family inet filter input TRANSIT\n", "family inet6 filter output TRANSIT\n"):
        assert config.count(words) == len(uplinks)
    lists, rules, rng = filters(config), transit_of(network, DAY).of(name), random.Random(3)
    for _ in range(500):
        block = rng.choice([ip_network("10.44.0.0/16"), ip_network("198.51.100.0/24"), ip_network("2001:db8:44::/48")])
        source = ip_network("203.0.113.9" if block.version == 4 else "2001:db8:1130::9")[0]
        packet = Packet("tcp", source, block[rng.randrange(2, 200)], port=rng.choice([22, 23, 443]))
        flow = Flow(packet.destination, RuleProtocol.TCP, packet.port, packet.source)
        decided = next((r.action is Action.PERMIT for r in rules if r.matches(flow)), True)
        chosen = lists["inet" if block.version == 4 else "inet6", "TRANSIT"]
        assert passes(chosen, packet) == decided
        assert passes(chosen, packet.answer())
