"""What planning works on: the inventory of a moment, and the traffic seen in the weeks before it."""

import time
from collections.abc import Iterable, Mapping

from api.context import Context
from inventory.errors import UnknownObject
from inventory.model.network import Network
from monitoring.capacity.store import TrafficStore
from monitoring.reachability.loads import Traffic, measured
from monitoring.reachability.loss import known
from monitoring.settings import CapacitySettings

DAYS = 31
"""Of measured traffic."""


def traffic(context: Context, network: Network) -> Mapping[str, Traffic]:
    """What every site of a network was seen to exchange in the last month."""
    now = time.time()
    store = TrafficStore(context.engine, CapacitySettings().slot)
    return measured(network, store.series(now - DAYS * 86400, now))


def elements(names: Iterable[str], before: Network, after: Network) -> set[str]:
    """Names of elements that one of two networks holds; UnknownObject otherwise."""
    return {_known(name, before, after) for name in names}


def _known(name: str, before: Network, after: Network) -> str:
    try:
        return str(known(after, name))
    except UnknownObject:
        return str(known(before, name))
