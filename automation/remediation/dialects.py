"""What indented command lines have in common and where they differ: negation, lines of one value, rules in order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from hier_config import Platform

LINES = 65_536
"""Lines whose place is remembered: devices of a platform have most of them in common."""

VIRTUAL = r"(?i)(loopback|vlan|vlanif|tunnel|port-channel|eth-trunk|bvi|dialer|virtual-template)|.*\.\d+$"


@dataclass(frozen=True)
class Dialect:
    """The command line of a platform. Patterns are matched from the start of a line without its indentation."""

    engine: Platform
    """Its name in hier-config."""

    negation: str
    leave: str
    """What leaves a block."""

    atomic: bool
    """Whether lines take effect all at once, with a commit; else one by one, as they are entered."""

    single: tuple[str, ...]
    """Lines of which there is one in their block: another takes the place of the present one. Groups tell apart those
    that stand beside each other (``in`` and ``out``)."""

    in_order: tuple[str, ...]
    """Headers of blocks whose lines are read from the top."""

    ranks: tuple[str, ...]
    """Top-level lines in the order in which they are written; later ones may name what earlier ones define."""

    definitions: tuple[str, ...]
    """Headers of what others refer to; they come before all else."""

    last: tuple[str, ...]
    """Lines by which the device is managed: they come after all else."""

    kept_negations: tuple[str, ...] = ()
    """Negations that the device stores and prints."""

    negations: tuple[tuple[str, str], ...] = ()
    """Negated lines that are said otherwise: pattern of the whole line, and what is said."""

    bindings: tuple[str, ...] = ()
    """Lines that put a filter to use; the group is its name."""

    filters: tuple[str, ...] = ()
    """Headers of filters; the group is the name."""

    number: str = ""
    """The number before a rule, which the device gives by itself."""

    opens_port: str = ""
    """What a port that was not in use has to be told to carry traffic."""

    def rank(self, line: str) -> int:
        """Place of a top-level line among the others."""
        return _place(self.ranks, line)

    def keeps_order(self, header: str) -> bool:
        """Whether the lines of a block are read from the top."""
        return matches(self.in_order, header)

    def unnumbered(self, line: str) -> str:
        """A rule without the number the device gave it."""
        return re.sub(self.number, "", line, count=1) if self.number else line

    def key(self, line: str) -> tuple[str, ...] | None:
        """What a line of one value is the value of; null for any other."""
        for pattern in _compiled(self.single):
            if found := pattern.match(line):
                return pattern.pattern, *(group or "" for group in found.groups())
        return None

    def is_virtual(self, header: str) -> bool:
        """Whether an interface exists by being configured."""
        return re.match(VIRTUAL, header.removeprefix("interface ")) is not None

    def says_nothing(self, header: str, children: Iterable[str]) -> bool:
        """Whether a block is how an unused port looks."""
        idle = {"shutdown", "no ip address", "no shutdown", "undo shutdown"}
        return header.startswith("interface ") and not self.is_virtual(header) and idle.issuperset(children)

    def negated(self, line: str) -> str:
        """What takes a line away."""
        if line.startswith(self.negation):
            return line.removeprefix(self.negation)
        return self.said(self.negation + line)

    def said(self, line: str) -> str:
        """A negated line as the device wants it said."""
        for pattern, becomes in self.negations:
            if found := re.fullmatch(pattern, line):
                return found.expand(becomes)
        return line

    def stores(self, negation: str) -> bool:
        """Whether a negation stays in the configuration as a line."""
        return matches(self.kept_negations, negation)

    def bound(self, line: str) -> str | None:
        """The filter that a line puts to use."""
        return _name(self.bindings, line)

    def filter(self, header: str) -> str | None:
        """The filter that a block defines."""
        return _name(self.filters, header)

    def is_definition(self, header: str) -> bool:
        """Whether others refer to it."""
        return matches(self.definitions, header)

    def is_last(self, line: str) -> bool:
        """Whether the device is managed by it."""
        return matches(self.last, line)


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


@lru_cache(LINES)
def matches(patterns: tuple[str, ...], line: str) -> bool:
    """Whether a line begins as one of some patterns says."""
    return any(p.match(line) for p in _compiled(patterns))


@lru_cache(LINES)
def _place(patterns: tuple[str, ...], line: str) -> int:
    return next((place for place, p in enumerate(_compiled(patterns)) if p.match(line)), len(patterns))


@lru_cache(LINES)
def _name(patterns: tuple[str, ...], line: str) -> str | None:
    return next((found[1] for p in _compiled(patterns) if (found := p.match(line))), None)


_OSPF = r"(cost|hello-interval|dead-interval|network|retransmit-interval|priority|mtu-ignore)\b"
_PORT = (
    "description ", r"ip address (?!.*(?:secondary|sub)\b)", "mtu ", "ip mtu ", "speed ", "duplex ", "bandwidth ",
    "vrf forwarding ", "name ", "router-id ",
)  # fmt: skip

IOS = Dialect(
    engine=Platform.CISCO_IOS,
    negation="no ",
    leave="exit",
    atomic=False,
    single=(
        *_PORT, "hostname ", "encapsulation ", rf"ip ospf {_OSPF}", r"ip ospf \d+ area ", rf"ipv6 ospf {_OSPF}",
        r"ipv6 ospf \d+ area ", r"ip access-group \S+ (in|out)", r"ipv6 traffic-filter \S+ (in|out)",
        r"service-policy (input|output) ", r"switchport (mode|access vlan|trunk allowed vlan|trunk native vlan) ",
        "shape average ", r"access-class \S+ (in|out)", r"ipv6 access-class \S+ (in|out)", "exec-timeout ",
        "transport input ", "lease ", "default-router ", "dns-server ", r"network \S+ \S+$", "address ipv4 ", "key ",
        r"timers throttle spf ", r"snmp-server (contact|location|trap-source) ",
        r"logging (trap|buffered|source-interface|facility) ", r"ip domain[ -]name ", "ntp source ",
        r"ip tacacs source-interface ", r"default-information originate",
    ),
    in_order=("ip access-list extended ", "ipv6 access-list ", "route-map ", "policy-map "),
    ranks=(
        "version ", "service ", "no service ", "hostname ", "boot", "vrf ", "logging buffered", "enable ", "aaa ",
        "clock ", r"ip dhcp ", "ip name-server", "ip domain", r"(no )?ipv6 ", r"ipv6 unicast-routing", "username ",
        "vlan ", "class-map ", "policy-map ", "interface ", "router ", r"ipv6 router ", "ip forward", "ip http",
        "no ip http", "ip nat ", "ip route ", "ip tacacs ", "ip ssh ", "ip access-list ", "ipv6 route ", "ip sla ",
        "logging ", "route-map ", "snmp-server ", "tacacs ", "ipv6 access-list ", "control-plane", "banner ", "line ",
        "ntp ",
    ),
    definitions=(
        "ip access-list ", "ipv6 access-list ", "class-map ", "policy-map ", "vlan ", "tacacs ", "aaa group ",
        "route-map ", "vrf ", "router ", "ipv6 router ", "ipv6 unicast-routing", "ip routing",
    ),
    last=("line ", "aaa authentication", "aaa authorization", "ip ssh", "username ", "control-plane"),
    kept_negations=(
        r"no ip (redirects|unreachables|proxy-arp|domain|http|route-cache|source-route)", "no cdp ", "no ipv6 ",
        "no service ", "no switchport$", "no logging ", "no aaa ", "no keepalive",
    ),
    negations=(
        (r"no (description) .*", r"no \1"), (r"no (snmp-server (?:location|contact)) .*", r"no \1"),
        (r"no (lease) .*", r"no \1"), (r"no (ip ospf (?:cost|hello-interval|dead-interval|retransmit-interval)) .*",
                                       r"no \1"),
        (r"no (shape average) .*", r"no \1"), (r"no (class-map) match-\w+ (.*)", r"no \1 \2"),
        (r"no (exec-timeout) .*", r"no \1"),
    ),
    bindings=(
        r"ip access-group (\S+) (?:in|out)", r"ipv6 traffic-filter (\S+) (?:in|out)", r"access-class (\S+) (?:in|out)",
        r"ipv6 access-class (\S+) (?:in|out)", r"ip nat inside source list (\S+) ", r"match access-group name (\S+)",
    ),
    filters=(r"ip access-list (?:extended|standard) (\S+)", r"ipv6 access-list (\S+)"),
    number=r"^(sequence )?\d+ (?=permit|deny|remark|evaluate)",
    opens_port="no shutdown",
)  # fmt: skip

EOS = Dialect(
    engine=Platform.ARISTA_EOS,
    negation="no ",
    leave="exit",
    atomic=True,
    single=(
        *_PORT, "hostname ", r"encapsulation dot1q vlan ", rf"ip ospf {_OSPF}", rf"ipv6 ospf {_OSPF}", r"ip ospf area ",
        r"ip access-group \S+ (in|out)", r"ipv6 access-group \S+ (in|out)",
        r"service-policy (?:type \S+ )?(input|output) ",
        r"switchport (mode|access vlan|trunk allowed vlan|trunk native vlan) ", "shape rate ", "exec-timeout ",
        r"snmp-server (contact|location|local-interface) ", r"logging (trap|buffered|source-interface|facility)\b",
        r"lease ", r"default-gateway ", r"dns server ",
    ),
    in_order=("ip access-list ", "ipv6 access-list ", "route-map ", "policy-map "),
    ranks=(
        "hostname ", "ip name-server", "service ", "logging ", "ntp ", "snmp-server ", "tacacs-server ", "aaa ",
        "vlan ", "vrf ", "class-map ", "policy-map ", "interface ", "ip access-list ", "ipv6 access-list ",
        "ip routing", "ipv6 unicast-routing", "ip nat ", "ip route ", "ipv6 route ", "route-map ", "router ",
        "ipv6 router ", "dhcp ", "management ",
    ),
    definitions=(
        "ip access-list ", "ipv6 access-list ", "class-map ", "policy-map ", "vlan ", "vrf ", "route-map ",
        "ip routing", "ipv6 unicast-routing",
    ),
    last=("management ", "aaa authentication", "aaa authorization", "username "),
    kept_negations=("no switchport$", "no ip routing", "no aaa ", "no logging ", "no lldp ", "no service "),
    negations=((r"no (description) .*", r"no \1"), (r"no (shape rate) .*", r"no \1")),
    bindings=(r"ip access-group (\S+) (?:in|out)", r"ipv6 access-group (\S+) (?:in|out)"),
    filters=(r"ip access-list (?:standard )?(\S+)", r"ipv6 access-list (?:standard )?(\S+)"),
    number=r"^\d+ (?=permit|deny|remark)",
)  # fmt: skip

VRP = Dialect(
    engine=Platform.HUAWEI_VRP,
    negation="undo ",
    leave="quit",
    atomic=True,
    single=(
        *_PORT, "sysname ", "dot1q termination vid ", "vlan-type dot1q ",
        r"ospf (cost|network-type|timer hello|timer dead) ",
        r"ospfv3 (?:\d+ )?(cost|network-type|timer hello|timer dead) ", r"traffic-filter (inbound|outbound) ",
        r"traffic-policy \S+ (inbound|outbound)", r"qos lr (?:(inbound|outbound) )?", "port link-type ",
        "port default vlan ",
        "port trunk pvid ", r"snmp-agent sys-info (contact|location) ", "info-center loghost source ",
        r"acl (?:ipv6 )?\S+ (inbound|outbound)", "protocol inbound ", "idle-timeout ", "authentication-mode ",
        "gateway-list ", "dns-list ", "lease ", r"network \S+ mask ",
    ),
    in_order=("acl ", "traffic policy ", "route-policy "),
    ranks=(
        "sysname ", "info-center ", "vlan ", "dhcp ", "acl ", "traffic classifier ", "traffic behavior ",
        "traffic policy ", "ip pool ", "hwtacacs", "aaa", "interface ", "bfd", "ospf ", "ospfv3 ", "ip route-static ",
        "ipv6 route-static ", "snmp-agent", "nqa ", "ntp", "stelnet ", "ssh ", "user-interface ",
    ),
    definitions=("acl ", "traffic ", "vlan ", "hwtacacs", "ospf ", "ospfv3 ", "bfd", "ip pool ", "ipv6$",
                 "dhcp enable"),
    last=("user-interface ", "ssh ", "stelnet ", "aaa"),
    kept_negations=("undo shutdown", "undo portswitch", "undo info-center ", "undo icmp ", "undo telnet ", "undo ssh "),
    negations=(
        (r"undo (description) .*", r"undo \1"), (r"undo (rule (?:\d+|name \S+)) .*", r"undo \1"),
        (r"undo (ospf cost) .*", r"undo \1"), (r"undo (qos lr(?: inbound| outbound)?) .*", r"undo \1"),
        (r"undo (traffic-filter (?:inbound|outbound)) .*", r"undo \1"), (r"undo (vlan-type dot1q) .*", r"undo \1"),
        (r"undo (snmp-agent sys-info (?:contact|location)) .*", r"undo \1"),
    ),
    bindings=(
        r"traffic-filter (?:inbound|outbound) (?:ipv6 )?acl (?:ipv6 )?(?:name |number )?(\S+)",
        r"if-match (?:ipv6 )?acl (?:name )?(\S+)",
        r"acl (?:ipv6 )?(\S+) (?:inbound|outbound)", r"nat outbound (\S+)",
    ),
    filters=(r"acl (?:ipv6 )?(?:number |name )?(\S+)",),
)  # fmt: skip

DIALECTS = {"cisco-ios": IOS, "arista-eos": EOS, "huawei-vrp": VRP}


def dialect_of(slug: str) -> Dialect:
    """The dialect of a platform; one that is not known speaks like IOS."""
    return DIALECTS.get(slug, IOS)
