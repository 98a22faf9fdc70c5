"""The menus of the simulated RouterOS: their properties, what these may be, and what stands there from the start."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network, ip_address, ip_interface, ip_network

Object = dict[str, str]
ETHERNETS = 10


@dataclass(frozen=True)
class Menu:
    """``checks`` by property; ``unique`` properties tell objects apart, ``clash`` is said about a second one."""

    checks: Mapping[str, str]
    unique: tuple[str, ...] = ()
    clash: str = "already have such entry"
    needs: tuple[str, ...] = ()
    settings: bool = False


def _menu(
    names: str, unique: tuple[str, ...] = (), clash: str = "already have such entry", needs: tuple[str, ...] = ()
) -> Menu:
    """Properties as ``name`` or ``name:check``."""
    checks = {word.partition(":")[0]: word.partition(":")[2] for word in names.split()}
    return Menu({"comment": "", "disabled": "yesno"} | checks, unique, clash, needs)


def _named(names: str, needs: tuple[str, ...] = ()) -> Menu:
    return _menu(names, ("name",), needs=needs)


def _interface(names: str, needs: tuple[str, ...] = ()) -> Menu:
    return _menu(names, ("name",), "already have interface with such name", needs)


def _address(names: str) -> Menu:
    return _menu(names, ("address",), "already have such address", ("address", "interface"))


def _settings(names: str) -> Menu:
    return Menu(_menu(names).checks, settings=True)


_FILTER = (
    "action:verdict chain connection-state dst-address dst-address-list dst-port icmp-options in-interface:iface "
    "jump-target out-interface:iface place-before protocol:protocol reject-with src-address src-address-list "
    "src-port tcp-flags log log-prefix"
)
_TEMPLATE = (
    "area:ref=routing/ospf/area cost:int dead-interval:time hello-interval:time interfaces:iface networks passive:flag "
    "priority:int retransmit-interval:time type:ptp|broadcast|nbma|ptmp use-bfd:yesno"
)
MENUS: dict[str, Menu] = {
    "interface/bridge": _interface("name protocol-mode mtu:int"),
    "interface/vlan": _interface("interface:iface mtu:int name vlan-id:vlan", needs=("interface", "vlan-id")),
    "interface/ethernet": _menu("mtu:int name"),
    "ip/address": _address("address:ip4 interface:iface network"),
    "ipv6/address": _address("address:ip6 advertise:yesno eui-64:yesno interface:iface"),
    "ip/pool": _named("name ranges"),
    "ip/dhcp-server": _named("address-pool:ref=ip/pool authoritative interface:iface lease-time:time name"),
    "ip/dhcp-server/network": _menu("address:net4 dns-server gateway", unique=("address",)),
    "ip/dns": _settings("servers allow-remote-requests:yesno"),
    "ip/firewall/address-list": _menu("address list timeout", unique=("list", "address"), needs=("list", "address")),
    "ipv6/firewall/address-list": _menu("address list timeout", unique=("list", "address"), needs=("list", "address")),
    "ip/firewall/filter": _menu(_FILTER, needs=("chain",)),
    "ipv6/firewall/filter": _menu(_FILTER, needs=("chain",)),
    "ip/firewall/nat": _menu(_FILTER + " to-addresses to-ports", needs=("chain",)),
    "ip/hotspot": _named("address-pool:ref=ip/pool interface:iface name profile:ref=ip/hotspot/profile"),
    "ip/hotspot/profile": _named(
        "dns-name hotspot-address html-directory login-by name rate-limit trial-uptime-limit:time "
        "trial-uptime-reset:time trial-user-profile:ref=ip/hotspot/user/profile use-radius:yesno"
    ),
    "ip/hotspot/user/profile": _named("name rate-limit session-timeout:time shared-users:int"),
    "ip/hotspot/walled-garden": _menu("action dst-host dst-port server", unique=("dst-host",)),
    "ip/route": _menu(
        "check-gateway distance:distance dst-address gateway routing-table scope:int target-scope:int",
        unique=("dst-address", "gateway"), clash="already have such route", needs=("gateway",),
    ),
    "ip/service": _menu("address name port:int"),
    "queue/tree": _named("limit-at max-limit:rate name packet-mark parent:iface priority:int queue", needs=("parent",)),
    "radius": _menu("address secret service timeout:time", unique=("address",), needs=("address",)),
    "routing/bfd/configuration": _menu("interfaces:iface min-rx min-tx multiplier:int", unique=("interfaces",)),
    "routing/ospf/area": _named("area-id:ip instance:ref=routing/ospf/instance name type", needs=("instance",)),
    "routing/ospf/instance": _named("name originate-default router-id:ip version:2|3"),
    "routing/ospf/interface-template": _menu(_TEMPLATE, unique=("area", "interfaces"), needs=("area",)),
    "snmp": _settings("contact enabled:yesno engine-id location trap-version:int"),
    "snmp/community": _named(
        "addresses authentication-password authentication-protocol:MD5|SHA1 encryption-password "
        "encryption-protocol:DES|AES name read-access:yesno security:none|authorized|private write-access:yesno"
    ),
    "system/clock": _settings("time-zone-name"),
    "system/identity": _settings("name"),
    "system/logging": _menu("action:ref=system/logging/action prefix topics", unique=("action", "topics")),
    "system/logging/action": _named(
        "name remote:ip remote-port:int src-address target:disk|echo|email|memory|remote"
    ),
    "system/note": _settings("note show-at-login:yesno"),
    "system/ntp/client": _settings("enabled:yesno mode"),
    "system/ntp/client/servers": _menu("address", unique=("address",), needs=("address",)),
    "system/scheduler": _named("interval:time name on-event policy start-date start-time"),
    "system/script": _named("dont-require-permissions:yesno name owner policy source"),
    "user/aaa": _settings("accounting:yesno default-group use-radius:yesno"),
}  # fmt: skip

ASSUMED: dict[str, Mapping[str, str]] = {
    "interface/vlan": {"mtu": "1500"},
    "interface/ethernet": {"mtu": "1500"},
    "ipv6/address": {"advertise": "yes"},
    "ip/dhcp-server": {"lease-time": "30m"},
    "ip/hotspot": {"disabled": "yes"},
    "ip/route": {"distance": "1"},
    "routing/ospf/instance": {"version": "2", "originate-default": "never"},
    "routing/ospf/interface-template": {
        "cost": "1", "hello-interval": "10s", "dead-interval": "40s", "retransmit-interval": "5s", "use-bfd": "no",
        "type": "broadcast",
    },
    "snmp": {"enabled": "no", "contact": "", "location": ""},
    "system/ntp/client": {"enabled": "no"},
    "user/aaa": {"use-radius": "no"},
}  # fmt: skip
"""Values that an export does not print."""

SENSITIVE = frozenset({"authentication-password", "encryption-password", "secret", "password"})
FLAGS = frozenset({"passive"})
KEPT_APART = frozenset({"system/scheduler", "system/script", "system/note"})
"""Menus that do not count as configuration for faults to order."""


def factory() -> dict[str, list[Object]]:
    """Objects that are always there; ``.default`` is the word they are found by."""
    ports = [f"ether{n}" for n in range(1, ETHERNETS + 1)]
    default = {".default": "default=yes", "default": "yes"}
    return {
        "interface/ethernet": [{".default": f"default-name={n}", "default-name": n, "name": n} for n in ports],
        "ip/hotspot/profile": [default | {"name": "default"}],
        "ip/hotspot/user/profile": [default | {"name": "default"}],
        "snmp/community": [default | {"name": "public"}],
        "system/logging/action": [default | {"name": name, "target": name} for name in ("memory", "disk", "echo")],
    }


def interfaces(objects: Mapping[str, list[Object]]) -> frozenset[str]:
    """Names of all interfaces."""
    menus = ("interface/ethernet", "interface/bridge", "interface/vlan")
    return frozenset({"lo", *(o["name"] for menu in menus for o in objects.get(menu, ()))})


def seconds(value: str) -> float | None:
    """A duration such as ``1d2h3m4s`` or ``90``; null for anything else."""
    if value.isdigit():
        return float(value)
    found = re.fullmatch(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", value)
    if not value or found is None:
        return None
    return float(sum(int(n or 0) * unit for n, unit in zip(found.groups(), (604800, 86400, 3600, 60, 1), strict=True)))


def _parses(kind: Callable[[str], object], value: str) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[str], bool]] = {
    "yesno": lambda v: v in ("yes", "no"),
    "flag": lambda v: v in ("yes", "no"),
    "int": str.isdigit,
    "distance": lambda v: v.isdigit() and 1 <= int(v) <= 255,
    "vlan": lambda v: v.isdigit() and 1 <= int(v) <= 4095,
    "ip": lambda v: _parses(ip_address, v),
    "ip4": lambda v: _parses(IPv4Interface, v),
    "ip6": lambda v: _parses(ip_interface, v) and ":" in v,
    "net4": lambda v: _parses(IPv4Network, v),
    "time": lambda v: seconds(v) is not None,
    "rate": lambda v: re.fullmatch(r"\d+[kMG]?", v) is not None,
    "verdict": lambda v: v in ("accept", "drop", "jump", "log", "masquerade", "passthrough", "reject", "return"),
    "protocol": lambda v: v in ("tcp", "udp", "icmp", "icmpv6", "ospf") or v.isdigit(),
}


def network_of(address: str) -> str:
    """What RouterOS works out for an IPv4 address: the network, or the address itself of a single host."""
    return str(ip_network(address, strict=False).network_address)
