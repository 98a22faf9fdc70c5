"""Which box is this? Its serial number and the addresses of its ports, asked over SSH in every language we speak."""

import re
from dataclasses import dataclass

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.ssh import Session
from inventory.errors import RefusedRequest
from inventory.model.device import Device
from inventory.model.network import Network

QUESTIONS = (
    (
        "cat /etc/silesianet/serial 2>/dev/null || cat /sys/class/dmi/id/product_serial 2>/dev/null;"
        " cat /sys/class/net/*/address",
        r"^(?P<serial>(?!(?:[0-9a-f]{2}:){5})[A-Za-z0-9][\w.-]{3,})$",
    ),
    ("show version", r"(?:Processor board ID|[Ss]erial number:) +(?P<serial>\S+)"),
    ("show chassis hardware", r"^Chassis +(?P<serial>[A-Z0-9]{6,})"),
    ("display esn", r"ESN[^:\n]*: *(?P<serial>\S+)"),
    ("/system routerboard print", r"serial-number: *(?P<serial>\S+)"),
)
"""A command, and how its answer tells the serial number; systems that do not know the command say something else."""

MAC = re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b|\b(?:[0-9A-Fa-f]{4}[.-]){2}[0-9A-Fa-f]{4}\b")
NOTHING = frozenset({"00:00:00:00:00:00"})
SECONDS = 10


@dataclass(frozen=True)
class Identity:
    """What a box says of itself."""

    serial: str | None
    macs: frozenset[str]

    def is_of(self, device: Device) -> bool:
        """Whether the inventory's record is of this box: by serial, or by a MAC written in its place."""
        if device.serial is None:
            return False
        return device.serial == self.serial or normal(device.serial) in self.macs

    def __str__(self) -> str:
        return self.serial or ", ".join(sorted(self.macs)) or "nothing"


def identify(session: Session) -> Identity:
    """Ask until an answer tells; RefusedRequest when none does."""
    for command, pattern in QUESTIONS:
        try:
            reply = session.run(command, seconds=SECONDS)
        except (ConnectionLost, DeviceUnreachable):
            continue
        found = re.search(pattern, reply.output, re.MULTILINE)
        macs = frozenset(normal(mac) for mac in MAC.findall(reply.output)) - NOTHING
        if found or macs:
            return Identity(found["serial"] if found else None, macs)
    raise RefusedRequest("it tells neither serial number nor MAC", fix="onboard it by hand: pin its key, then apply")


def match(network: Network, identity: Identity) -> Device:
    """The one record of this box; RefusedRequest when there is none, or several, or it is not ours to configure."""
    found = [device for device in network.devices if identity.is_of(device)]
    if not found:
        fix = "write its serial number, or a MAC of it, as `serial` of its device"
        raise RefusedRequest(f"no device of the inventory is {identity}", where="inventory", fix=fix)
    if len(found) > 1:
        names = ", ".join(device.slug for device in found)
        raise RefusedRequest(
            f"several devices are {identity}: {names}", where="inventory", fix="correct their `serial`"
        )
    if found[0].platform is None:
        raise RefusedRequest("it has no platform", where=f"device:{found[0].slug}", fix="write one in the inventory")
    return found[0]


def normal(mac: str) -> str:
    """A MAC as six pairs with colons, whatever it was written like; other texts only in small letters."""
    digits = re.sub(r"[.:-]", "", mac.lower())
    return (
        ":".join(digits[n : n + 2] for n in range(0, 12, 2)) if re.fullmatch(r"[0-9a-f]{12}", digits) else mac.lower()
    )
