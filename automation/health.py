"""Whether a device survived its commit: a new login works, the commit is alive and its neighbours are back."""

from collections.abc import Mapping

from automation.fleet import Fleet, Missed
from automation.intent import speaks_ospf
from automation.session import Session
from inventory.model.device import InterfaceKind
from inventory.model.network import Network

PERIOD = 0.5


def peers(network: Network, name: str) -> dict[str, str]:
    """OSPF neighbours the inventory gives a device: router id → name."""
    found = {}
    for link in network.links_of.get(name, ()):
        far = next(d for d in link.devices if d != name)
        loopback = network.device[far].first(InterfaceKind.LOOPBACK)
        if speaks_ospf(network, name) and speaks_ospf(network, far) and loopback and loopback.ipv4:
            found[str(loopback.ipv4.ip)] = far
    return found


def expected(network: Network, name: str, before: frozenset[str], configured: frozenset[str]) -> dict[str, str]:
    """Neighbours that must be Full after a commit: those that were, or every configured peer of a device without.

    A link that was broken before the change is thus no reason to stop it.
    """
    return {id_: far for id_, far in peers(network, name).items() if (id_ in before if before else far in configured)}


def check(
    fleet: Fleet[Session], change: str, wanted: Mapping[str, Mapping[str, str]], seconds: float
) -> dict[str, str]:
    """Look at devices (name → expected neighbours) until all are well or the time is over; the faults that remain."""
    clock = fleet.clock
    until = clock.monotonic() + seconds
    faults = dict.fromkeys(wanted, "")
    waiting = set(wanted)
    while waiting:
        looks = fleet.run(sorted(waiting), lambda name, session: _fault(session, change, wanted[name]))
        for name, look in looks.items():
            faults[name] = look.error.message if isinstance(look, Missed) else look.value
        waiting = {name for name in waiting if faults[name]}
        if clock.monotonic() >= until:
            break
        if waiting:
            clock.sleep(PERIOD)
    return {name: fault for name, fault in faults.items() if fault}


def _fault(session: Session, change: str, wanted: Mapping[str, str]) -> str:
    status = session.status()
    if not status.awaits(change):
        ended = f"{status.last.outcome}: {status.last.reason}" if status.last else "nothing is pending"
        return f"the device no longer holds the change ({ended})"
    full = session.neighbours() if wanted else frozenset()
    missing = sorted(far for id_, far in wanted.items() if id_ not in full)
    return f"no OSPF neighbour {', '.join(missing)}" if missing else ""
