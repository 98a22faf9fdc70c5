"""Devices take the time from the city's servers: logs of devices are compared by their times."""

from automation.compliance.checks import Servers
from automation.compliance.rule import Example, Rule
from automation.settings import ConfigurationSettings

SETTINGS = ConfigurationSettings(ntp_servers=("10.50.0.9",))


def _needs(pattern: str) -> Servers:
    return Servers("ntp_servers", pattern)


def _example(passing: str, failing: str) -> Example:
    return Example(passing, failing, 0, settings=SETTINGS)


RULE = Rule(
    "ntp",
    "Czas z serwerów miasta",
    "Time from the city's servers",
    {
        "cisco-ios": _needs(r"^ntp server SERVER"),
        "arista-eos": _needs(r"^ntp server SERVER"),
        "huawei-vrp": _needs(r"^\s*ntp(?:-service)? unicast-server SERVER"),
        "juniper-junos": _needs(r"^\s*(?:set system ntp )?server SERVER"),
        "mikrotik-routeros": _needs(r"^/system ntp client servers add .*address=SERVER"),
        "openwrt": _needs(r"(?:list server|\.server=).*SERVER"),
    },
    {
        "cisco-ios": _example("ntp server 10.50.0.9\n", "ntp server 10.50.0.99\n"),
        "arista-eos": _example("ntp server 10.50.0.9\n", "ntp server 10.50.0.99\n"),
        "huawei-vrp": _example("ntp-service unicast-server 10.50.0.9\n", "ntp-service disable\n"),
        "juniper-junos": _example("set system ntp server 10.50.0.9\n", "set system ntp server 10.50.0.8\n"),
        "mikrotik-routeros": _example(
            "/system ntp client servers add address=10.50.0.9\n", "/system ntp client set enabled=yes\n"
        ),
        "openwrt": _example("config timeserver 'ntp'\n\tlist server '10.50.0.9'\n", "config timeserver 'ntp'\n"),
    },
)
