"""Nobody logs in over telnet: passwords would cross the network as they are."""

from automation.compliance.checks import AllOf, Never
from automation.compliance.rule import Example, Rule

NFTABLES = Never(r"\bdport (?:23\b|\{[^}]*\b23\b[^}]*\}).*\baccept", under=r"chain input")
LINUX = Example(
    "table inet silesianet {\n\tchain input {\n\t\ttcp dport 22 accept\n\t}\n}\n",
    "table inet silesianet {\n\tchain input {\n\t\ttcp dport { 22, 23 } accept\n\t}\n}\n",
    3,
)
RULE = Rule(
    "no-telnet",
    "Brak telnetu",
    "No telnet",
    {
        "cisco-ios": Never(r"^\s*transport input (?:.* )?(?:telnet|all)\b"),
        "arista-eos": Never(r"^\s*no shutdown", under=r"^management telnet"),
        "huawei-vrp": AllOf((Never(r"^\s*telnet (?:ipv6 )?server enable"), Never(r"protocol inbound (?:all|telnet)"))),
        "juniper-junos": Never(r"^\s*(?:set system services )?telnet(?:;| \{|$)"),
        "mikrotik-routeros": Never(r"^/ip service set telnet\b.*disabled=no"),
        "openwrt": Never(r"\btelnetd?\b.*(?:enable|'1')|dest_port '?23'?$"),
        "frr": NFTABLES,
        "linux-hotspot": NFTABLES,
    },
    {
        "cisco-ios": Example("line vty 0 4\n transport input ssh\n", "line vty 0 4\n transport input ssh telnet\n", 2),
        "arista-eos": Example("management telnet\n   shutdown\n", "management telnet\n   no shutdown\n", 2),
        "huawei-vrp": Example("undo telnet server enable\nstelnet server enable\n", "telnet server enable\n", 1),
        "juniper-junos": Example("set system services ssh\n", "set system services telnet\n", 1),
        "mikrotik-routeros": Example(
            "/ip service set telnet disabled=yes\n", "/ip service set telnet address=10.0.0.0/8 disabled=no\n", 1
        ),
        "openwrt": Example("config rule\n\toption dest_port '22'\n", "config rule\n\toption dest_port '23'\n", 2),
        "frr": LINUX,
        "linux-hotspot": LINUX,
    },
)
