"""SSH speaks version 2 only: version 1 is broken."""

from automation.compliance.checks import Never
from automation.compliance.rule import Example, Rule

RULE = Rule(
    "ssh-v2",
    "Tylko SSH w wersji 2",
    "SSH version 2 only",
    {
        "cisco-ios": Never(r"^\s*(?:ip ssh version 1\b|no ip ssh version)"),
        "huawei-vrp": Never(r"^\s*ssh server compatible-ssh1x enable"),
        "juniper-junos": Never(r"^\s*(?:set system services ssh )?protocol-version (?:.*\b)?v1\b"),
        "mikrotik-routeros": Never(r"^/ip ssh set .*strong-crypto=no"),
    },
    {
        "cisco-ios": Example("ip ssh version 2\n", "hostname a\nip ssh version 1\n", 2),
        "huawei-vrp": Example("undo ssh server compatible-ssh1x enable\n", "ssh server compatible-ssh1x enable\n", 1),
        "juniper-junos": Example(
            "set system services ssh protocol-version v2\n", "set system services ssh protocol-version v1\n", 1
        ),
        "mikrotik-routeros": Example("/ip ssh set strong-crypto=yes\n", "/ip ssh set strong-crypto=no\n", 1),
    },
)
