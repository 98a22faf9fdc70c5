"""Devices send their log to the city's servers: what happened must be known when the device is gone."""

from automation.compliance.checks import Needs, Servers
from automation.compliance.rule import Example, Rule
from automation.settings import ConfigurationSettings

SETTINGS = ConfigurationSettings(syslog_servers=("10.50.0.8",))


def _needs(pattern: str) -> Servers:
    return Servers("syslog_servers", pattern)


def _example(passing: str, failing: str) -> Example:
    return Example(passing, failing, 0, settings=SETTINGS)


RULE = Rule(
    "syslog",
    "Dziennik wysyłany na serwery miasta",
    "Log sent to the city's servers",
    {
        "cisco-ios": _needs(r"^logging (?:host )?SERVER"),
        "arista-eos": _needs(r"^logging host SERVER"),
        "huawei-vrp": _needs(r"^\s*info-center loghost SERVER"),
        "juniper-junos": _needs(r"^\s*(?:set system syslog )?host SERVER"),
        "mikrotik-routeros": _needs(r"^/system logging action (?:add|set) .*remote=SERVER"),
        "openwrt": _needs(r"log_ip.*SERVER"),
        "frr": Needs(r"^log syslog\b", "log syslog"),
    },
    {
        "cisco-ios": _example("logging host 10.50.0.8\n", "logging buffered 8192\n"),
        "arista-eos": _example("logging host 10.50.0.8\n", "logging host 10.50.0.81\n"),
        "huawei-vrp": _example("info-center loghost 10.50.0.8\n", "info-center enable\n"),
        "juniper-junos": _example("set system syslog host 10.50.0.8 any notice\n", "set system syslog file messages\n"),
        "mikrotik-routeros": _example(
            "/system logging action add name=syslog1 remote=10.50.0.8 target=remote\n",
            "/system logging add topics=info\n",
        ),
        "openwrt": _example("config system\n\toption log_ip '10.50.0.8'\n", "config system\n\toption hostname 'a'\n"),
        "frr": Example("hostname a\nlog syslog informational\n", "hostname a\nlog file /tmp/frr.log\n", 0),
    },
)
