"""What the rendered configuration says, fact by fact."""

from datetime import date
from ipaddress import IPv4Network

import pytest

from automation.intent import natural
from automation.render import render
from automation.settings import ConfigurationSettings
from automation.shaping import shaped_bps
from inventory.demo import gliwice
from inventory.errors import RefusedRequest, UnknownObject
from inventory.model.device import Device
from inventory.model.link import Medium
from inventory.model.network import Network
from inventory.model.rule import Action, RuleProtocol, ZoneRule
from inventory.sources.files import load

DAY = date(2026, 11, 1)
NETWORK: Network = load(gliwice())


def part(name: str, which: str, network: Network = NETWORK) -> str:
    return render(network, name, DAY).texts()[which]


def changed(network: Network, **fields: object) -> Network:
    """A copy whose look-ups are made afresh."""
    return Network(**{name: getattr(network, name) for name in type(network).model_fields} | fields)


def test_interfaces_stand_as_a_router_orders_them() -> None:
    assert sorted(["lo", "eth10", "mgmt0", "eth2", "lan0"], key=natural) == ["eth2", "eth10", "lan0", "lo", "mgmt0"]


def test_only_the_border_originates_the_default_route() -> None:
    originators = {
        d.slug for d in NETWORK.configured()
        if "default-information originate always" in render(NETWORK, d.slug, DAY).texts().get("frr", "")
    }  # fmt: skip
    assert originators == {"border"}


def test_hotspot_links_are_passive_and_router_links_are_not() -> None:
    interfaces = part("pop-trynek-1", "frr").split("!\n")
    hotspot = next(i for i in interfaces if "description do hs-rynek" in i)
    router = next(i for i in interfaces if "description do gw-kamera-rynek" in i)
    assert " ip ospf passive\n" in hotspot and "hello-interval" not in hotspot
    assert " ip ospf bfd\n" in router and " ip ospf network point-to-point\n" in router


def test_a_link_is_routed_in_the_ip_versions_of_both_its_ends() -> None:
    def without_ipv6(device: Device) -> Device:
        ports = (i.model_copy(update={"addresses": i.addresses[:1]}) for i in device.interfaces)
        return device.model_copy(update={"interfaces": tuple(ports)})

    lines = [line for line in part("gw-kamera-rynek", "frr").splitlines() if "ospf6" in line]
    assert " ipv6 ospf6 bfd" in lines and " ipv6 ospf6 cost 100" in lines and "router ospf6" in lines
    half = changed(
        NETWORK,
        devices=tuple(without_ipv6(d) if d.slug == "gw-kamera-rynek" else d for d in NETWORK.devices),
    )
    interfaces = part("pop-trynek-1", "frr", half).split("!\n")
    camera = next(i for i in interfaces if "description do gw-kamera-rynek" in i)
    assert " ip ospf bfd\n" in camera and " ipv6 ospf6 passive\n" in camera
    assert "ospf6" not in part("gw-kamera-rynek", "frr", half)


def test_management_port_stays_out_of_ospf() -> None:
    port = next(i for i in part("core1", "frr").split("!\n") if i.startswith("interface mgmt0"))
    assert "ospf" not in port


def test_intervals_are_settings() -> None:
    settings = ConfigurationSettings(ospf_hello_seconds=10, ospf_dead_seconds=40, ospf_bfd=False)
    text = render(NETWORK, "core1", DAY, settings).texts()["frr"]
    assert "hello-interval 10" in text and "dead-interval 40" in text and "bfd" not in text


def test_circuit_rate_moves_only_the_shapers_of_its_ends() -> None:
    link = NETWORK.link["pop-trynek-1--gw-szkola-sikornik"]
    circuit = NETWORK.circuit[link.circuit]
    rates = circuit.rate.model_copy(update={"down": 500_000_000})
    faster = changed(
        NETWORK,
        circuits=tuple(
            c.model_copy(update={"rate": rates}) if c is circuit else c for c in NETWORK.circuits
        ),
    )  # fmt: skip
    moved = {
        (d.slug, name)
        for d in NETWORK.configured()
        for name, text in render(NETWORK, d.slug, DAY).parts
        if render(faster, d.slug, DAY).texts()[name] != text
    }
    assert moved == {("pop-trynek-1", "shaping")}, "down is shaped where it is sent: at end a"
    assert "eth5 500000000\n" in part("pop-trynek-1", "shaping", faster)


@pytest.mark.parametrize(("medium", "percent"), [(Medium.FIBRE, 100), (Medium.LEASED, 98), (Medium.LTE, 90)])
def test_shaping_leaves_a_margin_on_foreign_lines(medium: Medium, percent: int) -> None:
    assert shaped_bps(100_000_000, medium) == percent * 1_000_000


def test_a_zone_rule_stands_before_what_entitlements_permit() -> None:
    wbo = NETWORK.service["wbo"].endpoint.addresses[0]
    rule = ZoneRule(
        slug="oops", order=1, sites=("szkola-trynek",), action=Action.DENY, protocol=RuleProtocol.TCP,
        destinations=(IPv4Network(str(wbo)),), ports=(443,), comment="a mistake",
    )  # fmt: skip
    text = part("gw-szkola-trynek", "nftables", changed(NETWORK, rules=(rule,)))
    deny, permit = f"ip daddr {wbo} tcp dport 443 goto refuse", f"ip daddr {wbo} tcp dport 443 return"
    assert text.index(deny) < text.index(permit)
    assert deny not in part("gw-szkola-trynek", "nftables")


def test_a_rule_in_mid_path_stands_on_its_routers_and_nowhere_else() -> None:
    """Sites are told by their LANs, hotspots by their uplinks; replies, names and management pass first."""
    told = {
        "slug": "stop", "order": 1, "sites": ["szkola-trynek"], "classes": ["hotspot"], "routers": ["core1", "gw-dc"],
        "action": "deny", "protocol": "tcp", "ports": [443], "comment": "in mid-path",
        "destinations": ["10.50.0.12/32", "2001:db8:44:50::c/128"],
    }  # fmt: skip
    network = changed(NETWORK, rules=(ZoneRule.model_validate(told),))
    chain = part("core1", "nftables", network).partition("chain transit {\n")[2].partition("\t}\n")[0]
    assert chain.splitlines() == [
        "\t\ttcp flags != syn / syn,ack return",
        "\t\ticmp type echo-reply return",
        "\t\ticmpv6 type echo-reply return",
        "\t\tip saddr 10.50.0.5 return",
        "\t\tip6 saddr 2001:db8:44:50::5 return",
        "\t\tip daddr 10.50.0.5 return",
        "\t\tip6 daddr 2001:db8:44:50::5 return",
        "\t\tip saddr 10.50.0.53 return",
        "\t\tip6 saddr 2001:db8:44:50::53 return",
        "\t\tip daddr 10.50.0.53 udp dport 53 return",
        "\t\tip6 daddr 2001:db8:44:50::53 udp dport 53 return",
        "\t\tip daddr 10.50.0.53 tcp dport 53 return",
        "\t\tip6 daddr 2001:db8:44:50::53 tcp dport 53 return",
        "\t\tip saddr { 10.44.20.0/24, 10.254.0.55, 10.254.0.57, 10.254.0.59, 10.254.0.61, 10.254.0.63 } "
        "ip daddr 10.50.0.12 tcp dport 443 goto refuse",
        "\t\tip6 saddr 2001:db8:44:14::/64 ip6 daddr 2001:db8:44:50::c tcp dport 443 goto refuse",
    ]
    assert "\t\tct state established,related accept\n\t\tjump transit\n\t}" in part("core1", "nftables", network)
    moved = {d.slug for d in NETWORK.configured() if render(network, d.slug, DAY) != render(NETWORK, d.slug, DAY)}
    assert moved == {"core1", "gw-dc"}


def test_an_any_protocol_rule_with_ports_matches_both_transports() -> None:
    rule = ZoneRule(slug="r", order=1, sites=("szkola-trynek",), action=Action.DENY, ports=(25, 587), comment="mail")
    text = part("gw-szkola-trynek", "nftables", changed(NETWORK, rules=(rule,)))
    assert "\t\tmeta l4proto { tcp, udp } th dport { 25, 587 } goto refuse\n" in text


def test_guests_are_hidden_and_handed_the_city_resolver() -> None:
    assert 'ip saddr 10.66.3.0/24 oifname "eth1" masquerade' in part("hs-rynek", "nftables")
    assert "dhcp-option=option:dns-server,10.50.0.53\n" in part("hs-rynek", "dnsmasq")
    assert "route 0.0.0.0/0 via 10.254.0.58\n" in part("hs-rynek", "network")


def test_every_device_keeps_its_management() -> None:
    for device in NETWORK.configured():
        assert "10.50.0.5, 172.31.0.254 } tcp dport 22 accept" in part(device.slug, "nftables")


def test_no_secret_word_in_any_bundle() -> None:
    for device in NETWORK.configured():
        text = str(render(NETWORK, device.slug, DAY)).lower()
        assert not [w for w in ("community", "createuser", "password", "secret", "psk") if w in text]


def test_clear_errors() -> None:
    with pytest.raises(UnknownObject, match="device:nosuch"):
        render(NETWORK, "nosuch", DAY)
    with pytest.raises(RefusedRequest, match="no platform"):
        render(NETWORK, "srv-dc", DAY)
