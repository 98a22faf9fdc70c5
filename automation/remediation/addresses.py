"""Addresses in configuration lines, however a platform writes them."""

import re
from ipaddress import IPv4Interface, IPv6Interface, ip_interface

ADDRESS = re.compile(r"(?:ip|ipv6) address (\S+)(?: (\d\S*))?(?: (?:secondary|sub))?$")
DEFAULT_ROUTE = re.compile(
    r"(?:ip route(?:-static)? 0\.0\.0\.0(?: 0\.0\.0\.0|/0| 0)|ipv6 route(?:-static)? ::(?:/0| 0)) (?P<hop>\S+)"
)


def interface_address(line: str) -> IPv4Interface | IPv6Interface | None:
    """The address a line of an interface gives it."""
    found = ADDRESS.match(line)
    if found is None:
        return None
    try:
        return ip_interface(f"{found[1]}/{found[2]}" if found[2] else found[1])
    except ValueError:
        return None


def default_gateway(line: str) -> str | None:
    """The next hop of a static default route; null for any other line."""
    found = DEFAULT_ROUTE.match(line)
    return found["hop"] if found else None
