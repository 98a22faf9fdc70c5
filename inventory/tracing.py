"""Follows a port through cables and patch panels to the port at the other end."""

from collections.abc import Iterator
from dataclasses import dataclass

from inventory.errors import UnknownObject
from inventory.model.device import InterfaceKind
from inventory.model.network import Network


@dataclass(frozen=True, slots=True)
class Hop:
    """A cable, the port it was entered at and the port it leads to."""

    near: str
    cable: str
    far: str

    def document(self) -> dict[str, str]:
        """The hop for programs."""
        return {"near": self.near, "cable": self.cable, "far": self.far}


def trace(network: Network, port: str) -> tuple[Hop, ...]:
    """Every cable from a port on; empty when nothing is plugged in. UnknownObject when the port does not exist."""
    if network.interface(port) is None:
        raise UnknownObject(f"there is no port {port}", fix="write DEVICE:INTERFACE as in `inventory list interfaces`")
    return tuple(_hops(network, port))


def far_end(network: Network, port: str) -> str | None:
    """The port a trace ends at; null when nothing is plugged in."""
    hops = trace(network, port)
    return hops[-1].far if hops else None


def _hops(network: Network, start: str) -> Iterator[Hop]:
    port: str | None = start
    passed: set[str] = set()
    while port is not None:
        cable = network.cable_at.get(port)
        if cable is None or cable.slug in passed:
            return
        passed.add(cable.slug)
        far = cable.b if cable.a == port else cable.a
        yield Hop(port, cable.slug, far)
        port = _through_panel(network, far)


def _through_panel(network: Network, port: str) -> str | None:
    """The port on the other side of a patch panel; null where the port is none of a panel."""
    device = network.device.get(port.partition(":")[0])
    interface = network.interface(port)
    if device is None or interface is None or interface.kind is not InterfaceKind.PANEL:
        return None
    behind = interface.rear or next((i.name for i in device.interfaces if i.rear == interface.name), None)
    return None if behind is None else f"{device.slug}:{behind}"
