"""RouterOS's menus: what identifies their objects, and what RouterOS assumes where nothing is said."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """A menu has objects found by what they are, objects whose order counts, or only settings."""

    KEYED = "keyed"
    ORDERED = "ordered"
    SETTINGS = "settings"


@dataclass(frozen=True)
class Menu:
    """``keys`` identify an object of the menu."""

    kind: Kind
    keys: tuple[str, ...] = ("name",)


_NAMED, _SETTINGS, _ORDERED = Menu(Kind.KEYED), Menu(Kind.SETTINGS, ()), Menu(Kind.ORDERED, ())

MENUS = {
    "/system identity": _SETTINGS,
    "/interface bridge": _NAMED,
    "/interface vlan": _NAMED,
    "/interface ethernet": Menu(Kind.KEYED, ("default-name",)),
    "/ip pool": _NAMED,
    "/ip hotspot user profile": _NAMED,
    "/ip hotspot profile": _NAMED,
    "/ip address": Menu(Kind.KEYED, ("address",)),
    "/ipv6 address": Menu(Kind.KEYED, ("address",)),
    "/ip dhcp-server": _NAMED,
    "/ip dhcp-server network": Menu(Kind.KEYED, ("address",)),
    "/routing ospf instance": _NAMED,
    "/routing ospf area": _NAMED,
    "/routing ospf interface-template": Menu(Kind.KEYED, ("area", "interfaces")),
    "/routing bfd configuration": Menu(Kind.KEYED, ("interfaces",)),
    "/ip route": Menu(Kind.KEYED, ("dst-address", "gateway")),
    "/queue tree": _NAMED,
    "/ip firewall address-list": Menu(Kind.KEYED, ("list", "address")),
    "/ipv6 firewall address-list": Menu(Kind.KEYED, ("list", "address")),
    "/ip firewall filter": _ORDERED,
    "/ipv6 firewall filter": _ORDERED,
    "/ip firewall nat": _ORDERED,
    "/ip hotspot": _NAMED,
    "/ip hotspot walled-garden": Menu(Kind.KEYED, ("dst-host",)),
    "/radius": Menu(Kind.KEYED, ("address",)),
    "/user aaa": _SETTINGS,
    "/snmp": _SETTINGS,
    "/snmp community": _NAMED,
    "/system logging action": _NAMED,
    "/system logging": Menu(Kind.KEYED, ("action", "topics")),
    "/system ntp client": _SETTINGS,
    "/system ntp client servers": Menu(Kind.KEYED, ("address",)),
}
"""In the order in which objects can be made: each needs only what stands above it."""

FLAGS = frozenset({"passive"})
"""Properties written without a value."""

COMPUTED = {"/ip address": frozenset({"network"}), "/ip route": frozenset({"pref-src"})}
"""Properties RouterOS works out itself and prints all the same."""

DEFAULTS = {
    "/interface vlan": {"mtu": "1500"},
    "/ip hotspot": {"disabled": "yes"},
    "/ip route": {"distance": "1", "scope": "30", "target-scope": "10", "routing-table": "main"},
    "/routing ospf interface-template": {
        "cost": "1", "hello-interval": "10s", "dead-interval": "40s", "retransmit-interval": "5s", "use-bfd": "no",
        "type": "broadcast", "priority": "128",
    },
    "/routing ospf instance": {"version": "2", "originate-default": "never"},
    "/ip dhcp-server": {"lease-time": "30m"},
    "/queue tree": {"queue": "default-small", "priority": "8"},
    "/snmp": {"enabled": "no", "contact": "", "location": ""},
    "/system identity": {"name": "MikroTik"},
    "/system ntp client": {"enabled": "no"},
    "/user aaa": {"use-radius": "no"},
    "/ipv6 address": {"advertise": "yes"},
}  # fmt: skip
"""What RouterOS does not print because it is so unless said otherwise."""
