"""SNMP is version 3 with authentication and encryption: a community is a password everybody can read.

OpenWrt's package can set up communities only; there each is bound to an address that may use it.
"""

from automation.compliance.checks import AllOf, Never
from automation.compliance.rule import Example, Rule

LINUX = Never(r"^(?:r[ow]community6?|com2sec6?|trapcommunity|trap2?sink|rouser \S+ noauth)\b")
DAEMON = Example("sysName a\nrouser noc priv\n", "sysName a\nrocommunity public\n", 2)
CISCO = AllOf((Never(r"^snmp-server community\b"), Never(r"^snmp-server group \S+ (?:v1|v2c|v3 noauth)\b")))
RULE = Rule(
    "snmp-v3",
    "SNMP tylko w wersji 3, bez haseł wspólnych",
    "SNMP version 3 only, no community",
    {
        "cisco-ios": CISCO,
        "arista-eos": CISCO,
        "huawei-vrp": AllOf(
            (Never(r"^\s*snmp-agent community "), Never(r"^\s*snmp-agent sys-info version (?:.*\b)?(?:all|v1|v2c)\b"))
        ),
        "juniper-junos": Never(r"^\s*(?:set snmp )?community \S+ ?(?:\{|;|authorization|clients|$)"),
        "mikrotik-routeros": Never(r"^/snmp community (?:add|set)\b(?!.*(?:security=private|disabled=yes))"),
        "openwrt": Never(r"^\s*(?:option source '(?:default|0\.0\.0\.0/0|::/0)'|r[ow]community6? \S+(?: default)?$)"),
        "frr": LINUX,
        "linux-hotspot": LINUX,
    },
    {
        "cisco-ios": Example("snmp-server group noc v3 priv\n", "snmp-server community public RO\n", 1),
        "arista-eos": Example("snmp-server group noc v3 priv\n", "snmp-server group noc v2c\n", 1),
        "huawei-vrp": Example(
            "snmp-agent sys-info version v3\nundo snmp-agent sys-info version v1 v2c\n",
            "snmp-agent sys-info version v2c v3\n",
            1,
        ),
        "juniper-junos": Example("set snmp v3 vacm\n", "set snmp community public authorization read-only\n", 1),
        "mikrotik-routeros": Example(
            "/snmp community set [ find default=yes ] disabled=yes\n/snmp community add name=noc security=private\n",
            "/snmp set enabled=yes\n/snmp community add name=public\n",
            2,
        ),
        "openwrt": Example(
            "config agent\n\toption agentaddress 'UDP:161'\n", "config com2sec public\n\toption source 'default'\n", 2
        ),
        "frr": DAEMON,
        "linux-hotspot": DAEMON,
    },
)
