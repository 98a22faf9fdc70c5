"""One file per part of the bundle: how the device reads, checks and applies it."""

from collections.abc import Mapping

from automation.device.parts.firewall import Firewall
from automation.device.parts.network import Network
from automation.device.parts.part import Part
from automation.device.parts.routing import Routing
from automation.device.parts.services import Resolver, SnmpAgent
from automation.device.parts.shaping import Shaping


def on_this_device() -> Mapping[str, Part]:
    """Every part there is, by name, in bundle order."""
    return {
        "network": Network(),
        "frr": Routing(),
        "nftables": Firewall(),
        "shaping": Shaping(),
        "snmpd": SnmpAgent(),
        "dnsmasq": Resolver(),
    }
