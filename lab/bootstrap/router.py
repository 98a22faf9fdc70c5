"""An FRR router as it leaves the workshop: reachable, routing nothing."""

from ipaddress import IPv4Interface

from inventory.model.device import Device, InterfaceKind
from inventory.model.network import Network
from lab.bootstrap import access, agent
from lab.bootstrap.uplink import uplinks
from lab.plan import File

DAEMONS = ("zebra", "staticd", "ospfd", "ospf6d", "bfdd")
FIRST_DISTANCE = 250
"""Default routes of the bootstrap give way to anything a routing protocol learns later."""
_SNMP_MODULES = frozenset({"zebra", "ospfd"})


def files(network: Network, device: Device) -> tuple[File, ...]:
    """FRR's own files and SSH access."""
    return (
        File("/etc/frr/frr.conf", configuration(network, device), 0o640),
        File("/etc/frr/vtysh.conf", "service integrated-vtysh-config\n", 0o640),
        File("/etc/frr/daemons", "".join(f"{name}=yes\n" for name in DAEMONS), 0o640),
        access.SSHD,
    )


def configuration(network: Network, device: Device) -> str:
    """The bootstrap frr.conf: the management port, or else the uplinks and default routes over them."""
    oob = device.first(InterfaceKind.OOB)
    # AgentX cannot be taken away from a running FRR, so a router has it before its first configuration
    lines = ["frr version 8.4.4", "frr defaults traditional", f"hostname {device.slug}", "agentx", "!"]
    addressed: list[tuple[str, IPv4Interface]] = []
    if oob is not None and oob.ipv4 is not None:
        addressed.append((oob.name, oob.ipv4))
    else:
        for rank, uplink in enumerate(uplinks(network, device)):
            distance = FIRST_DISTANCE + rank
            lines.append(f"ip route 0.0.0.0/0 {uplink.gateway} {distance}")
            addressed.append((uplink.interface, uplink.address))
        lines.append("!")
    for name, address in addressed:
        lines += [f"interface {name}", f" ip address {address}", "exit", "!"]
    return "\n".join([*lines, "end", ""])


def boot(interfaces: tuple[str, ...]) -> str:
    """Power-on: the agent first (FRR retries AgentX only every 15 s), then FRR, then SSH."""
    daemons = "".join(
        f"/usr/lib/frr/{name} -d -A 127.0.0.1{' -M snmp' if name in _SNMP_MODULES else ''}\n" for name in DAEMONS
    )
    return (
        access.FRESH_BOOT
        + access.links_up(interfaces)
        + "install -d -o frr -g frr -m 755 /run/frr\nrm -rf /var/agentx/master\n"
        + agent.START
        + daemons
        + "vtysh -b\n"
        + access.START_SSHD
        + access.RUN_BOOT_HOOK
    )
