"""No device offers its web page without encryption."""

from automation.compliance.checks import Never
from automation.compliance.rule import Example, Rule

RULE = Rule(
    "no-plain-web",
    "Brak nieszyfrowanej strony zarządzania",
    "No web page without encryption",
    {
        "cisco-ios": Never(r"^ip http server"),
        "arista-eos": Never(r"^\s*protocol http$"),
        "huawei-vrp": Never(r"^\s*http server enable"),
        "juniper-junos": Never(r"^\s*(?:set system services )?(?:web-management )http(?:;| |$)"),
        "mikrotik-routeros": Never(r"^/ip service set www\b.*disabled=no"),
        "openwrt": Never(r"^\s*list listen_http '(?:0\.0\.0\.0|\[::\]):80'"),
    },
    {
        "cisco-ios": Example("no ip http server\nip http secure-server\n", "ip http server\n", 1),
        "arista-eos": Example(
            "management api http-commands\n   protocol https\n", "management api http-commands\n   protocol http\n", 2
        ),
        "huawei-vrp": Example("undo http server enable\n", "http server enable\n", 1),
        "juniper-junos": Example(
            "set system services web-management https\n", "set system services web-management http\n", 1
        ),
        "mikrotik-routeros": Example("/ip service set www disabled=yes\n", "/ip service set www disabled=no\n", 1),
        "openwrt": Example("\tlist listen_https '0.0.0.0:443'\n", "\tlist listen_http '0.0.0.0:80'\n", 1),
    },
)
