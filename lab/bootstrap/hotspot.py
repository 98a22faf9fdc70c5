"""A hotspot as it leaves the workshop: uplink address, default route, SSH, SNMP."""

from inventory.model.device import Device
from inventory.model.network import Network
from lab.bootstrap import access, agent
from lab.bootstrap.uplink import uplinks
from lab.plan import File


def files() -> tuple[File, ...]:
    """SSH access."""
    return (access.SSHD,)


def boot(network: Network, device: Device, interfaces: tuple[str, ...]) -> str:
    """Power-on."""
    text = access.FRESH_BOOT + access.links_up(interfaces)
    for rank, uplink in enumerate(uplinks(network, device)):
        text += f"ip addr add {uplink.address} dev {uplink.interface}\n"
        if rank == 0:
            text += f"ip route add default via {uplink.gateway} dev {uplink.interface}\n"
    return text + agent.START + access.START_SSHD + access.RUN_BOOT_HOOK
