"""The access lists that Arista EOS is given decide about packets as the policy does, and let answers through."""

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
from inventory.policy import Block, Flow, Zone
from inventory.transit import transit_of
from tests.support.first_match import Entry, Packet, inwards, outwards, passes

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "arista-eos")
RULE = re.compile(
    r"(permit|deny) (\S+) (any|host \S+|\S+/\d+)(?: eq (\d+))? (any|host \S+|\S+/\d+)"
    r"(?: eq (\d+)| gt (\d+)| (established|[a-z-]+))?$"
)


def filters(config: str) -> dict[str, list[Entry]]:
    """Rules by the name of their list."""
    found: dict[str, list[Entry]] = {}
    name = ""
    for line in config.splitlines():
        if header := re.match(r"(?:ip|ipv6) access-list (?!standard)(\S+)", line):
            name = header[1]
            found[name] = []
        elif not line.startswith(" "):
            name = ""
        elif name:
            found[name].append(entry(line.strip()))
    return found


def block(words: str) -> Block | None:
    return None if words == "any" else ip_network(words.removeprefix("host "))


def entry(line: str) -> Entry:
    rule = RULE.match(line)
    assert rule, f"not a rule: {line}"
    action, protocol, source, source_port, destination, port, above, word = rule.groups()
    return Entry(
        action == "permit", {"ip": None, "ipv6": None, "icmpv6": "icmp"}.get(protocol, protocol),
        block(source), block(destination),
        int(source_port) if source_port else None, int(port) if port else None, int(above) if above else None,
        word == "established", None if word in (None, "established") else word,
    )  # fmt: skip


def zones(name: str) -> list[Zone]:
    return list(intent_of(CITY, name, DAY, ConfigurationSettings()).zones)


def of(lists: dict[str, list[Entry]], direction: str, packet: Packet) -> list[Entry]:
    suffix = "-V6" if packet.source.version == 6 else ""
    return next(rules for name, rules in lists.items() if re.fullmatch(rf"{direction}-\w+{suffix}", name))


@pytest.mark.parametrize("name", [name for name in NAMES if zones(name)])
def test_lists_decide_as_the_policy_does(name: str) -> None:
    lists = filters(render(CITY, name, DAY).texts()["config"])
    permitted = 0
    for zone in zones(name):
        for packet, wanted in outwards(zone, 5, 600):
            permitted += wanted
            assert passes(of(lists, "FROM", packet), packet) == wanted, packet
        for packet, wanted in inwards(zone, 7, 600):
            assert passes(of(lists, "TO", packet), packet) == wanted, packet
    assert permitted > 50, "the packets of the test are no test"


@pytest.mark.parametrize("name", [name for name in NAMES if zones(name)])
def test_answers_come_back(name: str) -> None:
    lists = filters(render(CITY, name, DAY).texts()["config"])
    answered = {53, 123, 443}
    for zone in zones(name):
        for packet, permitted in outwards(zone, 11, 400):
            if permitted and (packet.protocol != "udp" or packet.port in answered):
                assert passes(of(lists, "TO", packet), packet.answer()), packet
        for packet, permitted in inwards(zone, 13, 400):
            if permitted and (packet.protocol != "udp" or packet.port in answered):
                assert passes(of(lists, "FROM", packet), packet.answer()), packet


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
    assert (
        config.count(" ip access-group TRANSIT in\n")
        == config.count(" ipv6 access-group TRANSIT-V6 out\n")
        == len(uplinks)
    )
    lists, rules, rng = filters(config), transit_of(network, DAY).of(name), random.Random(3)
    for _ in range(500):
        there = rng.choice([ip_network("10.44.0.0/16"), ip_network("198.51.100.0/24"), ip_network("2001:db8:44::/48")])
        source = ip_network("203.0.113.9" if there.version == 4 else "2001:db8:1130::9")[0]
        packet = Packet("tcp", source, there[rng.randrange(2, 200)], port=rng.choice([22, 23, 443]))
        flow = Flow(packet.destination, RuleProtocol.TCP, packet.port, packet.source)
        decided = next((r.action is Action.PERMIT for r in rules if r.matches(flow)), True)
        chosen = lists["TRANSIT" if there.version == 4 else "TRANSIT-V6"]
        assert passes(chosen, packet) == decided
        assert passes(chosen, packet.answer())
