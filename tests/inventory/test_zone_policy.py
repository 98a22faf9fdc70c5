"""Zone policy: derived from entitlements, opened or closed by operators' rules, never cutting management or names."""

from ipaddress import ip_address
from typing import Any

import pytest

from inventory.model.network import Network
from inventory.model.rule import RuleProtocol
from inventory.policy import AGENT_PORT, Flow, decide, rules_for, zones
from tests.support.small_network import DAY, village

HTTPS = (RuleProtocol.TCP, 443)


def deciding(
    network: Network, site: str, address: str, protocol: RuleProtocol = RuleProtocol.TCP, port: int = 443
) -> str:
    rule = decide(rules_for(network, site, DAY), Flow(ip_address(address), protocol, port))
    return f"{rule.action} {rule.origin}"


@pytest.mark.parametrize(
    ("site", "address", "port", "expected"),
    [
        ("one", "10.50.0.11", 443, "permit entitlement:edms"),
        ("one", "10.50.0.11", 22, "deny zone:city"),
        ("spot", "10.50.0.11", 443, "deny not-entitled:edms"),
        ("spot", "10.50.0.12", 443, "permit entitlement:wbo"),
        ("spot", "203.0.113.99", 25, "permit entitlement:internet"),
        ("one", "10.44.2.10", 445, "deny zone:city"),
        ("dc", "203.0.113.99", 80, "deny default"),
        ("dc", "203.0.113.10", 443, "deny not-entitled:internet"),
    ],
)
def test_what_a_site_may_do(site: str, address: str, port: int, expected: str) -> None:
    assert deciding(village(), site, address, port=port) == expected


def rule(slug: str, action: str, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "order": 10, "action": action, "comment": "test", **more}


def test_operators_rules_come_before_entitlements_and_by_their_order() -> None:
    late = rule("late", "permit", order=20, sites=["one"], destinations=["10.50.0.12/32"])
    network = village(rules=(late, rule("early", "deny", sites=["one"], destinations=["10.50.0.0/24"])))
    assert deciding(network, "one", "10.50.0.12") == "deny rule:early"
    assert deciding(network, "two", "10.50.0.12") == "permit entitlement:wbo"


def test_rules_for_a_class_meet_every_site_of_it() -> None:
    network = village(rules=(rule("all", "deny", classes=["school"], ports=[443]),))
    assert {deciding(network, s, "10.50.0.12") for s in ("one", "two")} == {"deny rule:all"}
    assert deciding(network, "spot", "10.50.0.12") == "permit entitlement:wbo"


def test_nothing_cuts_names_agents_and_management() -> None:
    network = village(rules=(rule("wall", "deny", sites=["one", "dc"]),))
    assert deciding(network, "one", "10.50.0.53", RuleProtocol.UDP, 53) == "permit always:dns"
    assert deciding(network, "one", "10.50.0.5", port=AGENT_PORT) == "permit always:agent"
    assert deciding(network, "one", "10.50.0.5", port=22) == "deny rule:wall"
    from_noc = Flow(ip_address("10.44.1.1"), RuleProtocol.TCP, 22, ip_address("10.50.0.5"))
    assert decide(rules_for(network, "dc", DAY), from_noc).origin == "always:management"


def test_what_others_may_start_towards_a_lan() -> None:
    inbound = {zone.port: zone.inbound for zone in zones(village(), DAY)}
    noc, stranger = ip_address("10.50.0.5"), ip_address("10.44.2.10")

    def into(port: str, address: str, *flow: Any) -> str:
        return decide(inbound[port], Flow(ip_address(address), *flow)).origin

    assert into("gw-one:lan0", "10.44.1.10", *HTTPS, stranger) == "default"
    assert into("gw-one:lan0", "10.44.1.10", RuleProtocol.ICMP) == "always:ping"
    assert into("gw-one:lan0", "10.44.1.10", RuleProtocol.TCP, 22, noc) == "always:management"
    assert into("gw-dc:lan0", "10.50.0.12", *HTTPS, stranger) == "service:wbo"
    assert into("gw-dc:lan0", "10.50.0.12", RuleProtocol.TCP, 22, stranger) == "default"


def test_the_outside_reaches_what_is_public_and_nothing_else() -> None:
    outside = next(zone for zone in zones(village(), DAY) if zone.outside is not None)
    assert decide(outside.outbound, Flow(ip_address("10.50.0.12"), *HTTPS)).origin == "exposure:wbo"
    assert decide(outside.outbound, Flow(ip_address("10.50.0.11"), *HTTPS)).origin == "zone:city"


def test_both_ip_versions_are_covered(city: Network) -> None:
    wbo = next(r for r in rules_for(city, "szkola-trynek", DAY) if r.origin == "entitlement:wbo")
    assert {block.version for block in wbo.destinations} == {4, 6}
