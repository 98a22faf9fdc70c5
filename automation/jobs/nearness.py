"""Which PoP a device hangs on: the name of the queue of the workers that are near it."""

from inventory.model.device import Role
from inventory.model.network import Network


def pop_of(network: Network, device: str) -> str | None:
    """The nearest router of role pop by uplinks, the first by name of those equally near; null for infrastructure and
    for what hangs on the core itself."""
    seen, edge = {device}, [device]
    while edge:
        above = sorted({link.devices[0] for here in edge for link in network.uplinks(here)} - seen)
        pops = [name for name in above if network.device[name].role is Role.POP]
        if pops:
            return pops[0]
        seen, edge = seen | set(above), above
    return None
