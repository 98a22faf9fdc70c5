"""The filters RouterOS is given decide about packets as the policy does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network

import pytest

from automation.intent import Intent, intent_of
from automation.remediation.mikrotik_routeros_text import read
from automation.render import render_intent
from automation.settings import ConfigurationSettings
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from inventory.model.rule import Action, RuleProtocol
from inventory.policy import Address, Block, Flow
from tests.support.first_match import Packet, inwards, outwards
from tests.support.ruled_network import ruled_network
from tests.support.small_network import DAY

CITY = mixed_city()
ROUTEROS = platforms.load("mikrotik-routeros")
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "mikrotik-routeros")


class Filter:
    """Rules of a configuration, by IP version."""

    def __init__(self, config: str) -> None:
        self.rules: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.lists: dict[tuple[int, str], list[Block]] = {}
        for item in read(config):
            version = 4 if item.menu.startswith("/ip ") else 6
            if item.menu.endswith("filter"):
                self.rules.setdefault((item.menu, item.get("chain")), []).append(dict(item.props))
            elif item.menu.endswith("address-list"):
                self.lists.setdefault((version, item.get("list")), []).append(ip_network(item.get("address")))

    def forwards(self, packet: Packet, came: str, goes: str, state: str = "new") -> bool:
        """Whether a packet is forwarded: what no rule decides is."""
        return self._walk("forward", packet, {"in-interface": came, "out-interface": goes}, state) is not False

    def _walk(self, chain: str, packet: Packet, ports: dict[str, str], state: str) -> bool | None:
        menu = "/ip firewall filter" if packet.source.version == 4 else "/ipv6 firewall filter"
        for rule in self.rules[menu, chain]:
            if not self._fits(rule, packet, ports, state):
                continue
            action = rule["action"]
            if action == "jump":
                verdict = self._walk(rule["jump-target"], packet, ports, state)
                if verdict is not None:
                    return verdict
            elif action == "return":
                return None
            else:
                assert action in ("accept", "reject"), rule
                return action == "accept"
        return None

    def _fits(self, rule: dict[str, str], packet: Packet, ports: dict[str, str], state: str) -> bool:
        told = dict(rule)
        for name in ("chain", "action", "jump-target", "comment", "reject-with"):
            told.pop(name, None)
        for name, value in ports.items():
            if told.pop(name, value) != value:
                return False
        protocol = {"icmpv6": "icmp"}.get(told.get("protocol", ""), told.get("protocol"))
        told.pop("protocol", None)
        sides = [self._side(told, "src", packet.source), self._side(told, "dst", packet.destination)]
        fits = (
            all(sides)
            and protocol in (None, packet.protocol)
            and state in told.pop("connection-state", state).split(",")
            and str(packet.port) in told.pop("dst-port", str(packet.port)).split(",")
            and told.pop("tcp-flags", "") in (("", "syn,ack", "!syn") if packet.answering else ("",))
            and (told.pop("icmp-options", None) is None or packet.kind == "echo-reply")
        )
        assert not fits or not told, f"not understood: {told}"
        return fits

    def _side(self, told: dict[str, str], side: str, address: Address) -> bool:
        if (name := told.pop(f"{side}-address-list", None)) is not None:
            return any(address in block for block in self.lists[address.version, name])
        block = told.pop(f"{side}-address", None)
        return block is None or address in ip_network(block)


def _filter(intent: Intent) -> Filter:
    return Filter(render_intent(ROUTEROS, intent).texts()["config"])


def _passes_transit(intent: Intent, packet: Packet) -> bool:
    flow = Flow(packet.destination, RuleProtocol(packet.protocol), packet.port or None, packet.source)
    found = next((rule for rule in intent.transit if rule.matches(flow)), None)
    return found is None or found.action is Action.PERMIT


def _random_intents(count: int) -> Iterator[Intent]:
    for seed in range(count):
        network, _ = ruled_network(seed)
        for device in network.configured():
            with suppress(RefusedRequest):
                yield intent_of(network, device.slug, DAY, ConfigurationSettings())


def _agrees(intent: Intent, seed: int, count: int) -> int:
    """Judge packets of every zone of a device; how many were permitted."""
    filters, permitted = _filter(intent), 0
    for zone in intent.zones:
        port = zone.port.partition(":")[2]
        for packet, allowed in outwards(zone, seed, count):
            expected = allowed and _passes_transit(intent, packet)
            assert filters.forwards(packet, port, "uplink") is expected, packet
            permitted += expected
        for packet, allowed in inwards(zone, seed, count):
            expected = allowed and _passes_transit(intent, packet)
            assert filters.forwards(packet, "uplink", port) is expected, packet
            assert filters.forwards(replace(packet.answer()), port, "uplink", "established")
            permitted += expected
    return permitted


@pytest.mark.parametrize("name", NAMES)
def test_filters_decide_as_the_policy_does(name: str) -> None:
    assert _agrees(intent_of(CITY, name, DAY, ConfigurationSettings()), 7, 150) > 15


def test_filters_of_random_networks_decide_as_the_policy_does() -> None:
    permitted, transit = 0, 0
    for intent in _random_intents(8):
        transit += bool(intent.transit)
        permitted += _agrees(intent, len(intent.ports), 12)
    assert permitted > 100 and transit > 0


def test_replies_to_what_goes_another_way_pass_rules_in_mid_path() -> None:
    intent = next(intent for intent in _random_intents(60) if intent.transit)
    filters = _filter(replace(intent, zones=()))
    source, destination = ip_network("10.50.0.0/24")[11], ip_network("10.44.1.0/24")[10]
    for protocol in ("tcp", "icmp"):
        packet = Packet(protocol, destination, source, port=0 if protocol == "icmp" else 443)
        assert filters.forwards(packet.answer(), "a", "b", "invalid")
