"""What has been invented so far, and the few ways in which devices, ports and lines are added to it."""

from collections import defaultdict
from datetime import date
from typing import Any

from inventory.generator.addresses import Addresses
from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.fact import Record
from inventory.model.link import Circuit, Link
from inventory.model.network import NOUNS, Network

SINCE = date(2025, 1, 1)


class Box:
    """A device whose interfaces are still being added."""

    def __init__(self, slug: str, role: Role, site: str, interfaces: list[Interface], **more: Any) -> None:
        self.slug, self.role, self.site, self.interfaces, self._more = slug, role, site, interfaces, more
        self._ports = 0

    def port(self, addresses: tuple[Any, ...], to: str) -> str:
        """Add the end of a line and return it as ``device:interface``."""
        self._ports += 1
        name = f"eth{self._ports}"
        kind = InterfaceKind.P2P
        self.interfaces.append(Interface(name=name, kind=kind, addresses=addresses, description=f"do {to}"))
        return f"{self.slug}:{name}"

    def device(self) -> Device:
        """The device as it is now."""
        held = tuple(self.interfaces)
        more = {"valid_from": SINCE} | self._more
        return Device(slug=self.slug, role=self.role, site=self.site, interfaces=held, **more)


class Facts:
    """Records by noun, devices still open."""

    def __init__(self) -> None:
        self.addresses = Addresses()
        self.boxes: list[Box] = []
        self._records: dict[str, list[Record]] = defaultdict(list)
        self._noun = {kind: noun for noun, kind in NOUNS.items()}

    def add(self, *records: Record) -> None:
        """Add records of any noun."""
        for record in records:
            self._records[self._noun[type(record)]].append(record)

    def box(self, box: Box) -> Box:
        """Add a device."""
        self.boxes.append(box)
        return box

    def router(self, slug: str, role: Role, site: str, *, oob: bool = False, **more: Any) -> Box:
        """Add a router of ours with its loopback, and an out-of-band port where it has one."""
        held = [Interface(name="lo", kind=InterfaceKind.LOOPBACK, addresses=self.addresses.loopback())]
        if oob:
            held.append(Interface(name="mgmt0", kind=InterfaceKind.OOB, addresses=(self.addresses.oob(),)))
        made = {"platform": "frr", "vendor": "FRRouting", "model": "Debian 12 router"} | more
        return self.box(Box(slug, role, site, held, serial=f"GEN-{slug.upper()}", **made))

    def line(self, a: Box, b: Box, circuit: dict[str, Any], srgs: tuple[str, ...], cost: int = 10) -> None:
        """Join two devices by a link on a circuit of its own; ``a`` is nearer to the core."""
        slug = f"{a.slug}--{b.slug}"
        near, far = self.addresses.link()
        ports = a.port(near, b.slug), b.port(far, a.slug)
        self.add(Circuit(slug=f"c-{slug}", valid_from=SINCE, **circuit))
        self.add(Link(slug=slug, a=ports[0], b=ports[1], circuit=f"c-{slug}", srgs=srgs, ospf_cost=cost,
                      valid_from=SINCE))  # fmt: skip

    def network(self) -> Network:
        """Everything, sorted as files are."""
        self._records["devices"] = [box.device() for box in self.boxes]
        facts = {noun: tuple(sorted(self._records[noun], key=lambda record: record.slug)) for noun in NOUNS}
        return Network(**facts)
