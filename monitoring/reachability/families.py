"""The two IP families: each has its own links, its own addresses and its own answer."""

from typing import Literal

from inventory.model.device import Interface
from inventory.policy import Address

type Family = Literal[4, 6]

FAMILIES: tuple[Family, ...] = (4, 6)


def address_in(interface: Interface | None, family: Family) -> Address | None:
    """The first address of an interface in a family; null when it has none."""
    if interface is None:
        return None
    found = interface.ipv4 if family == 4 else interface.ipv6
    return found.ip if found is not None else None
