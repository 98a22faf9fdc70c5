"""The SNMP agent of a device: secrets and the rates its hardware would report, apart from its configuration."""

from hashlib import sha256

from inventory.model.device import Device, InterfaceKind, Role
from inventory.model.network import Network
from lab.credentials import Credentials
from lab.plan import File

START = "MIBS= snmpd -LF 5 /var/log/snmpd.log -p /run/snmpd.pid -I -smux\n"
"""Without -C: the agent must read back how often it has started, or SNMPv3 pollers refuse it after a restart."""
_IF_ENTRY = "1.3.6.1.2.1.2.2.1"
_IF_SPEED, _IF_HIGH_SPEED, _IF_ALIAS = f"{_IF_ENTRY}.5", "1.3.6.1.2.1.31.1.1.1.15", "1.3.6.1.2.1.31.1.1.1.18"
_GAUGE_MAX = 2**32 - 1
_ENGINE_MAX = 27
"""An engine identifier is 32 octets at most, five of them the agent's own."""
_WATCHER, _WATCH_SECONDS = "link-watch", 1


def files(network: Network, device: Device, indexes: dict[str, int], secrets: Credentials) -> tuple[File, ...]:
    """The agent's files. The configuration bundle replaces snmpd.conf; the other two stay for good."""
    agentx = "master agentx\nagentXPerms 0660 0755 frr frr\n" if device.platform == "frr" else ""
    return (
        File(
            "/etc/snmp/snmpd.conf",
            f"agentaddress udp:161,udp6:161\nsysName {device.slug}\n{agentx}includeFile /etc/snmp/credentials.conf\n",
            0o600,
        ),
        File("/etc/snmp/credentials.conf", _credentials(device.slug, secrets) + _traps(network, secrets), 0o600),
        File("/etc/snmp/hardware.conf", _hardware(network, device, indexes), 0o600),
    )


def _credentials(name: str, secrets: Credentials) -> str:
    engine = name if len(name) <= _ENGINE_MAX else sha256(name.encode()).hexdigest()[:_ENGINE_MAX]
    return (
        f"engineID {engine}\n"
        f"createUser {secrets.user} {secrets.auth_protocol} {secrets.auth_password}"
        f" {secrets.priv_protocol} {secrets.priv_password}\n"
        f"rouser {secrets.user} priv\n"
        f"rocommunity {secrets.community}\nrocommunity6 {secrets.community}\n"
        "includeFile /etc/snmp/hardware.conf\n"
    )


def _traps(network: Network, secrets: Credentials) -> str:
    """linkDown and linkUp to the NOC; numeric names, because Debian ships no MIB files."""
    noc = next((i for d in network.with_role(Role.NOC) for i in d.interfaces if i.kind is InterfaceKind.HOST), None)
    if noc is None or noc.ipv4 is None:
        return ""
    objects = " ".join(f".{_IF_ENTRY}.{column}" for column in (1, 7, 8))
    return (
        f"trap2sink {noc.ipv4.ip}:162 {secrets.community}\n"
        # the agent watches its own table as a user of its own
        f"createUser {_WATCHER} {secrets.auth_protocol} {secrets.auth_password}\n"
        f"rouser {_WATCHER} auth\nagentSecName {_WATCHER}\n"
        f"notificationEvent linkDown .1.3.6.1.6.3.1.1.5.3 {objects}\n"
        f"notificationEvent linkUp .1.3.6.1.6.3.1.1.5.4 {objects}\n"
        f"monitor -S -r {_WATCH_SECONDS} -e linkDown down .{_IF_ENTRY}.8 == 2\n"
        f"monitor -S -r {_WATCH_SECONDS} -e linkUp up .{_IF_ENTRY}.8 != 2\n"
    )


def _hardware(network: Network, device: Device, indexes: dict[str, int]) -> str:
    """ifSpeed, ifHighSpeed and ifAlias by ifIndex: a veth always claims 10 Gbit/s and no alias."""
    lines = []
    for interface in device.interfaces:
        index = indexes.get(interface.name)
        if index is None:
            continue
        link = network.link_at.get(f"{device.slug}:{interface.name}")
        if link is not None:
            rate = network.capacity_bps(link)
            lines.append(f"override {_IF_SPEED}.{index} uinteger {min(rate, _GAUGE_MAX)}")
            lines.append(f"override {_IF_HIGH_SPEED}.{index} uinteger {round(rate / 1e6)}")
        if interface.description and interface.description.isascii():
            lines.append(f'override {_IF_ALIAS}.{index} octet_str "{interface.description}"')
    return "".join(f"{line}\n" for line in lines)
