"""In which order devices are touched: from the management station outwards, never a device before the way to it.

A change that many devices share is tried on one of them first, then on more and more: waves. Within a wave batches
go outwards, and no batch takes too many devices of one PoP at once.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping

from automation.settings import ChangeSettings
from inventory.model.device import INFRASTRUCTURE, Role
from inventory.model.network import Network

type Batch = tuple[str, ...]
type Wave = tuple[Batch, ...]


def distances(network: Network) -> dict[str, int]:
    """Links between each device and the gateway of the management station; devices out of reach are missing."""
    return {name: far for name, (far, _) in _walk(network, _starts(network)).items()}


def pops(network: Network) -> dict[str, str]:
    """The PoP each device hangs on, by the fewest links; infrastructure stands for itself."""
    found = _walk(network, sorted(d.slug for d in network.with_role(Role.POP)))
    return {d.slug: d.slug if d.role in INFRASTRUCTURE else found.get(d.slug, (0, d.slug))[1] for d in network.devices}


def batches(network: Network, names: Iterable[str], size: int, per_pop: int | None = None) -> Wave:
    """Devices of one distance together, nearest first, no batch larger than ``size`` or with more of one PoP."""
    distance, pop = distances(network), pops(network)
    far = len(network.devices)
    by_distance: dict[int, list[str]] = {}
    for name in sorted(names):
        by_distance.setdefault(distance.get(name, far), []).append(name)
    return tuple(batch for near in sorted(by_distance) for batch in _packed(by_distance[near], size, per_pop, pop))


def waves(
    network: Network, names: Collection[str], changing: Collection[str], watched: Collection[str], by: ChangeSettings,
    unreached: Collection[str] = (),
) -> tuple[Wave, ...]:  # fmt: skip
    """One wave, or a canary and then ever larger ones where e-services at the sites ``watched`` can tell how it went.

    Devices that do not change come with the last wave. One that is ``unreached`` is no canary: the way to it may be
    part of the change.
    """
    eligible = set(changing) - set(unreached)
    if not watched or not eligible or len(changing) < by.canary_from:
        return (batches(network, names, by.batch_size, by.per_pop),)
    canary = _canary(network, eligible, watched)
    outwards = [n for batch in batches(network, set(changing) - {canary}, by.batch_size) for n in batch]
    found: list[Wave] = [((canary,),)]
    size, begun = by.wave_growth, 0
    while begun < len(outwards):
        part = outwards[begun : begun + size]
        begun, size = begun + size, size * by.wave_growth
        more = set(names) - set(changing) if begun >= len(outwards) else set()
        found.append(batches(network, {*part, *more}, by.batch_size, by.per_pop))
    return tuple(found)


def _canary(network: Network, changing: Collection[str], watched: Collection[str]) -> str:
    """The device whose failure would hurt fewest, at a site whose probes can tell."""

    def harm(name: str) -> tuple[bool, bool, int, str]:
        device = network.device[name]
        people = network.site[device.site].people_served
        return device.role in INFRASTRUCTURE, device.site not in watched, people, name

    return min(changing, key=harm)


def _packed(names: Iterable[str], size: int, per_pop: int | None, pop: Mapping[str, str]) -> Iterable[Batch]:
    """The fewest batches that a first fit finds."""
    found: list[tuple[list[str], Counter[str]]] = []
    for name in names:
        here = pop.get(name, name)
        fits = (b for b in found if len(b[0]) < size and (per_pop is None or b[1][here] < per_pop))
        batch = next(fits, None)
        if batch is None:
            batch = ([], Counter())
            found.append(batch)
        batch[0].append(name)
        batch[1][here] += 1
    return [tuple(batch) for batch, _ in found]


def _walk(network: Network, starts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Links to the nearest start, and which it is."""
    near: dict[str, set[str]] = {}
    for link in network.links:
        a, b = link.devices
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    found = {name: (0, name) for name in starts}
    queue = deque(found)
    while queue:
        here = queue.popleft()
        for there in sorted(near.get(here, ())):
            if there not in found:
                found[there] = (found[here][0] + 1, found[here][1])
                queue.append(there)
    return found


def _starts(network: Network) -> list[str]:
    noc = network.noc
    plugs = [i.attached_to.partition(":")[0] for i in noc.interfaces if i.attached_to] if noc is not None else []
    return sorted(plugs) or sorted(d.slug for d in network.configured() if d.oob)
