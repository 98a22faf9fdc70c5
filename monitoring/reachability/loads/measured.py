"""What sites were seen to exchange: the only place where measurements come into planning."""

from collections.abc import Mapping

from inventory.model.network import Network
from monitoring.capacity.percentile import percentile
from monitoring.capacity.store import Series
from monitoring.capacity.utilisation import directions
from monitoring.reachability.loads.demand import Traffic


def measured(network: Network, series: Mapping[tuple[str, str], Series]) -> dict[str, Traffic]:
    """The 95th percentile by site, uplinks summed slot by slot; a site without figures is left out."""
    found: dict[str, Traffic] = {}
    for site, devices in network.devices_of.items():
        total: dict[int, tuple[float, float]] = {}
        for link in (link for device in devices for link in network.uplinks(device.slug)):
            for slot, (down, up) in directions(link, series).items():
                before = total.get(slot, (0.0, 0.0))
                total[slot] = (before[0] + down, before[1] + up)
        down95, up95 = (percentile(pair[way] for pair in total.values()) for way in (0, 1))
        if down95 is not None and up95 is not None:
            found[site] = Traffic(down95, up95)
    return found
