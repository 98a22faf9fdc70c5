"""Twenty changes that look alarming and take nothing away that anybody is entitled to: each must be kept."""

from datetime import UTC, datetime
from ipaddress import ip_network

from automation.settings import ConfigurationSettings
from bench.change_edits import (
    Case,
    Edit,
    added,
    block,
    dropped,
    edited,
    one_after_another,
    port,
    ports,
    swap,
    swapped,
    text,
    without,
)  # fmt: skip
from bench.changes_bad import CULTURE, HOTSPOTS, LIBRARY, SCHOOL, SITES
from inventory.model.device import Device, Role
from inventory.model.link import Rates
from inventory.model.network import Network
from inventory.model.prefix import Prefix, PrefixRole
from inventory.model.rule import Action, ZoneRule
from inventory.model.service import Effect, EntitlementException

POPS = ("pop-labedy-1", "pop-sosnica-1", "pop-trynek-1")
BACKBONE = ("border", "core1", "core2", "gw-dc", *POPS)
EVERYTHING = (*BACKBONE, *SITES, *HOTSPOTS, "gw-kamera-rynek", "gw-sygnalizacja-dts")
CAMERA = "gw-kamera-rynek"


def _classes(service: str, without_: str = "", with_: str = "") -> Edit:
    """Who may use an e-service."""

    def edit(network: Network) -> Network:
        found = next(e for e in network.entitlements if e.service == service)
        classes = [c for c in found.classes if c != without_] + ([with_] if with_ else [])
        return edited("entitlements", found.slug, classes=tuple(classes))(network)

    return edit


def _cost(cost: int, *links: str) -> Edit:
    return one_after_another(*(edited("links", link, ospf_cost=cost) for link in links))


def _described(network: Network) -> Network:
    """Every interface of every PoP described anew."""

    def chosen(device: Device) -> bool:
        return device.role is Role.POP

    return ports(chosen, description="opis po przeglądzie")(network)


def _many_rules(network: Network) -> Network:
    """Sixty addresses nobody has, refused to a library."""
    rules = (
        ZoneRule(
            slug=f"unused-{n}", order=100 + n, sites=("biblioteka-sosnica",), action=Action.DENY,
            destinations=(ip_network(f"192.0.2.{n}/32"), ip_network(f"2001:db8:ffff::{n:x}/128")), comment="unused",
        )
        for n in range(1, 61)
    )  # fmt: skip
    return added("rules", *rules)(network)


def _permits_reversed(body: str) -> str:
    """The permits of a filter, which do not overlap, the other way round."""
    lines = body.splitlines(keepends=True)
    permits = [line for line in lines if " return" in line and "daddr" in line]
    turned = iter(reversed(permits))
    return "".join(next(turned) if line in permits else line for line in lines)


def _without_bfd(body: str) -> str:
    return dropped(body, r"^ ip(v6)? ospf6? bfd")


_DENIED = EntitlementException(
    slug="drill-denies", site="szkola-trynek", service="msip", effect=Effect.DENY,
    reason="until the licence is renewed",
    valid_from=datetime.now(UTC).date(), valid_to=datetime.now(UTC).date().replace(year=2099),
)  # fmt: skip

GOOD = (
    Case(
        "entitlement-withdrawn", "entitlement", False, (LIBRARY,),
        "libraries may no longer use the document system", inventory=_classes("edms", without_="library"),
    ),
    Case(
        "exception-denies", "entitlement", False, (SCHOOL,),
        "a dated exception takes one e-service from one school", inventory=added("exceptions", _DENIED),
    ),
    Case(
        "new-entitlement", "entitlement", False, (LIBRARY,),
        "libraries may use the land register: cells are gained", inventory=_classes("egib", with_="library"),
    ),
    Case(
        "slower-circuit", "shaping", False, (CULTURE, "pop-labedy-1"), "100 Mb/s become 30 Mb/s",
        inventory=edited(
            "circuits", "c-pop-labedy-1--gw-dom-kultury-labedy", rate=Rates(down=30_000_000, up=30_000_000)
        ),
    ),
    Case(
        "all-traffic-to-the-other-core", "OSPF", False, BACKBONE, "all ways over core1 become expensive",
        inventory=_cost(1000, "core1--border", "core1--gw-dc", *(f"core1--{p}" for p in POPS)),
    ),
    Case(
        "highest-cost-between-the-cores", "OSPF", False, ("core1", "core2"), "cost 65535 on the link of the cores",
        inventory=_cost(65535, "core1--core2"),
    ),
    Case(
        "costs-swapped-on-both-uplinks", "OSPF", False, ("gw-um-zwyciestwa", "pop-labedy-1", "pop-trynek-1"),
        "the way in and out of the office goes over its other PoP",
        inventory=one_after_another(
            _cost(200, "pop-labedy-1--gw-um-zwyciestwa"), _cost(100, "pop-trynek-1--gw-um-zwyciestwa")
        ),
    ),
    Case(
        "bfd-off", "OSPF", False, ("core1", "pop-trynek-1"), "one link is no longer watched by BFD, at both ends",
        by_hand={
            "core1": block("frr", "interface eth4", _without_bfd),
            "pop-trynek-1": block("frr", "interface eth1", _without_bfd),
        },
    ),
    Case(
        "default-route-metric", "missing route", False, ("border",), "the default route gets another metric",
        by_hand={"border": swap("frr", "originate always", "originate always metric 50")},
    ),
    Case(
        "fallback-distance", "missing route", False, (LIBRARY,), "the fallback route gets another distance",
        by_hand={LIBRARY: text("frr", lambda body: swapped(body, " 250\n", " 240\n"))},
    ),
    Case(
        "uplink-taken-out", "missing route", False, ("gw-skarbnik", "pop-sosnica-1"),
        "one of two uplinks leaves the inventory", inventory=without("links", "pop-sosnica-1--gw-skarbnik"),
    ),
    Case(
        "no-ipv6-on-one-link", "missing route", False, ("core2", "pop-sosnica-1"), "IPv6 goes the other way",
        inventory=one_after_another(
            port("core2", "eth3", addresses=("10.254.0.8/31",)),
            port("pop-sosnica-1", "eth2", addresses=("10.254.0.9/31",)),
        ),
    ),
    Case(
        "permits-in-another-order", "rule order", False, ("gw-um-zwyciestwa",),
        "every permit moves, none overlaps another",
        by_hand={"gw-um-zwyciestwa": block("nftables", "chain from-lan0", _permits_reversed)},
    ),
    Case(
        "sixty-refusals-more", "rule order", False, (LIBRARY,), "refusals of addresses nobody has",
        inventory=_many_rules,
    ),
    Case(
        "refused-in-silence", "rule order", False, ("gw-jednostka-baildona",),
        "what is not entitled is dropped, no longer rejected",
        by_hand={
            "gw-jednostka-baildona": block("nftables", "chain refuse", lambda _: "\tchain refuse {\n\t\tdrop\n\t}\n")
        },
    ),
    Case(
        "described-anew", "whole city", False, POPS, "a new description on every interface of every PoP",
        inventory=_described,
    ),
    Case(
        "contact-of-all", "whole city", False, EVERYTHING, "sysContact changes on all 23 devices: three waves",
        configuration=ConfigurationSettings(contact="dyzur@silesianet.example"),
    ),
    Case(
        "second-lan-network", "wrong LAN address", False, (SCHOOL,), "the LAN gets a second network beside its own",
        inventory=one_after_another(
            added("prefixes", Prefix(
                slug="szkola-trynek-lan-2", prefix="10.44.29.0/24", role=PrefixRole.LAN, site="szkola-trynek")),
            port(SCHOOL, "lan0", addresses=("10.44.20.1/24", "10.44.29.1/24", "2001:db8:44:14::1/64")),
        ),
    ),
    Case(
        "other-dhcp-range", "hotspots", False, HOTSPOTS, "another range and lease for guests: canary, then the rest",
        configuration=ConfigurationSettings(dhcp_first_host=100, dhcp_lease_minutes=120),
    ),
    Case(
        "second-resolver", "hotspots", False, HOTSPOTS, "guests are told a second resolver, which is not there yet",
        by_hand={"*": swap("dnsmasq", "dns-server,10.50.0.53", "dns-server,10.50.0.53,10.50.0.54")},
    ),
)  # fmt: skip
