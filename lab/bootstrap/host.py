"""Hosts: site clients, servers, the resolver and the NOC. Nobody configures them but the lab."""

from collections.abc import Iterable

from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.network import Network
from lab.bootstrap import access
from lab.plan import File

_DHCP = """\
timeout 20;
retry 1;
initial-interval 1;
backoff-cutoff 2;
reboot 1;
request subnet-mask, routers, domain-name-servers;
"""
_DHCP_SCRIPT = """\
#!/bin/sh
# Applies a lease; the stock script would need resolvconf and more.
case $reason in
BOUND | RENEW | REBIND | REBOOT)
    ip -4 addr flush dev "$interface"
    ip addr add "$new_ip_address/$new_subnet_mask" dev "$interface"
    for router in $new_routers; do ip route replace default via "$router"; done
    for server in $new_domain_name_servers; do echo "nameserver $server"; done > /etc/resolv.conf
    ;;
EXPIRE | FAIL | RELEASE | STOP) ip -4 addr flush dev "$interface" ;;
esac
"""


def resolv_conf(network: Network) -> str:
    """Name servers, as a host's resolver reads them."""
    addresses = (str(a.ip) for d in network.with_role(Role.RESOLVER) for i in d.interfaces for a in i.addresses)
    return "".join(f"nameserver {address}\n" for address in addresses) + "options timeout:1 attempts:2\n"


def files(network: Network, host: Device) -> tuple[File, ...]:
    """Name resolution; for a host without an address of its own, a DHCP client."""
    own = (
        File("/etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {host.slug}\n"),
        File("/etc/resolv.conf", "" if _leased(host) else resolv_conf(network)),
    )
    if not _leased(host):
        return own
    return (*own, File("/etc/dhclient.conf", _DHCP), File("/etc/dhclient.script", _DHCP_SCRIPT, 0o755))


def boot(network: Network, host: Device, interfaces: tuple[str, ...], daemons: str = "") -> str:
    """Power-on: addresses and gateways, or a DHCP client that keeps asking until the site is configured."""
    text = access.links_up(interfaces)
    for interface in host.interfaces:
        text += "".join(f"ip addr add {a} dev {interface.name}{_mode(a.version)}\n" for a in interface.addresses)
        text += "".join(_gateways(network, interface))
        if interface.kind is InterfaceKind.HOST and not interface.addresses:
            text += (
                f"dhclient -4 -nw -cf /etc/dhclient.conf -sf /etc/dhclient.script"
                f" -lf /run/dhclient.leases -pf /run/dhclient.pid {interface.name}\n"
            )
    return text + daemons


def _leased(host: Device) -> bool:
    return any(i.kind is InterfaceKind.HOST and not i.addresses for i in host.interfaces)


def _mode(version: int) -> str:
    return " nodad" if version == 6 else ""


def _gateways(network: Network, interface: Interface) -> Iterable[str]:
    """Default routes by way of the port the interface is plugged into."""
    device, _, port = (interface.attached_to or "").partition(":")
    lan = network.device[device].interface(port) if device in network.device else None
    if lan is None:
        return
    if lan.ipv4 is not None and interface.ipv4 is not None:
        yield f"ip route add default via {lan.ipv4.ip} dev {interface.name}\n"
    if lan.ipv6 is not None and interface.ipv6 is not None:
        yield f"ip -6 route add default via {lan.ipv6.ip} dev {interface.name}\n"
