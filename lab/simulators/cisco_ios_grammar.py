"""What a simulated Cisco IOS understands and how it prints it: enough for what our configurations say, no more."""

import re
from functools import lru_cache
from ipaddress import IPv6Address

from lab.simulators.tree import REMEMBERED, Grammar


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


GRAMMAR = Grammar(
    negation="no",
    sections=re.compile(
        r"interface |router |ipv6 router |(ip|ipv6) access-list |policy-map |class-map |class |line |ip dhcp pool |"
        r"tacacs server |aaa group server |vlan \d|archive$|control-plane$|vrf definition |route-map |crypto pki |"
        r"certificate |address-family "
    ),
    single=_all(
        r"hostname\b", r"(snmp-server (?:contact|location|chassis-id))\b", r"description\b", r"encapsulation\b",
        r"ip address (?!.*secondary)", r"(ip|ipv6) ospf (cost|hello-interval|dead-interval|network)",
        r"(ip|ipv6) ospf retransmit-interval",
        r"(ip|ipv6) ospf \d+ area", r"ip access-group \S+ (in|out)", r"ipv6 traffic-filter \S+ (in|out)",
        r"service-policy (input|output)", r"shape average\b", r"router-id\b", r"default-information originate",
        r"access-class \S+ (in|out)", r"ipv6 access-class \S+ (in|out)", r"transport input\b", r"exec-timeout\b",
        r"lease\b", r"network \S+ \S+$", r"default-router\b", r"dns-server\b", r"address ipv4\b", r"key\b",
        r"bandwidth\b", r"mtu\b", r"bfd interval\b", r"timers throttle spf\b", r"(ip nat) (?:inside|outside)$",
        r"switchport (mode|access vlan|trunk allowed vlan|trunk native vlan)\b", r"name\b", r"path\b", r"maximum\b",
        r"logging (trap|buffered|facility)\b", r"(username \S+)", r"(aaa \S+ \S+ default)",
        r"(snmp-server group \S+ v3)",
        r"speed\b", r"duplex\b", r"login\b",
    ),
    kept=re.compile(
        r"no (ip domain[ -]lookup|ip http (secure-)?server|ip (source-route|redirects|proxy-arp)|service pad|ipv6 cef)$"
    ),
    order=_all(
        r"version", r"service", r"no service", r"platform", r"hostname", r"boot-", r"vrf", r"logging buffered",
        r"enable",
        r"aaa new", r"aaa group", r"aaa", r"clock", r"no ip domain", r"ip domain", r"ip dhcp excluded", r"ip dhcp",
        r"ipv6 unicast", r"(no )?ipv6 cef", r"archive", r"username", r"vlan", r"class-map", r"policy-map",
        r"interface Loopback", r"interface", r"router", r"ipv6 router", r"ip forward", r"(no )?ip http", r"ip nat",
        r"ip route", r"ip ssh", r"ip scp", r"ip access-list standard", r"ip access-list", r"logging",
        r"snmp-server group",
        r"snmp-server", r"tacacs", r"ipv6 access-list", r"control-plane", r"line con", r"line aux", r"line", r"ntp",
        r"file prompt", r"description", r"encapsulation", r"ip address (?!.*secondary)", r"no ip address",
        r"ip address",
        r"ip access-group", r"ip nat", r"ip ospf", r"shutdown", r"duplex", r"speed", r"ipv6 address",
        r"ipv6 traffic-filter", r"ipv6 ospf", r"bfd", r"service-policy", r"router-id", r"timers", r"passive",
        r"default-",
    ),
)  # fmt: skip

KNOWN = {
    "": r"(hostname|version|service|boot|platform|aaa|username|enable|clock|ip (domain|dhcp|nat inside source|route"
    r"|access-list|ssh|scp|http|forward-protocol|routing|name-server|source-route|cef)|ipv6 (unicast-routing|cef|route"
    r"|router ospf \d|access-list)|archive|vlan|class-map|policy-map|interface|router ospf \d|logging|snmp-server"
    r"|tacacs server|control-plane|line|ntp|file prompt|crypto|vrf definition|banner|spanning-tree|license|subscriber"
    r"|redundancy|memory|diagnostic|multilink|alias)\b",
    "interface": r"(description|encapsulation dot1Q \d|ip (address|access-group|nat (inside|outside)|ospf|mtu|redirects"
    r"|proxy-arp)|ipv6 (address|traffic-filter|ospf|enable)|bfd interval|service-policy|shutdown|duplex|speed"
    r"|switchport|mtu|bandwidth|negotiation|vrf forwarding|cdp)\b",
    "access-list": r"((\d+|sequence \d+) )?(permit|deny|remark|evaluate)\b|\d+$|sequence \d+$",
    "policy-map": r"(class|description)\b",
    "class": r"(shape average \d|police|priority|bandwidth)",
    "class-map": r"match\b",
    "router": r"(router-id|timers throttle spf|passive-interface|default-information|network|log-adjacency"
    r"|redistribute|auto-cost|bfd|area|max-lsa)\b",
    "line": r"(access-class|ipv6 access-class|transport|login|exec-timeout|privilege|logging|password"
    r"|stopbits|length)\b",
    "ip dhcp pool": r"(network|default-router|dns-server|lease|domain-name)\b",
    "tacacs server": r"(address ipv4|key|timeout)\b",
    "aaa group": r"(server|ip tacacs)\b",
    "vlan": r"name\b",
    "archive": r"(path|maximum|write-memory|log)\b",
    "vrf": r"(rd|address-family)\b",
    "address-family": r"",
    "crypto": r"",
    "certificate": r"",
    "control-plane": r"service-policy\b",
}
"""What each kind of section takes, by the beginning of its header."""

SHORT = {
    "interface": "if", "router": "router", "ipv6 router": "rtr", "ip access-list standard": "std-nacl",
    "ip access-list": "ext-nacl", "ipv6 access-list": "ipv6-acl", "policy-map": "pmap", "class-map": "cmap",
    "class": "pmap-c", "line": "line", "ip dhcp pool": "dhcp", "tacacs server": "server-tacacs",
    "aaa group": "sg-tacacs+", "vlan": "vlan", "archive": "archive", "control-plane": "cp", "vrf": "vrf",
}  # fmt: skip
"""What the prompt says in a section."""

FULL = (
    (re.compile(r"int(?:erface)? "), "interface "), (re.compile(r"(interface )(?:gi|gigabitethernet) ?(?=\d)", re.I),
     r"\1GigabitEthernet"), (re.compile(r"(interface )(?:lo|loopback) ?(?=\d)", re.I), r"\1Loopback"),
    (re.compile(r"(interface )(?:vl|vlan) ?(?=\d)", re.I), r"\1Vlan"), (re.compile(r"desc "), "description "),
    (re.compile(r"(no )?shut$"), r"\1shutdown"),
)  # fmt: skip
"""Abbreviations that people and tools use most."""

TCP = {7: "echo", 20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp", 49: "tacacs", 53: "domain", 80: "www",
       110: "pop3", 111: "sunrpc", 179: "bgp", 194: "irc", 514: "cmd"}  # fmt: skip
UDP = {7: "echo", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 123: "ntp", 161: "snmp",
       162: "snmptrap", 500: "isakmp", 514: "syslog", 520: "rip", 4500: "non500-isakmp"}  # fmt: skip
PORT = re.compile(r"\beq (\d+)")
SIX = re.compile(r"(?<![\w:.])(?=[0-9a-fA-F]*:[0-9a-fA-F:]*)([0-9a-fA-F:]*::?[0-9a-fA-F:]*)(?![\w:.])")


@lru_cache(maxsize=REMEMBERED)
def kind(header: str) -> str:
    """The kind of a section by its header; empty for the top."""
    if header.startswith(("ip access-list", "ipv6 access-list")):
        return "access-list"
    if header.startswith("ipv6 router"):
        return "router"
    return next((start for start in sorted(KNOWN, key=len, reverse=True) if start and header.startswith(start)), "")


def understood(line: str, header: str) -> bool:
    """Whether a section takes a line."""
    return re.match(KNOWN[kind(header)], line.removeprefix("no ")) is not None


def printed(line: str) -> str:
    """A line as IOS keeps it: full words, known ports by name, IPv6 in capitals."""
    for pattern, word in FULL:
        line = pattern.sub(word, line, count=1)
    if re.match(r"((\d+|sequence \d+) )?(permit|deny) (tcp|udp) ", line):
        names = TCP if " tcp " in line else UDP
        line = PORT.sub(lambda found: f"eq {names.get(int(found[1]), found[1])}", line)
    return SIX.sub(_capitals, line) if "::" in line or "ipv6" in line else line


def _capitals(found: "re.Match[str]") -> str:
    try:
        return str(IPv6Address(found[0])).upper()
    except ValueError:
        return found[0]


def prompted(header: str) -> str:
    """What the prompt says in a section."""
    if header.startswith("interface ") and "." in header:
        return "subif"
    return next(word for start, word in sorted(SHORT.items(), key=lambda s: -len(s[0])) if header.startswith(start))
