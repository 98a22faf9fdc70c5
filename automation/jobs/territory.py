"""What a change must have for itself: the devices it touches, or the whole network (docs/decisions/0010-jobs.md)."""

from automation.change import Change, Plan
from automation.lease import DEVICE, NETWORK
from inventory.model.device import INFRASTRUCTURE
from inventory.model.network import Network

type Territory = frozenset[str]
"""Names of locks."""

EVERYTHING: Territory = frozenset({NETWORK})


def territory(network: Network, plan: Plan | None) -> Territory:
    """A change of a core, PoP, border or data-centre router moves the ways of others: it is alone in the network."""
    if plan is None:
        return EVERYTHING
    roles = {name: network.device[name].role for name in plan.changing if name in network.device}
    if any(role in INFRASTRUCTURE for role in roles.values()) or len(roles) < len(plan.changing):
        return EVERYTHING
    return frozenset(DEVICE + device.name for device in plan.devices)


def meet(one: Territory, other: Territory) -> bool:
    """Whether two changes exclude each other by what they touch."""
    return bool(one & other) or (bool(one and other) and NETWORK in one | other)


def holder(change: Change) -> str:
    """How the owner of locks is called in messages."""
    return f"change {change.id} of {change.who}"
