"""One file per part of the bundle: how the device reads, checks and applies it."""

from collections.abc import Mapping
from typing import Protocol

from automation.device.parts.firewall import Firewall
from automation.device.parts.network import Network
from automation.device.parts.routing import Routing
from automation.device.parts.services import Resolver, SnmpAgent
from automation.device.parts.shaping import Shaping


class Part(Protocol):
    """What the transaction asks of a part; texts are empty or end with one newline."""

    def read(self) -> str:
        """The running state in canonical form."""

    def canonical(self, text: str, running: str) -> str:
        """The checked candidate in canonical form, nothing changed on the device; Refusal names the line."""

    def aligned(self, text: str, running: str) -> str:
        """A canonical text, with differences of mere order taken from the running one."""

    def apply(self, text: str) -> None:
        """Make a canonical text the running state; CommandError or Refusal when it cannot be."""

    def keep(self, text: str) -> None:
        """Make a confirmed text what the device starts with by itself, where its own software keeps one."""


def on_this_device() -> Mapping[str, Part]:
    return {
        "network": Network(),
        "frr": Routing(),
        "nftables": Firewall(),
        "shaping": Shaping(),
        "snmpd": SnmpAgent(),
        "dnsmasq": Resolver(),
    }
