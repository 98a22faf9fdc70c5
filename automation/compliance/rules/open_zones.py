"""No filter of a zone lets everything pass, unless the city's policy itself says so."""

from automation.compliance.checks import Never
from automation.compliance.rule import Example, Rule

LINUX = Never(r"^\s*(?:accept|return)$", under=r"chain (?:from|to)-", unless_intended=True)
CHAIN = Example(
    "\tchain from-lan0 {\n\t\tip daddr 10.0.0.1 tcp dport 443 return\n\t\tgoto refuse\n\t}\n",
    "\tchain from-lan0 {\n\t\taccept\n\t}\n",
    2,
)
RULE = Rule(
    "zones-closed",
    "Żadna strefa nie przepuszcza wszystkiego",
    "No zone lets everything pass",
    {
        "cisco-ios": Never(r"^\s*(?:\d+ )?permit (?:ip|ipv6) any any\b", unless_intended=True),
        "arista-eos": Never(r"^\s*(?:\d+ )?permit (?:ip|ipv6) any any\b", unless_intended=True),
        "huawei-vrp": Never(r"^\s*rule (?:\d+ )?permit (?:ip|ipv6)\s*$", unless_intended=True),
        "juniper-junos": Never(r"^\s*(?:set firewall .*term \S+ )?then accept;? *$", r"any-any", unless_intended=True),
        "mikrotik-routeros": Never(
            r"^/ip(?:v6)? firewall filter add action=accept chain=\S+(?: comment=\S+)?$", unless_intended=True
        ),
        "openwrt": Never(r"^\s*option forward 'ACCEPT'", unless_intended=True),
        "frr": LINUX,
        "linux-hotspot": LINUX,
    },
    {
        "cisco-ios": Example(
            "ip access-list extended Z\n permit tcp any host 10.0.0.1 eq 443\n",
            "ip access-list extended Z\n permit ip any any\n",
            2,
        ),
        "arista-eos": Example(
            "ip access-list Z\n   10 deny ip any any\n", "ip access-list Z\n   10 permit ip any any\n", 2
        ),
        "huawei-vrp": Example(
            "acl number 3000\n rule 5 permit tcp destination 10.0.0.1 0\n", "acl number 3000\n rule 5 permit ip\n", 2
        ),
        "juniper-junos": Example("term web {\n    then accept;\n}\n", "term any-any {\n    then accept;\n}\n", 2),
        "mikrotik-routeros": Example(
            "/ip firewall filter add action=accept chain=forward dst-address=10.0.0.1\n",
            "/ip firewall filter add action=accept chain=forward\n",
            1,
        ),
        "openwrt": Example("config zone\n\toption forward 'REJECT'\n", "config zone\n\toption forward 'ACCEPT'\n", 2),
        "frr": CHAIN,
        "linux-hotspot": CHAIN,
    },
)
