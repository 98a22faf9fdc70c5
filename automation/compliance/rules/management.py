"""Only the management station may talk to a device's own services."""

from automation.compliance.checks import AllOf, Needs
from automation.compliance.rule import Example, Rule

LINUX = Needs(r"type filter hook input .*policy drop", "an input chain with policy drop")
FILTER = Example(
    "table inet silesianet {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n",
    "table inet silesianet {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n",
    0,
)
RULE = Rule(
    "management-filter",
    "Filtr zarządzania",
    "Management filter",
    {
        "cisco-ios": Needs(r"^\s*access-class \S+ in", "access-class of the vty lines", r"^line vty"),
        "arista-eos": AllOf(
            (
                Needs(r"^\s*ip access-group \S+(?: vrf \S+)? in|^ip ssh access", "access-group", r"^management ssh"),
                Needs(r"^snmp-server ipv4 access-list \S+", "access list of the agent", r"^snmp-server user"),
            )
        ),
        "huawei-vrp": Needs(r"^\s*(?:acl \S+ inbound|ssh server acl|snmp-agent acl)", "an acl of the services"),
        "juniper-junos": Needs(
            r"^\s*(?:set interfaces lo0 .*)?filter (?:input|\{)|^set interfaces lo0 .* filter input", "a filter of lo0"
        ),
        "mikrotik-routeros": AllOf(
            (
                Needs(
                    r"^/ip firewall filter add (?=.*\bchain=input\b)(?=.*\baction=(?:drop|reject|jump)\b)"
                    r"(?!.*\b(?:src-|dst-|protocol|in-interface|connection-state))",
                    "an input chain that drops",
                ),
                Needs(
                    r"^/ip firewall filter add (?=.*\baction=(?:drop|reject)\b)(?!.*\bchain=forward\b)",
                    "a rule that drops",
                ),
            )
        ),
        "openwrt": Needs(r"option input '(?:REJECT|DROP)'|policy drop|\.input='(?:REJECT|DROP)'", "input that drops"),
        "frr": LINUX,
        "linux-hotspot": LINUX,
    },
    {
        "cisco-ios": Example("line vty 0 4\n access-class MGMT in\n", "hostname a\nline vty 0 4\n login\n", 2),
        "arista-eos": Example(
            "management ssh\n   ip access-group MGMT in\n", "management ssh\n   idle-timeout 10\n", 1
        ),
        "huawei-vrp": Example("user-interface vty 0 4\n acl 2000 inbound\n", "user-interface vty 0 4\n", 0),
        "juniper-junos": Example(
            "set interfaces lo0 unit 0 family inet filter input PROTECT\n", "set interfaces lo0 unit 0\n", 0
        ),
        "mikrotik-routeros": Example(
            "/ip firewall filter add action=drop chain=input\n",
            "/ip firewall filter add action=drop chain=forward\n",
            0,
        ),
        "openwrt": Example(
            "config defaults\n\toption input 'REJECT'\n", "config defaults\n\toption input 'ACCEPT'\n", 0
        ),
        "frr": FILTER,
        "linux-hotspot": FILTER,
    },
)
