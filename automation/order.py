"""In which order devices are touched: from the management station outwards, never a device before the way to it."""

from collections import deque
from collections.abc import Iterable

from inventory.model.network import Network


def distances(network: Network) -> dict[str, int]:
    """Links between each device and the gateway of the management station; devices out of reach are missing."""
    near: dict[str, set[str]] = {}
    for link in network.links:
        a, b = link.devices
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    found = dict.fromkeys(_starts(network), 0)
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for there in sorted(near.get(here, ())):
            if there not in found:
                found[there] = found[here] + 1
                queue.append(there)
    return found


def batches(network: Network, names: Iterable[str], size: int) -> tuple[tuple[str, ...], ...]:
    """Devices of one distance together, nearest first, no batch larger than ``size``."""
    distance = distances(network)
    far = len(network.devices)
    ordered = sorted(names, key=lambda name: (distance.get(name, far), name))
    result: list[list[str]] = []
    for name in ordered:
        fits = result and len(result[-1]) < size and distance.get(result[-1][0], far) == distance.get(name, far)
        if fits:
            result[-1].append(name)
        else:
            result.append([name])
    return tuple(tuple(batch) for batch in result)


def _starts(network: Network) -> list[str]:
    noc = network.noc
    plugs = [i.attached_to.partition(":")[0] for i in noc.interfaces if i.attached_to] if noc is not None else []
    return sorted(plugs) or sorted(d.slug for d in network.configured() if d.oob)
