"""Answers of iproute2 in the shapes NAPALM prescribes; what the device does not say is -1 or empty, never guessed."""

import ipaddress
from typing import Any

Link = dict[str, Any]
"""One object of `ip -j -s address show`."""

COUNTERS = {"octets": "bytes", "unicast_packets": "packets", "errors": "errors", "discards": "dropped"}


def facts(vendor: str, model: str, version: str, hostname: str, uptime: float, links: list[Link]) -> dict[str, Any]:
    """NAPALM's `get_facts`; uptime in seconds."""
    return {
        "vendor": vendor,
        "model": model,
        "os_version": version,
        "hostname": hostname,
        "fqdn": hostname,
        "serial_number": "",
        "uptime": uptime,
        "interface_list": [link["ifname"] for link in links],
    }


def interfaces(links: list[Link]) -> dict[str, Any]:
    """Speed is -1: a virtual interface has none, its rate is the shaper's."""
    return {
        link["ifname"]: {
            "is_up": "LOWER_UP" in link["flags"],
            "is_enabled": "UP" in link["flags"],
            "description": link.get("ifalias", ""),
            "last_flapped": -1.0,
            "speed": -1.0,
            "mtu": link["mtu"],
            "mac_address": link.get("address", ""),
        }
        for link in links
    }


def interface_addresses(links: list[Link]) -> dict[str, Any]:
    """NAPALM's `get_interfaces_ip`."""
    found: dict[str, Any] = {}
    for link in links:
        for address in link["addr_info"]:
            family = "ipv6" if address["family"] == "inet6" else "ipv4"
            of_family = found.setdefault(link["ifname"], {}).setdefault(family, {})
            of_family[address["local"]] = {"prefix_length": address["prefixlen"]}
    return found


def counters(links: list[Link]) -> dict[str, Any]:
    """Linux counts all packets together; they stand under unicast, as in NAPALM's own Linux-based drivers."""
    return {
        link["ifname"]: {
            f"{direction}_{name}": link["stats64"][direction][source]
            for direction in ("rx", "tx")
            for name, source in COUNTERS.items()
        }
        | {
            "rx_multicast_packets": link["stats64"]["rx"].get("multicast", -1),
            "tx_multicast_packets": -1,
            "rx_broadcast_packets": -1,
            "tx_broadcast_packets": -1,
        }
        for link in links
    }


def arp_table(neighbours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """NAPALM's `get_arp_table` from `ip -j neighbour`, entries with an address only."""
    return [
        {"interface": n["dev"], "mac": n["lladdr"].upper(), "ip": n["dst"], "age": -1.0}
        for n in neighbours
        if "lladdr" in n
    ]


def routes(table: list[dict[str, Any]], destination: str, protocol: str, longer: bool) -> dict[str, Any]:
    """NAPALM's `get_route_to` from `ip -j route`."""
    found: dict[str, Any] = {}
    for route in table:
        prefix = "0.0.0.0/0" if route["dst"] == "default" else str(ipaddress.ip_network(route["dst"]))
        origin = route.get("protocol", "boot")  # iproute2 leaves out its own default
        if matches(prefix, destination, longer) and protocol in ("", origin):
            found.setdefault(prefix, []).append(
                next_hop(origin, route.get("gateway", ""), route["dev"], route.get("metric", 0), 0)
            )
    return found


def matches(prefix: str, destination: str, longer: bool) -> bool:
    """Empty destination: everything; an address: the prefixes it falls in; a prefix: itself, or what lies in it."""
    if not destination:
        return True
    asked, have = ipaddress.ip_network(destination, strict=False), ipaddress.ip_network(prefix)
    if asked.version != have.version:
        return False
    if longer:
        return have.subnet_of(asked)  # type: ignore[arg-type]  # same version, checked above
    return have == asked or ("/" not in destination and asked.subnet_of(have))  # type: ignore[arg-type]


def next_hop(protocol: str, gateway: str, interface: str, metric: int, age: int, active: bool = True) -> dict[str, Any]:
    """One entry of NAPALM's `get_route_to`; age in seconds."""
    return {
        "protocol": protocol,
        "current_active": active,
        "last_active": False,
        "age": age,
        "next_hop": gateway,
        "outgoing_interface": interface,
        "selected_next_hop": active,
        "preference": metric,
        "inactive_reason": "",
        "routing_table": "main",
        "protocol_attributes": {},
    }
