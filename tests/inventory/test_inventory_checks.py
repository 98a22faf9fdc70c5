"""Every rule has a network that breaks it; the demonstration city breaks none that matters."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.checks.finding import Severity
from inventory.checks.registry import BadFacts, accept, check, rules
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.prefix import Prefix, PrefixRole
from inventory.model.rule import ZoneRule
from inventory.model.service import Effect, EntitlementException
from inventory.settings import Settings
from tests.support.facts import add, edit, edit_interface, remove

DAY = date(2026, 11, 22)
LINK = "pop-sosnica-1--gw-biblioteka-sosnica"
ROUTER = "gw-biblioteka-sosnica"
AGENT = "client-biblioteka-sosnica"
SITE = "biblioteka-sosnica"
CABLE = "fibre-srodmiescie-dc-1"
ROOT = Path(__file__).parents[2]


def policies(network: Network, **policy: Any) -> Network:
    """Give a hotspot exactly one policy."""
    hotspot = network.site["rynek"].hotspot
    assert hotspot is not None
    fields = {"down": "30 Mb/s", "up": "30 Mb/s"} | policy
    return edit(network, "sites", "rynek", hotspot=hotspot.model_dump() | {"policies": [fields]})


def same_name(network: Network) -> Network:
    first, *rest = network.device[ROUTER].interfaces
    twin = rest[0].model_dump() | {"name": first.name}
    return edit(network, "devices", ROUTER, interfaces=[first.model_dump(), twin, *(i.model_dump() for i in rest[1:])])


def second_exception(network: Network) -> Network:
    again = EntitlementException(slug="z", site="jednostka-baildona", service="egib", effect=Effect.DENY, reason="x")
    return add(network, "exceptions", again)


def overlapping(network: Network) -> Network:
    return add(network, "prefixes", Prefix.model_validate({"slug": "z", "prefix": "10.44.22.128/25", "role": "lan"}))


def midpath(network: Network, router: str) -> Network:
    told = {"slug": "z", "order": 1, "action": "deny", "routers": [router], "comment": "in mid-path"}
    return add(network, "rules", ZoneRule.model_validate(told))


def endpoint(network: Network, service: str, **fields: Any) -> Network:
    return edit(network, "services", service, endpoint=network.service[service].endpoint.model_dump() | fields)


BROKEN: dict[str, tuple[Callable[[Network], Network], str]] = {
    "address-planned": (lambda n: edit_interface(n, ROUTER, "lo", addresses=["192.0.2.1/32"]), f"device:{ROUTER}"),
    "address-site": (lambda n: edit_interface(n, ROUTER, "lan0", addresses=["10.44.20.77/24"]), f"device:{ROUTER}"),
    "dependency-cycle": (lambda n: edit(n, "services", "edms", depends_on=["case-status"]), "service:edms"),
    "dependency-in-force": (lambda n: edit(n, "services", "edms", valid_to="2026-01-01"), "service:case-status"),
    "rule-routers": (lambda n: midpath(n, ROUTER), "rule:z"),
    "address-unique": (lambda n: edit_interface(n, ROUTER, "lan0", addresses=["10.44.22.10/24"]), f"device:{ROUTER}"),
    "cable-end-known": (lambda n: edit(n, "cables", CABLE, b="odf-dc:r9"), f"cable:{CABLE}"),
    "cable-end-once": (lambda n: edit(n, "cables", CABLE, b="gw-dc:eth1"), "cable:patch-gw-dc-eth1"),
    "cable-link": (lambda n: edit(n, "cables", "patch-gw-dc-eth1", b="gw-dc:eth2"), "link:core1--gw-dc"),
    "class-covered": (lambda n: remove(n, "entitlements", "integration-bus"), "site:dc"),
    "dates-ordered": (lambda n: edit(n, "links", LINK, valid_to=date(2020, 1, 1)), f"link:{LINK}"),
    "device-uplink": (lambda n: remove(n, "links", LINK), f"device:{ROUTER}"),
    "dns-name-unique": (lambda n: endpoint(n, "wbo", dns_name="msip.gliwice.example"), "service:wbo"),
    "endpoint-address": (lambda n: endpoint(n, "wbo", addresses=["10.50.0.99"]), "service:wbo"),
    "exception-overlap": (second_exception, "exception:geodeci-baildona"),
    "host-attached": (lambda n: edit_interface(n, AGENT, "eth0", attached_to=f"{ROUTER}:eth1"), f"device:{AGENT}"),
    "hotspot-minimum": (lambda n: policies(n, down="20 Mb/s"), "site:rynek"),
    "hotspot-policy": (lambda n: policies(n, valid_to=date(2020, 1, 1)), "site:rynek"),
    "interface-name": (lambda n: edit(n, "devices", ROUTER, platform="cisco-ios"), f"device:{ROUTER}"),
    "interface-unique": (same_name, f"device:{ROUTER}"),
    "link-end-known": (lambda n: edit(n, "links", LINK, b="gw-nowhere:eth1"), f"link:{LINK}"),
    "link-end-once": (
        lambda n: add(n, "links", n.link[LINK].model_copy(update={"slug": "zz", "a": "core1:eth1"})),
        "link:zz",
    ),
    "link-end-p2p": (lambda n: edit(n, "links", LINK, b=f"{ROUTER}:lan0"), f"link:{LINK}"),
    "link-subnet": (lambda n: edit_interface(n, ROUTER, "eth1", addresses=["10.254.9.1/31"]), f"link:{LINK}"),
    "panel-port": (lambda n: edit_interface(n, "odf-dc", "f1", rear="f1"), "device:odf-dc"),
    "platform-known": (lambda n: edit(n, "devices", ROUTER, platform="toaster"), f"device:{ROUTER}"),
    "port-unlinked": (lambda n: remove(n, "links", LINK), f"device:{ROUTER}"),
    "prefix-overlap": (overlapping, "prefix:z"),
    "prefix-vlan": (lambda n: edit(n, "prefixes", f"{SITE}-lan", vlan="dc-lan"), f"prefix:{SITE}-lan"),
    "reference-known": (lambda n: edit(n, "sites", SITE, tenant="nobody"), f"site:{SITE}"),
    "room-site": (lambda n: edit(n, "devices", ROUTER, room="dc-serwerownia"), f"device:{ROUTER}"),
    "service-entitled": (lambda n: remove(n, "entitlements", "credit-capacity"), "service:credit-capacity"),
    "single-homed": (lambda n: remove(n, "links", "pop-labedy-1--gw-um-zwyciestwa"), "device:gw-um-zwyciestwa"),
    "site-gateway": (lambda n: remove(n, "devices", ROUTER), f"site:{SITE}"),
    "site-vantage": (lambda n: remove(n, "devices", AGENT), f"site:{SITE}"),
    "tenant-cycle": (lambda n: edit(n, "tenants", "silesianet", parent="gliwice"), "tenant:silesianet"),
    "vlan-unique": (lambda n: edit(n, "vlans", f"{SITE}-lan", site="dc"), "vlan:dc-lan"),
    "vlan-zone": (lambda n: edit(n, "vlans", f"{SITE}-lan", zone=None), f"vlan:{SITE}-lan"),
}
"""For every rule: how to break it, and the object that is then named."""


def test_every_rule_has_a_network_that_breaks_it() -> None:
    assert set(BROKEN) == set(rules())


@pytest.mark.parametrize("name", BROKEN)
def test_a_breach_is_found(name: str, city: Network) -> None:
    """The rule names the object after the breach, and did not before."""
    spoil, culprit = BROKEN[name]

    def named(network: Network) -> set[str]:
        return {finding.object for finding in check(network, DAY) if finding.rule == name}

    assert culprit not in named(city)
    assert culprit in named(spoil(city))


def test_the_demonstration_city_is_sound(city: Network) -> None:
    """What is left is worth knowing: sites with a single uplink."""
    findings = check(city, DAY)
    assert {finding.severity for finding in findings} == {Severity.INFO}
    assert {finding.rule for finding in findings} == {"single-homed"}


def test_the_worst_comes_first(city: Network) -> None:
    findings = check(BROKEN["reference-known"][0](BROKEN["hotspot-minimum"][0](city)), DAY)
    order = [list(Severity).index(finding.severity) for finding in findings]
    assert order == sorted(order) and set(order) == {0, 1, 2}


@pytest.mark.parametrize("name", sorted(rules()))
def test_every_rule_is_documented(name: str) -> None:
    rule = rules()[name]
    page = (ROOT / "docs" / "reference" / "checks.md").read_text()
    assert f"| `{name}` | {rule.severity} | {rule.explanation} |" in page


def test_shared_risk_makes_two_uplinks_one(city: Network) -> None:
    links = city.uplinks("gw-um-zwyciestwa")
    assert len(links) == 2
    for link in links:
        city = edit(city, "links", link.slug, srgs=[*link.srgs, "ring-1", "ring-2"][-2:])
    (finding,) = [f for f in check(city, DAY) if f.object == "device:gw-um-zwyciestwa"]
    assert finding.problem == "all uplinks share srg:ring-1, srg:ring-2"


def test_guests_of_different_hotspots_may_have_the_same_address(city: Network) -> None:
    """Behind address translation the same block may be used again, though not twice at one site."""
    shared = remove(remove(city, "prefixes", "rynek-guests"), "prefixes", "park-chopina-guests")
    shared = add(
        shared, "prefixes", Prefix.model_validate({"slug": "guests", "prefix": "10.66.0.0/16", "role": PrefixRole.NAT})
    )
    shared = edit_interface(shared, "hs-rynek", "lan0", addresses=["10.66.5.1/24"])
    assert not [f for f in check(shared, DAY) if f.rule == "address-unique"]


def test_the_hotspot_minimum_is_a_setting_and_dated(city: Network) -> None:
    slow = policies(city, down="20 Mb/s", valid_from=date(2018, 12, 12))
    judged = check(slow, DAY, settings=Settings(hotspot_minimum_bps=10_000_000))
    assert "hotspot-minimum" not in {f.rule for f in judged}
    old = check(city, date(2015, 1, 1))
    assert next(f.problem for f in old if f.rule == "hotspot-minimum") == "offers 512 kb/s today, below 30 Mb/s"


WITHOUT_DEVICES = {"cable-end-known", "link-end-known", "reference-known"}


def test_incomplete_nouns_bring_no_false_findings(city: Network) -> None:
    """Without its devices a city is full of links to nowhere; when they were not read, nothing is said of it."""
    bare = city.model_copy(update={"devices": ()})
    assert {f.rule for f in check(bare, DAY) if f.severity is Severity.ERROR} == WITHOUT_DEVICES
    assert not [f for f in check(bare, DAY, incomplete={"devices"}) if f.severity is Severity.ERROR]


def test_a_sound_network_is_accepted_and_a_broken_one_refused(city: Network) -> None:
    assert accept(city, DAY) is city
    with pytest.raises(BadFacts, match="site:biblioteka-sosnica: tenant names the tenant 'nobody', which does not"):
        accept(BROKEN["reference-known"][0](city), DAY)


def test_a_link_needs_two_devices(city: Network) -> None:
    loop = Link(slug="zz", a="core1:eth1", b="core1:eth2", circuit="c-core1--core2")
    found = [f.problem for f in check(add(city, "links", loop), DAY) if f.object == "link:zz"]
    assert "both ends are on the same device" in found
