"""What an approver is shown: a change tried out on the computed city before a device is touched."""

from typing import TYPE_CHECKING, Any

from api.planned import traffic
from inventory.diff import diff
from inventory.model.network import Network
from monitoring.equality import read
from monitoring.matrix_build import build
from monitoring.reachability.advice import rehearse
from monitoring.reachability.compute import compute

if TYPE_CHECKING:
    from api.context import Context


def rehearsal(context: "Context", before: Network | None, after: Network) -> dict[str, Any]:
    """JSON: ``inventory`` records that differ, ``designed`` and ``now`` cells gained and lost, ``losses``, ``spofs``,
    ``overloads`` with the traffic of the last month, ``equal_access`` groups whose index moves. ``first`` is true
    where nothing was in force before: then only ``designed`` is told.
    """
    from api.watch import Watch  # looks at the whole present, which most commands need not load

    now = Watch(context).now()
    if before is None:
        gained = [{"site": site, "service": service} for site, service in compute(after, now.day).cells]
        return {"first": True, "designed": {"lost": [], "gained": gained}}
    found = rehearse(before, after, now.day, now.down, traffic(context, before))
    return {
        "first": False,
        "inventory": diff(before, after).document(),
        **found.document(),
        "equal_access": _fairness(context, before, after, now.at),
    }


def _fairness(context: "Context", before: Network, after: Network, at: float) -> dict[str, Any]:
    """By computation alone, since nobody can have probed what is not there yet."""
    old, new = (read(context.engine, n, build(n, {}, {}, {}, at, 1.0)).figures() for n in (before, after))
    moved = [
        {"by": by, "group": group, "before": _rounded(old.get((by, group))), "after": _rounded(new.get((by, group)))}
        for by, group in dict.fromkeys((*old, *new))
        if _rounded(old.get((by, group))) != _rounded(new.get((by, group)))
    ]
    return {"moved": moved}


def _rounded(index: float | None) -> float | None:
    return None if index is None else round(index, 2)
