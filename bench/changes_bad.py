"""Twenty and more changes that take e-services away, or the way to the device: each must be undone by itself."""

from collections.abc import Callable

from automation.bundle import Bundle
from bench.change_edits import (
    Case,
    Hand,
    Neighbour,
    block,
    dropped,
    edited,
    several,
    swap,
    swapped,
    text,
    within,
)  # fmt: skip
from inventory.model.link import Rates

LIBRARY, SCHOOL, CULTURE, UNIT = (
    "gw-biblioteka-sosnica", "gw-szkola-trynek", "gw-dom-kultury-labedy", "gw-jednostka-baildona",
)  # fmt: skip
HOTSPOTS = ("hs-park-chopina", "hs-park-chrobrego-1", "hs-park-chrobrego-2", "hs-plac-krakowski", "hs-rynek")
SITES = (
    LIBRARY, CULTURE, "gw-finanse-srodmiescie", UNIT, "gw-przychodnia-zatorze", "gw-skarbnik",
    "gw-szkola-sikornik", SCHOOL, "gw-um-zwyciestwa",
)  # fmt: skip
REPLIES = "ct state established,related accept"


def _first(chain: str, line: str) -> Hand:
    """A line put before all others of a chain."""
    return block("nftables", f"chain {chain}", lambda body: swapped(body, "{\n", f"{{\n\t\t{line}\n"))


def _unbound(body: str) -> str:
    return dropped(body, REPLIES)


def _rules_of(other: str) -> Hand:
    """The filter of another site's users."""

    def hand(bundle: Bundle, neighbour: Neighbour) -> Bundle:
        own, theirs = bundle.texts()["nftables"], neighbour(other).texts()["nftables"]
        head, _, rest = own.partition("\tchain from-lan0 {\n")
        wanted = theirs.partition("\tchain from-lan0 {\n")[2].partition("\t}\n")[0]
        made = f"{head}\tchain from-lan0 {{\n{wanted}\t}}\n{rest.partition('\t}\n')[2]}"
        return bundle.overlaid(Bundle.of({"nftables": made}))

    return hand


def _no_ospf(body: str) -> str:
    return dropped(body, r"^ ip(v6)? ospf")


def _refused(*wanted: str) -> Callable[[str], str]:
    """Permits that became refusals."""

    def change(body: str) -> str:
        for words in wanted:
            body = swapped(body, f"{words} return", f"{words} goto refuse")
        return body

    return change


def _static(*routes: str) -> Hand:
    return text("frr", lambda body: swapped(body, "agentx\n", "agentx\n" + "".join(f"{r}\n" for r in routes)))


DNS = tuple(
    f"{where} {protocol} dport 53"
    for protocol in ("udp", "tcp")
    for where in ("ip daddr 10.50.0.53", "ip6 daddr 2001:db8:44:50::53")
)

BAD = (
    Case(
        "deny-first", "rule order", True, (LIBRARY,),
        "the closing refusal of a filter is written before its permits",
        by_hand={LIBRARY: _first("from-lan0", "goto refuse")},
    ),
    Case(
        "replies-refused", "rule order", True, (SCHOOL,),
        "the rule that lets replies in is gone",
        by_hand={SCHOOL: block("nftables", "chain forward", _unbound)},
    ),
    Case(
        "replies-refused-everywhere", "rule order", True, SITES,
        "the same mistake in the template of nine gateways: the canary takes it, the others never see it",
        by_hand={"*": block("nftables", "chain forward", _unbound)},
    ),
    Case(
        "camera-rules-at-finance", "wrong zone", True, ("gw-finanse-srodmiescie",),
        "the users of the finance office get the filter of a camera",
        by_hand={"gw-finanse-srodmiescie": _rules_of("gw-kamera-rynek")},
    ),
    Case(
        "chain-swapped", "wrong zone", True, (CULTURE,),
        "what comes from the LAN is judged by the rules for what goes to it",
        by_hand={CULTURE: within("nftables", "chain forward", "jump from-lan0", "jump to-lan0")},
    ),
    Case(
        "no-ospf-on-the-uplink", "missing route", True, (UNIT,),
        "OSPF is not enabled on the only uplink: the city no longer knows the LAN",
        by_hand={UNIT: block("frr", "interface eth1", _no_ospf)},
    ),
    Case(
        "lan-not-announced", "missing route", True, ("gw-skarbnik",),
        "OSPF is not enabled on the LAN: neighbours are well, and nobody knows the way back",
        by_hand={"gw-skarbnik": block("frr", "interface lan0", _no_ospf)},
    ),
    Case(
        "outside-not-announced", "missing route", True, ("border",),
        "the border announces neither the Internet's network nor a default route",
        by_hand={
            "border": several(
                block("frr", "interface lan-internet", _no_ospf),
                text("frr", lambda body: dropped(body, "default-information")),
            )
        },
    ),
    Case(
        "dns-refused-at-the-gateway", "DNS refused", True, ("gw-przychodnia-zatorze",),
        "users may no longer ask the resolver",
        by_hand={"gw-przychodnia-zatorze": block("nftables", "chain from-lan0", _refused(*DNS))},
    ),
    Case(
        "dns-refused-at-the-data-centre", "DNS refused", True, ("gw-dc",),
        "the data centre lets nobody to the resolver",
        by_hand={"gw-dc": block("nftables", "chain to-lan0", _refused(*DNS))},
    ),
    Case(
        "big-packets-dropped", "MTU", True, ("gw-um-zwyciestwa",),
        "packets above 600 octets vanish: connections open and then hang",
        by_hand={"gw-um-zwyciestwa": _first("forward", "meta length > 600 drop")},
    ),
    Case(
        "no-masquerade", "NAT", True, ("hs-rynek",),
        "guests are no longer hidden behind the uplink's address, which nobody answers",
        by_hand={"hs-rynek": text("nftables", lambda body: dropped(body, "masquerade"))},
    ),
    Case(
        "masquerade-of-a-wrong-network", "NAT", True, ("hs-park-chopina",),
        "a figure mistyped in the guests' network",
        by_hand={"hs-park-chopina": within("nftables", "chain postrouting", "10.66.5.0/24", "10.66.6.0/24")},
    ),
    Case(
        "replies-black-holed", "asymmetric route", True, ("gw-dc",),
        "requests arrive, replies to one site end in the data centre",
        by_hand={"gw-dc": _static("ip route 10.44.22.0/24 blackhole", "ipv6 route 2001:db8:44:16::/64 blackhole")},
    ),
    Case(
        "loop-of-core-and-pop", "asymmetric route", True, ("pop-trynek-1",),
        "the PoP sends a school's traffic back to the core it came from",
        by_hand={
            "pop-trynek-1": _static(
                "ip route 10.44.20.0/24 10.254.0.10", "ipv6 route 2001:db8:44:14::/64 2001:db8:44:fe::a"
            )
        },
    ),
    Case(
        "wrong-area", "OSPF", True, (LIBRARY,),
        "the uplink in area 1, its far end in area 0",
        by_hand={
            LIBRARY: several(
                within("frr", "interface eth1", " ip ospf area 0", " ip ospf area 1"),
                within("frr", "interface eth1", " ipv6 ospf6 area 0", " ipv6 ospf6 area 1"),
            )
        },
    ),
    Case(
        "authentication-at-one-end", "OSPF", True, (SCHOOL,),
        "one end of the uplink asks for a digest the other does not send",
        by_hand={
            SCHOOL: within(
                "frr", "interface eth1", " ip ospf area 0\n",
                " ip ospf area 0\n ip ospf authentication message-digest\n ip ospf message-digest-key 1 md5 seeded\n",
            )
        },
    ),
    Case(
        "hello-mismatch", "OSPF", True, (CULTURE,),
        "one end of the uplink says hello every 5 s, the other every second",
        by_hand={
            CULTURE: several(
                within("frr", "interface eth1", "hello-interval 1\n", "hello-interval 5\n"),
                within("frr", "interface eth1", "dead-interval 4\n", "dead-interval 20\n"),
            )
        },
    ),
    Case(
        "cost-into-a-dead-end", "OSPF", True, ("pop-sosnica-1",),
        "one PoP says it is the cheapest way to the data centre, and has none",
        by_hand={
            "pop-sosnica-1": several(
                _static("ip route 10.50.0.0/25 Null0", "ip route 10.50.0.128/25 Null0",
                        "ipv6 route 2001:db8:44:50::/65 Null0"),
                swap("frr", " log-adjacency-changes\n", " log-adjacency-changes\n redistribute static\n"),
            )
        },
    ),
    Case(
        "shaped-to-nothing", "shaping", True, (CULTURE, "pop-labedy-1"),
        "10 kb/s instead of 10 Mb/s",
        inventory=edited("circuits", "c-pop-labedy-1--gw-dom-kultury-labedy", rate=Rates(down=10_000, up=10_000)),
    ),
    Case(
        "no-ssh", "management", True, ("gw-szkola-sikornik",),
        "the filter of the device itself forgets SSH: users notice nothing, nobody can log in",
        by_hand={"gw-szkola-sikornik": block("nftables", "chain input", lambda body: dropped(body, "dport 22 "))},
    ),
    Case(
        "wrong-uplink-address", "management", True, (UNIT,),
        "a figure mistyped in the uplink's address",
        by_hand={
            UNIT: block("frr", "interface eth1", lambda body: swapped(
                swapped(body, "ip address 10.254.0.", "ip address 10.254.9."), ":fe::", ":fe:9::"))
        },
    ),
    Case(
        "both-uplinks-shut", "management", True, ("gw-finanse-srodmiescie",),
        "both ways to a device are shut down on it",
        by_hand={
            "gw-finanse-srodmiescie": several(
                *(within("frr", f"interface {p}", f"interface {p}\n", f"interface {p}\n shutdown\n")
                  for p in ("eth1", "eth2"))
            )
        },
    ),
    Case(
        "wrong-lan-address", "wrong LAN address", True, (LIBRARY,),
        "a figure mistyped in both addresses: the gateway is in another network than its users",
        by_hand={
            LIBRARY: several(
                within("frr", "interface lan0", "10.44.22.1/24", "10.44.202.1/24"),
                within("frr", "interface lan0", "2001:db8:44:16::1/64", "2001:db8:44:106::1/64"),
            )
        },
    ),
)  # fmt: skip
