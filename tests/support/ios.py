"""A Cisco IOS router as it is before its first change, and what it should be in the city of many vendors."""

from datetime import date

from automation.bundle import Bundle
from automation.render import render
from automation.settings import ConfigurationSettings
from inventory.demo.vendors import mixed_city

DAY = date(2026, 11, 1)
SETTINGS = ConfigurationSettings(
    tacacs_servers=("10.50.0.9",), syslog_servers=("10.50.0.8",), ntp_servers=("10.50.0.7",)
)
STARTUP = """version 17.9
service timestamps debug datetime msec
hostname border
boot-start-marker
boot-end-marker
aaa new-model
no ip domain lookup
archive
 path flash:archive
 maximum 10
username silesianet privilege 15 secret 9 $9$abc
interface GigabitEthernet0
 ip address 172.31.0.7 255.255.255.0
interface GigabitEthernet0/0
 description bootstrap
 ip address 10.254.0.17 255.255.255.254
ip route 0.0.0.0 0.0.0.0 10.254.0.16
ip ssh version 2
ip scp server enable
control-plane
line con 0
 stopbits 1
line vty 0 4
 login local
 transport input ssh
"""


def wanted(name: str = "border", settings: ConfigurationSettings = SETTINGS) -> str:
    """The bundle of a router of the city."""
    return str(render(mixed_city(), name, DAY, settings))


def edited(bundle: str, old: str, new: str) -> str:
    """A bundle with a text of its configuration replaced."""
    config = Bundle.parse(bundle).texts()["config"]
    assert old in config
    return str(Bundle.of({"config": config.replace(old, new)}))


def secret(name: str) -> str:
    """The secrets of tests."""
    return {"tacacs": "s3cret-of-tacacs", "enable": "s3cret-of-enable"}[name]
